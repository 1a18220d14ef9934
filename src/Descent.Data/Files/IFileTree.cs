namespace Descent;

/// <summary>The files below one folder, or in one archive, which is read in place.</summary>
internal interface IFileTree
{
    /// <summary>What messages call the whole: its path.</summary>
    string Name { get; }

    /// <summary>Paths of the files from the root, parted by /, in ordinal order, none twice.</summary>
    IReadOnlyList<string> Files { get; }

    /// <summary>Paths of the folders that hold no file, also not in folders below them.</summary>
    IReadOnlyList<string> EmptyFolders { get; }

    /// <summary>What was left out and why, in sentences for a person.</summary>
    IReadOnlyList<string> Notes { get; }

    /// <summary>What messages call a file.</summary>
    string NameOf(int file);

    /// <summary>The content of a file. Thread-safe.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    ReadOnlyMemory<byte> Read(int file);
}
