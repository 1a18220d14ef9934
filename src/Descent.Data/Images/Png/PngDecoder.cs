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
        int longest = 0;
        foreach (PngPass pass in passes)
        {
            int length = 1 + (int)content.Header.RowBytes(pass.Width);
            (size, longest) = (size + (long)pass.Height * length, Math.Max(longest, length));
        }

        if (content.DataLength < size / MostExpansion && !reading.AllowTruncated)
        {
            throw new ImageFormatException(name, content.OffsetOf(0),
                $"{content.DataLength} compressed bytes cannot hold {content.Header.Width} × {content.Header.Height} pixels; the file is damaged.");
        }

        var image = new Image(content.Header.Width, content.Header.Height, content.Channels);
        var rows = new PngRows(content, file, size, longest, reading);
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
        int stride = image.Width * image.Channels;
        bool isInterlaced = content.Header.IsInterlaced, isDirect = !isInterlaced && PngSamples.AreChannels(content);
        int kept = isDirect ? 0 : passes.Max(pass => pass.Height > 1 ? (int)content.Header.RowBytes(pass.Width) : 0);
        byte[] last = new byte[kept], line = new byte[isInterlaced ? passes.Max(pass => pass.Width) * image.Channels : 0];
        foreach (PngPass pass in passes)
        {
            int length = (int)content.Header.RowBytes(pass.Width);
            Span<byte> above = default;
            for (int y = 0; y < pass.Height && rows.TryNext(1 + length, out ReadOnlySpan<byte> filtered, out Span<byte> place); y++)
            {
                if (filtered[0] >= PngFilter.Count)
                {
                    throw new ImageFormatException(content.Name, content.OffsetOf(0), $"row {y} has filter {filtered[0]}; there are 0 to 4. The file is damaged.");
                }

                Span<byte> target = image.Pixels.AsSpan((pass.Y0 + y * pass.DY) * stride, stride), restored = isDirect ? target : place;
                PngFilter.Undo(filtered[0], filtered[1..], above, restored, content.Header.FilterDistance);
                if (isDirect)
                {
                    above = target;
                    continue;
                }

                Span<byte> pixels = isInterlaced ? line.AsSpan(0, pass.Width * image.Channels) : target;
                PngSamples.Expand(content, restored, pixels);
                if (isInterlaced)
                {
                    Scatter(pixels, pass, target, image.Channels);
                }

                if (y < pass.Height - 1)
                {
                    above = last.AsSpan(0, length);
                    restored.CopyTo(above);
                }
            }
        }
    }

    private static void Scatter(ReadOnlySpan<byte> pixels, in PngPass pass, Span<byte> target, int channels)
    {
        for (int x = pass.X0; !pixels.IsEmpty; x += pass.DX, pixels = pixels[channels..])
        {
            pixels[..channels].CopyTo(target[(x * channels)..]);
        }
    }
}
