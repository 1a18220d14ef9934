using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Descent;

/// <summary>A PNG file put together chunk by chunk, right or wrong.</summary>
internal sealed class PngFile
{
    private readonly MemoryStream _file = new();
    private readonly byte[] _header = new byte[PngHeader.Length];

    public PngFile(int width, int height, int depth, int color, int interlace = 0)
    {
        BinaryPrimitives.WriteInt32BigEndian(_header, width);
        BinaryPrimitives.WriteInt32BigEndian(_header.AsSpan(4), height);
        (_header[8], _header[9], _header[12]) = ((byte)depth, (byte)color, (byte)interlace);
        _file.Write(PngChunks.Signature);
    }

    public byte[] Bytes => _file.ToArray();

    public static byte[] Compress(byte[] rows, CompressionLevel level = CompressionLevel.Optimal)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, level))
        {
            zlib.Write(rows);
        }

        return compressed.ToArray();
    }

    public PngFile Header() => Chunk("IHDR", _header);

    /// <param name="rows">Each a filter byte and the filtered samples.</param>
    public PngFile Pixels(byte[] rows) => Chunk("IDAT", Compress(rows));

    public PngFile End() => Chunk("IEND", []);

    public PngFile Chunk(string type, byte[] data)
    {
        byte[] content = [.. Encoding.ASCII.GetBytes(type), .. data], number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        _file.Write(number);
        _file.Write(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Of(content));
        _file.Write(number);
        return this;
    }

    public PngFile Raw(byte[] bytes)
    {
        _file.Write(bytes);
        return this;
    }
}
