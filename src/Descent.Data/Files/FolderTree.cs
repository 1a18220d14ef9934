using System.IO.Enumeration;

namespace Descent;

/// <summary>The files below a folder.</summary>
/// <remarks>
/// Listing opens no file, so that a hundred thousand are listed at once. Links to folders are followed, but not back to a folder that they
/// lie in; what is hidden (its name begins with a dot) is left out.
/// </remarks>
internal sealed class FolderTree : IFileTree
{
    private const int MostFiles = 20_000_000;

    /// <summary>As the file system resolves them.</summary>
    private const int MostLinks = 40;

    private readonly List<string> _files = [];
    private readonly List<string> _emptyFolders = [];
    private readonly List<string> _notes = [];
    private int _hidden;

    private FolderTree(string path)
    {
        Name = path;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Files => _files;

    /// <inheritdoc/>
    public IReadOnlyList<string> EmptyFolders => _emptyFolders;

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes => _notes;

    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be listed.</exception>
    public static FolderTree Open(string path)
    {
        var tree = new FolderTree(path);
        tree.List("", [RealPath(Path.GetFullPath(path))]);
        tree._files.Sort(StringComparer.Ordinal);
        tree._emptyFolders.Sort(StringComparer.Ordinal);
        if (tree._hidden > 0)
        {
            tree._notes.Add($"{tree._hidden} hidden files and folders (names that begin with a dot) are left out.");
        }

        return tree;
    }

    /// <inheritdoc/>
    public string NameOf(int file) => Path.Combine(Name, _files[file]);

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Read(int file)
    {
        string path = NameOf(file);
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        if (stream.Length > FileTree.MostFileBytes)
        {
            throw new DataFormatException(path, FileTree.MostFileBytes,
                $"the file has {stream.Length} bytes, more than the {FileTree.MostFileBytes} that are read at once; take it out.");
        }

        byte[] content = GC.AllocateUninitializedArray<byte>((int)stream.Length);
        stream.ReadExactly(content);
        return content;
    }

    /// <summary>Adds what lies in a folder; <paramref name="within"/> are the real paths of the folders that it lies in, itself last.</summary>
    private bool List(string folder, List<string> within)
    {
        var entries = new FileSystemEnumerable<(string Name, bool IsFolder, bool IsLink)>(
            Path.Combine(Name, folder),
            (ref FileSystemEntry entry) =>
                (entry.FileName.ToString(), entry.IsDirectory, entry.Attributes.HasFlag(FileAttributes.ReparsePoint)),
            new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false });
        bool holdsFiles = false;
        foreach ((string name, bool isFolder, bool isLink) in entries)
        {
            if (name[0] == '.' || name == "__MACOSX")
            {
                _hidden++;
                continue;
            }

            string path = folder.Length == 0 ? name : $"{folder}/{name}";
            if (!isFolder)
            {
                holdsFiles = true;
                _files.Add(_files.Count < MostFiles ? path : throw new DataFormatException(Name, 0,
                    $"the folder holds more than {MostFiles} files; give one that holds less, or an archive of part of it."));
                continue;
            }

            string real = isLink ? RealPath(Path.Combine(within[^1], name)) : Path.Combine(within[^1], name);
            if (isLink && within.Contains(real))
            {
                _notes.Add($"The link {Path.Combine(Name, path)} leads back to a folder that it lies in and is not followed.");
                continue;
            }

            within.Add(real);
            holdsFiles |= List(path, within);
            within.RemoveAt(within.Count - 1);
        }

        if (!holdsFiles && folder.Length > 0)
        {
            _emptyFolders.Add(folder);
        }

        return holdsFiles;
    }

    /// <summary>A full path without links in it.</summary>
    private static string RealPath(string path)
    {
        string root = Path.GetPathRoot(path)!;
        string real = root;
        var parts = new Stack<string>(path[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse());
        for (int links = 0; parts.TryPop(out string? part);)
        {
            string next = Path.GetFullPath(Path.Combine(real, part));
            string? target = new DirectoryInfo(next).LinkTarget;
            if (target is null)
            {
                real = next;
                continue;
            }

            if (++links > MostLinks)
            {
                throw new IOException($"{path} is a chain of more than {MostLinks} links, or links in a circle.");
            }

            string full = Path.GetFullPath(Path.Combine(real, target));
            real = root;
            foreach (string step in full[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse())
            {
                parts.Push(step);
            }
        }

        return real;
    }
}
