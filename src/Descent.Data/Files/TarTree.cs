using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace Descent;

/// <summary>The files of a tar archive, which stays as it is: nothing is written to the disk.</summary>
/// <remarks>
/// A plain archive is indexed once, header by header, and its files are read where they lie. One compressed with gzip is decompressed once
/// and its files are kept in memory, as far as <see cref="MostInMemory"/> goes.
/// </remarks>
internal sealed class TarTree : IFileTree
{
    /// <summary>Deflate cannot shrink more than this: 258 bytes become 2 bits.</summary>
    private const long MaxCompression = 1032;

    private readonly SafeFileHandle? _handle;
    private readonly TarMember[] _members;

    private TarTree(string path, TarIndex index, SafeFileHandle? handle)
    {
        (Name, _members, _handle) = (path, index.Files, handle);
        (Files, EmptyFolders, Notes) = ([.. _members.Select(member => member.Path)], index.EmptyFolders, index.Notes);
    }

    /// <summary>What the files of a compressed archive may take in memory: half of what there is for the process.</summary>
    public static long MostInMemory => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Files { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> EmptyFolders { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes { get; }

    /// <exception cref="DataFormatException">The file is no tar archive, is damaged or cut off, or does not fit into memory.</exception>
    public static TarTree Open(string path) => Open(path, MostInMemory);

    internal static TarTree Open(string path, long mostInMemory)
    {
        SafeFileHandle handle = File.OpenHandle(path);
        try
        {
            Span<byte> start = stackalloc byte[6];
            start = start[..RandomAccess.Read(handle, start, 0)];
            long length = RandomAccess.GetLength(handle);
            if (start is [0x1F, 0x8B, ..])
            {
                using (handle)
                {
                    using var file = new FileStream(handle, FileAccess.Read);
                    return new(path, Decompress(file, path, length, mostInMemory), null);
                }
            }

            string? other = start switch
            {
                [(byte)'P', (byte)'K', ..] => "a zip archive",
                [(byte)'B', (byte)'Z', (byte)'h', ..] => "compressed with bzip2",
                [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', ..] => "compressed with xz",
                [0x28, 0xB5, 0x2F, 0xFD, ..] => "compressed with zstd",
                [(byte)'7', (byte)'z', 0xBC, ..] => "a 7z archive",
                [(byte)'R', (byte)'a', (byte)'r', (byte)'!', ..] => "a rar archive",
                _ => null,
            };
            if (other is not null)
            {
                throw new DataFormatException(path, 0, $"the file is {other}; folders, .tar and .tar.gz are read: unpack it and give its folder.");
            }

            // A handle's position belongs to nobody: the index reads at offsets of its own.
            return new(path, TarIndex.Read(new TarFile(handle, path, length)), handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string NameOf(int file) => $"{Name}/{_members[file].Path}";

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Read(int file)
    {
        TarMember member = _members[file];
        if (_handle is null)
        {
            return member.Content;
        }

        if (member.Length > FileTree.MostFileBytes)
        {
            throw new DataFormatException(NameOf(file), FileTree.MostFileBytes,
                $"the file has {member.Length} bytes, more than the {FileTree.MostFileBytes} that are read at once; take it out.");
        }

        byte[] content = GC.AllocateUninitializedArray<byte>((int)member.Length);
        for (int done = 0; done < content.Length;)
        {
            int read = RandomAccess.Read(_handle, content.AsSpan(done), member.Offset + done);
            done += read > 0 ? read : throw new DataFormatException(Name, member.Offset + done,
                $"the archive ends within {member.Path}: it has become shorter since it was opened.");
        }

        return content;
    }

    private static TarIndex Decompress(FileStream file, string path, long length, long mostInMemory)
    {
        using var content = new GZipStream(file, CompressionMode.Decompress);
        try
        {
            return TarIndex.Read(new TarStream(content, path, length * MaxCompression, mostInMemory));
        }
        catch (InvalidDataException e)
        {
            throw new DataFormatException(path, file.Position,
                $"the gzip data is damaged ({e.Message.TrimEnd('.')}); fetch the archive again.", e);
        }
    }
}
