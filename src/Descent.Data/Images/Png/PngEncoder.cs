using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Descent;

/// <summary>Writes PNG images of 8 bits a sample: grey, grey with alpha, RGB, RGB with alpha.</summary>
/// <remarks>
/// Each row has the filter whose result, taken as signed bytes, has the least sum of magnitudes: the heuristic that the PNG
/// specification recommends (ISO/IEC 15948, 12.8).
/// </remarks>
internal static class PngEncoder
{
    public static byte[] Encode(Image image)
    {
        using var file = new MemoryStream();
        file.Write(PngChunks.Signature);
        Span<byte> header = stackalloc byte[PngHeader.Length];
        header.Clear();
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], image.Height);
        header[8] = 8;
        header[9] = (byte)(image.Channels switch { 1 => PngColor.Grey, 2 => PngColor.GreyAlpha, 3 => PngColor.Rgb, _ => PngColor.RgbAlpha });
        WriteChunk(file, "IHDR", header);
        WriteChunk(file, "IDAT", Compress(image));
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    private static ReadOnlySpan<byte> Compress(Image image)
    {
        int distance = image.Channels, length = image.Width * image.Channels;
        byte[] row = new byte[distance + length], above = new byte[distance + length], tried = new byte[1 + length], best = new byte[1 + length];
        var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (int y = 0; y < image.Height; y++)
            {
                image.Pixels.AsSpan(y * length, length).CopyTo(row.AsSpan(distance));
                long least = long.MaxValue;
                for (int filter = 0; filter < PngFilter.Count; filter++)
                {
                    tried[0] = (byte)filter;
                    long sum = PngFilter.Apply(filter, row, above, tried.AsSpan(1));
                    if (sum < least)
                    {
                        least = sum;
                        (tried, best) = (best, tried);
                    }
                }

                zlib.Write(best);
                (row, above) = (above, row);
            }
        }

        return compressed.GetBuffer().AsSpan(0, (int)compressed.Length);
    }

    private static void WriteChunk(MemoryStream file, string type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        int start = (int)file.Position;
        file.Write(Encoding.ASCII.GetBytes(type));
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Of(file.GetBuffer().AsSpan(start, (int)file.Length - start)));
        file.Write(number);
    }
}
