using System.Buffers.Binary;

namespace Descent;

/// <summary>How a PNG file says its colours; bit 0 palette, bit 1 colour, bit 2 alpha.</summary>
internal enum PngColor
{
    Grey = 0,
    Rgb = 2,
    Palette = 3,
    GreyAlpha = 4,
    RgbAlpha = 6,
}

/// <summary>The IHDR chunk of a PNG file.</summary>
internal readonly record struct PngHeader(int Width, int Height, int BitDepth, PngColor Color, bool IsInterlaced)
{
    public const int Length = 13;

    /// <summary>Samples of a pixel in the file.</summary>
    public int Samples => Color switch { PngColor.Rgb => 3, PngColor.GreyAlpha => 2, PngColor.RgbAlpha => 4, _ => 1 };

    /// <summary>Bytes from a byte to the one that filters compare it with: those of a pixel, at least 1.</summary>
    public int FilterDistance => Math.Max(1, Samples * BitDepth / 8);

    /// <summary>Bytes of a row of so many pixels, without its filter byte.</summary>
    public long RowBytes(int width) => ((long)width * Samples * BitDepth + 7) / 8;

    public static PngHeader Read(ReadOnlySpan<byte> data, string name, long offset, ImageReading reading)
    {
        if (data.Length != Length)
        {
            throw new ImageFormatException(name, offset, $"the IHDR chunk has {data.Length} bytes, not {Length}.");
        }

        uint width = BinaryPrimitives.ReadUInt32BigEndian(data), height = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        reading.CheckSize(name, offset, width, height);
        (int depth, int color, int compression, int filter, int interlace) = (data[8], data[9], data[10], data[11], data[12]);
        bool isLegal = (PngColor)color switch
        {
            PngColor.Grey => depth is 1 or 2 or 4 or 8 or 16,
            PngColor.Palette => depth is 1 or 2 or 4 or 8,
            PngColor.Rgb or PngColor.GreyAlpha or PngColor.RgbAlpha => depth is 8 or 16,
            _ => false,
        };
        if (!isLegal)
        {
            throw new ImageFormatException(name, offset + 8, $"PNG has no colour type {color} with {depth} bits a sample.");
        }

        return (compression, filter, interlace) is (0, 0, 0 or 1)
            ? new((int)width, (int)height, depth, (PngColor)color, interlace == 1)
            : throw new ImageFormatException(name, offset + 10,
                $"compression, filter and interlace methods {compression}, {filter}, {interlace} are unknown; they are 0, 0, and 0 or 1.");
    }
}
