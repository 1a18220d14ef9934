namespace Descent;

/// <summary>A compressed tar archive, taken front to back once: the content of its files is kept in memory.</summary>
/// <param name="content">What decompresses.</param>
/// <param name="path">What messages call the archive.</param>
/// <param name="longest">No archive of this file's size decompresses to more bytes.</param>
/// <param name="mostInMemory">What may be kept, in bytes.</param>
internal sealed class TarStream(Stream content, string path, long longest, long mostInMemory) : ITarContent
{
    private long _kept;

    public string Name => path;

    public long Position { get; private set; }

    public long MostLeft => longest - Position;

    public int Take(Span<byte> buffer)
    {
        int taken = content.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        Position += taken;
        return taken;
    }

    public ReadOnlyMemory<byte> Keep(long length, string member)
    {
        if (length > FileTree.MostFileBytes || length > mostInMemory - _kept)
        {
            throw new DataFormatException(path, Position,
                $"the files up to {member} ({_kept + length} bytes) are more than what is kept in memory of a compressed archive "
                + $"({mostInMemory} bytes in all, {FileTree.MostFileBytes} a file); decompress it with gunzip and give the .tar, which is read in place.");
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)length);
        int taken = Take(bytes);
        _kept += taken;
        return taken == bytes.Length ? bytes : throw new DataFormatException(path, Position,
            $"the archive ends within {member}, {length - taken} bytes early; it is cut off, fetch it again.");
    }

    public void Skip(long length)
    {
        Span<byte> block = stackalloc byte[512];
        while (length > 0)
        {
            int taken = Take(block[..(int)Math.Min(length, block.Length)]);
            if (taken == 0)
            {
                return;
            }

            length -= taken;
        }
    }

    public void Finish()
    {
        byte[] rest = new byte[1 << 14];
        while (content.Read(rest) > 0)
        {
        }
    }
}
