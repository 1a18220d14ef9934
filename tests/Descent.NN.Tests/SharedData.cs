namespace Descent.Tests;

/// <summary>Real data beside the checkout, in ../shared/data; a test that needs what is not there is skipped with the reason.</summary>
internal static class SharedData
{
    public static string Path(params string[] parts)
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(System.IO.Path.Combine(root.FullName, "Descent.slnx")))
        {
            root = root.Parent;
        }

        string path = System.IO.Path.GetFullPath(System.IO.Path.Combine([root?.FullName ?? ".", "..", "shared", "data", .. parts]));
        Assert.SkipUnless(File.Exists(path), $"{path} is absent.");
        return path;
    }
}
