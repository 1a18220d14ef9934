namespace Descent.House.Tests;

/// <summary>The checkout that the tests look at.</summary>
internal static class Repository
{
    /// <summary>The folder that holds Descent.slnx, found upwards from the test's own folder.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    /// <summary>Paths, relative to the root, of the files under <paramref name="folder"/>; build output is left out.</summary>
    public static IEnumerable<string> Files(string folder, string pattern)
    {
        if (!Directory.Exists(PathOf(folder)))
        {
            return [];
        }
        return Directory.EnumerateFiles(PathOf(folder), pattern, SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !file.Split('/').Any(part => part is "bin" or "obj" or "artifacts" or "node_modules" or ".git"))
            .Order(StringComparer.Ordinal);
    }

    private static string Find(string folder)
    {
        for (DirectoryInfo? at = new(folder); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Descent.slnx")))
            {
                return at.FullName;
            }
        }
        throw new InvalidOperationException($"No Descent.slnx above {folder}.");
    }
}
