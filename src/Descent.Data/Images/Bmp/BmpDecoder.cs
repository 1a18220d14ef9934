using System.Buffers.Binary;
using System.Numerics;

namespace Descent;

/// <summary>Reads Windows bitmaps: of 1, 4, 8, 16, 24 and 32 bits, in runs, with fields of any width, of either order of rows.</summary>
/// <remarks>
/// A field of n bits becomes ⌊255·v / (2ⁿ − 1)⌋. The fourth byte of plain pixels of 32 bits says nothing and is left out; where a header has a
/// field for alpha, the image has alpha. Pixels that runs pass over have the first colour.
/// </remarks>
internal static class BmpDecoder
{
    public static ImageInfo Identify(ReadOnlySpan<byte> file, string name, ImageReading reading)
    {
        BmpHeader header = BmpHeader.Read(file, name, reading);
        return new(ImageFormat.Bmp, header.Width, header.Height, header.Channels);
    }

    public static Image Decode(ReadOnlySpan<byte> file, string name, ImageReading reading)
    {
        BmpHeader header = BmpHeader.Read(file, name, reading);
        ReadOnlySpan<byte> pixels = file[header.Start..];
        bool inRuns = header.Compression is BmpCompression.Runs4 or BmpCompression.Runs8;
        long needed = inRuns ? 0 : header.RowBytes * header.Height;
        if (pixels.Length < needed && !reading.AllowTruncated)
        {
            throw new ImageFormatException(name, file.Length,
                $"the file ends early: {header.Width} × {header.Height} pixels need {needed} bytes, but {pixels.Length} follow the header; "
                + $"copy it again, or set {nameof(ImageReading)}.{nameof(ImageReading.AllowTruncated)}.");
        }

        var image = new Image(header.Width, header.Height, header.Channels);
        if (inRuns)
        {
            BmpRuns.Decode(pixels, header, name, reading, image);
            return image;
        }

        int stride = (int)header.RowBytes;
        for (int y = 0; y < header.Height && pixels.Length >= stride; y++, pixels = pixels[stride..])
        {
            Span<byte> row = RowOf(image, header, y);
            switch (header.Depth)
            {
                case <= 8:
                    ReadEntries(pixels[..stride], header, name, header.Start + ((long)y * stride), row);
                    break;
                case 24:
                    for (int i = 0; i < row.Length; i += 3)
                    {
                        (row[i], row[i + 1], row[i + 2]) = (pixels[i + 2], pixels[i + 1], pixels[i]);
                    }

                    break;
                default:
                    ReadFields(pixels[..stride], header, row);
                    break;
            }
        }

        return image;
    }

    /// <summary>A row of the image by its place in the file.</summary>
    internal static Span<byte> RowOf(Image image, BmpHeader header, int y)
    {
        int stride = image.Width * image.Channels;
        return image.Pixels.AsSpan((header.IsTopDown ? y : image.Height - 1 - y) * stride, stride);
    }

    /// <summary>Writes the colour of an entry.</summary>
    /// <exception cref="ImageFormatException">There is no such entry.</exception>
    internal static void Put(BmpHeader header, string name, long offset, int entry, Span<byte> pixel)
    {
        int at = 3 * entry;
        if (at >= header.Palette.Length)
        {
            throw new ImageFormatException(name, offset, $"a pixel has entry {entry} of {header.Palette.Length / 3} colours; the file is damaged.");
        }

        (pixel[0], pixel[1], pixel[2]) = (header.Palette[at + 2], header.Palette[at + 1], header.Palette[at]);
    }

    private static void ReadEntries(ReadOnlySpan<byte> stored, BmpHeader header, string name, long offset, Span<byte> row)
    {
        int depth = header.Depth, mask = (1 << depth) - 1;
        for (int x = 0; x < header.Width; x++)
        {
            int bit = x * depth;
            Put(header, name, offset + (bit >> 3), stored[bit >> 3] >> (8 - depth - (bit & 7)) & mask, row[(3 * x)..]);
        }
    }

    private static void ReadFields(ReadOnlySpan<byte> stored, BmpHeader header, Span<byte> row)
    {
        int channels = header.Channels, bytes = header.Depth / 8;
        for (int x = 0; x < header.Width; x++)
        {
            ReadOnlySpan<byte> at = stored[(bytes * x)..];
            uint pixel = bytes == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt32LittleEndian(at);
            for (int c = 0; c < channels; c++)
            {
                uint field = header.Fields[c];
                int shift = BitOperations.TrailingZeroCount(field);
                row[(channels * x) + c] = (byte)((ulong)((pixel & field) >> shift) * 255 / (field >> shift));
            }
        }
    }
}
