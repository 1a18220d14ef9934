using System.Security.Cryptography;

namespace Descent;

/// <summary>Files that are there whole or not at all, whatever ends the process or the power.</summary>
/// <remarks>
/// The order is: write a file under another name, flush its bytes, rename it, flush the folder. A rename that reaches the disk before the
/// bytes would leave zeros under the final name, and one that never reaches it the older file.
/// Names in the making begin with a dot and end with <c>.partial</c>; a process that is killed may leave one behind, which
/// <see cref="RemoveUnfinished"/> takes away.
/// </remarks>
internal static class DurableWriting
{
    private const string Suffix = ".partial";

    /// <summary>A file's or folder's name while it is not yet, or no longer, what its name says.</summary>
    public static string UnfinishedPath(string path) =>
        Path.Combine(FolderOf(path), $".{Path.GetFileName(path)}.{Guid.NewGuid():N}{Suffix}");

    /// <summary>Puts a file in the place of an older one, or where there was none.</summary>
    /// <exception cref="FileWriteException">It cannot be written; the older file is still there.</exception>
    public static void Replace(this IFileSystem disk, string path, IEnumerable<ReadOnlyMemory<byte>> parts)
    {
        string partial = UnfinishedPath(path);
        try
        {
            disk.WriteNew(partial, parts, calledAs: path);
            FileWriteException.Guard(path, "renamed", () => disk.Rename(partial, path));
        }
        catch
        {
            disk.TryDelete(partial);
            throw;
        }

        FileWriteException.Guard(path, "flushed to the disk", () => disk.FlushFolder(FolderOf(path)));
    }

    /// <summary>Writes a new file and flushes its bytes, though not yet its name; gives its length and SHA-256 in lower-case hexadecimal.</summary>
    /// <exception cref="FileWriteException">It cannot be written; some of it may be there.</exception>
    public static (long Bytes, string Sha256) WriteNew(
        this IFileSystem disk, string path, IEnumerable<ReadOnlyMemory<byte>> parts, string? calledAs = null)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long bytes = 0;
        FileWriteException.Guard(calledAs ?? path, "written", () =>
        {
            using Stream file = disk.Create(path);
            foreach (ReadOnlyMemory<byte> part in parts)
            {
                file.Write(part.Span);
                hash.AppendData(part.Span);
                bytes += part.Length;
            }

            disk.Flush(file);
        });
        return (bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>Makes a folder, and those above it that are missing, so that they are there after a power cut too.</summary>
    /// <exception cref="FileWriteException">It cannot be made.</exception>
    public static void CreateFolders(this IFileSystem disk, string folder)
    {
        if (disk.Exists(folder))
        {
            return;
        }

        string parent = FolderOf(folder);
        disk.CreateFolders(parent);
        FileWriteException.Guard(folder, "made", () =>
        {
            disk.CreateFolder(folder);
            disk.FlushFolder(parent);
        });
    }

    /// <summary>Removes a folder so that it is never seen half removed.</summary>
    /// <exception cref="FileWriteException">It cannot be removed.</exception>
    public static void Remove(this IFileSystem disk, string folder) => FileWriteException.Guard(folder, "removed", () =>
    {
        if (disk.Exists(folder))
        {
            string partial = UnfinishedPath(folder);
            disk.Rename(folder, partial);
            disk.Delete(partial);
        }
    });

    /// <summary>Removes what a killed process left unfinished in a folder.</summary>
    /// <exception cref="FileWriteException">It cannot be removed.</exception>
    public static void RemoveUnfinished(this IFileSystem disk, string folder)
    {
        foreach (string name in disk.List(folder).Where(IsUnfinished))
        {
            string path = Path.Combine(folder, name);
            FileWriteException.Guard(path, "removed", () => disk.Delete(path));
        }
    }

    public static bool IsUnfinished(string name) => name.StartsWith('.') && name.EndsWith(Suffix, StringComparison.Ordinal);

    /// <summary>Removes what failed to be written; where that fails too, the first error is the one to tell.</summary>
    public static void TryDelete(this IFileSystem disk, string path)
    {
        try
        {
            disk.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    /// <summary>The folder that a path lies in: that of the process where it names none.</summary>
    public static string FolderOf(string path) => Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(path)) switch
    {
        null => path,
        "" => ".",
        { } folder => folder,
    };
}
