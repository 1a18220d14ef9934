namespace Descent;

/// <summary>Opens a folder or an archive, whatever a path names.</summary>
internal static class FileTree
{
    /// <summary>Longest file that is read as a whole.</summary>
    internal const int MostFileBytes = 1 << 30;

    /// <param name="path">A folder, a <c>.tar</c> or a <c>.tar.gz</c>; what a file is, its first bytes tell.</param>
    /// <exception cref="FileNotFoundException">There is nothing of that name.</exception>
    /// <exception cref="DataFormatException">It is a file, but no archive of these kinds, or a damaged one.</exception>
    public static IFileTree Open(string path)
    {
        if (Directory.Exists(path))
        {
            return FolderTree.Open(path);
        }

        return File.Exists(path)
            ? TarTree.Open(path)
            : throw new FileNotFoundException($"There is no folder and no archive {path}.", path);
    }
}
