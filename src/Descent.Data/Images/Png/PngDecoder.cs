using System.Buffers;

namespace Descent;

/// <summary>Reads PNG images (ISO/IEC 15948): every colour type and depth, interlaced or not.</summary>
/// <remarks>
/// Checksums, the order of chunks and the size of the pixels are checked strictly. Samples of 16 bits are rounded to 8; gamma and colour
/// profiles are not applied.
/// </remarks>
internal static class PngDecoder
{
    /// <summary>What a byte of a deflate stream can become at most: two bits may stand for 258 bytes.</summary>
    private const int MostExpansion = 1032;

    public static ImageInfo Identify(ReadOnlySpan<byte> file, string name, ImageReading reading)
    {
        PngContent content = PngContent.Read(file, name, reading, withData: false);
        return new(ImageFormat.Png, content.Header.Width, content.Header.Height, content.Channels);
    }

    public static Image Decode(ReadOnlySpan<byte> file, string name, ImageReading reading)
    {
        PngContent content = PngContent.Read(file, name, reading, withData: true);
        PngPass[] passes = PngPass.Of(content.Header);
        long size = 0;
        foreach (PngPass pass in passes)
        {
            size += pass.Height * (1 + content.Header.RowBytes(pass.Width));
        }

        if (content.DataLength < size / MostExpansion && !reading.AllowTruncated)
        {
            throw new ImageFormatException(name, content.OffsetOf(0),
                $"{content.DataLength} compressed bytes cannot hold {content.Header.Width} × {content.Header.Height} pixels; the file is damaged.");
        }

        var image = new Image(content.Header.Width, content.Header.Height, content.Channels);
        var rows = new PngRows(content, file, size, 1 + (int)content.Header.RowBytes(image.Width), reading);
        try
        {
            Restore(content, passes, ref rows, image);
            rows.End();
            return image;
        }
        finally
        {
            rows.Dispose();
        }
    }

    /// <summary>Undoes the filters and puts the pixels where they belong; rows that are missing stay zero.</summary>
    private static void Restore(PngContent content, PngPass[] passes, ref PngRows rows, Image image)
    {
        int longest = (int)content.Header.RowBytes(image.Width), stride = image.Width * image.Channels;
        bool isInterlaced = content.Header.IsInterlaced, isDirect = !isInterlaced && PngSamples.AreChannels(content);
        byte[] rented = ArrayPool<byte>.Shared.Rent(2 * longest + stride);
        Span<byte> above = rented.AsSpan(0, longest), row = rented.AsSpan(longest, longest), line = rented.AsSpan(2 * longest, stride);
        foreach (PngPass pass in passes)
        {
            int length = (int)content.Header.RowBytes(pass.Width);
            above.Clear();
            for (int y = 0; y < pass.Height && rows.TryNext(length + 1, out ReadOnlySpan<byte> filtered); y++)
            {
                if (filtered[0] >= PngFilter.Count)
                {
                    throw new ImageFormatException(content.Name, content.OffsetOf(0), $"row {y} has filter {filtered[0]}; there are 0 to 4. The file is damaged.");
                }

                Span<byte> target = image.Pixels.AsSpan((pass.Y0 + y * pass.DY) * stride, stride);
                Span<byte> restored = isDirect ? target : row[..length];
                PngFilter.Undo(filtered[0], filtered[1..], above[..length], restored, content.Header.FilterDistance);
                if (isInterlaced)
                {
                    Span<byte> pixels = line[..(pass.Width * image.Channels)];
                    PngSamples.Expand(content, restored, pixels);
                    Scatter(pixels, pass, target, image.Channels);
                }
                else if (!isDirect)
                {
                    PngSamples.Expand(content, restored, target);
                }

                if (isDirect)
                {
                    above = target;
                }
                else
                {
                    Span<byte> free = above;
                    above = row;
                    row = free;
                }
            }
        }

        ArrayPool<byte>.Shared.Return(rented);
    }

    private static void Scatter(ReadOnlySpan<byte> pixels, in PngPass pass, Span<byte> target, int channels)
    {
        for (int x = pass.X0; !pixels.IsEmpty; x += pass.DX, pixels = pixels[channels..])
        {
            pixels[..channels].CopyTo(target[(x * channels)..]);
        }
    }
}
