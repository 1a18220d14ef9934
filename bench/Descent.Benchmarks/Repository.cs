namespace Descent.Benchmarks;

/// <summary>The checkout that this program was built in.</summary>
internal static class Repository
{
    /// <summary>A file of it, which need not exist.</summary>
    public static string File(params string[] parts)
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(at.FullName, "Descent.slnx")))
            {
                return Path.Combine([at.FullName, .. parts]);
            }
        }

        throw new DirectoryNotFoundException($"There is no checkout of Descent above {AppContext.BaseDirectory}.");
    }
}
