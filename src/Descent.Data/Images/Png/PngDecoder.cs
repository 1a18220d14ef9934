using System.Buffers;
using System.IO.Compression;

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

        if (size > Array.MaxLength)
        {
            throw new ImageFormatException(name, 16, $"the pixels need {size} bytes, more than an array holds; scale the image down.");
        }

        if (content.DataLength < size / MostExpansion && !reading.AllowTruncated)
        {
            throw new ImageFormatException(name, content.OffsetOf(0),
                $"{content.DataLength} compressed bytes cannot hold {content.Header.Width} × {content.Header.Height} pixels; the file is damaged.");
        }

        byte[] raw = ArrayPool<byte>.Shared.Rent((int)size);
        try
        {
            int produced = Decompress(content, file, raw.AsSpan(0, (int)size), reading);
            var image = new Image(content.Header.Width, content.Header.Height, content.Channels);
            Restore(content, passes, raw.AsSpan(0, produced), image);
            return image;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(raw);
        }
    }

    /// <returns>The bytes written: all, but where a file may be cut.</returns>
    private static int Decompress(PngContent content, ReadOnlySpan<byte> file, Span<byte> raw, ImageReading reading)
    {
        byte[] joined = ArrayPool<byte>.Shared.Rent(content.DataLength);
        try
        {
            content.CopyData(file, joined);
            using var compressed = new MemoryStream(joined, 0, content.DataLength);
            int produced = Inflate(compressed, raw, out string? problem);
            bool mayBeCut = reading.AllowTruncated && compressed.Position == compressed.Length;
            return produced == raw.Length && problem is null || mayBeCut
                ? produced
                : throw new ImageFormatException(content.Name, content.OffsetOf((int)compressed.Position), problem
                    ?? $"the compressed pixels end early, after {produced} of {raw.Length} bytes; copy the file again, or set "
                    + $"{nameof(ImageReading)}.{nameof(ImageReading.AllowTruncated)}.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(joined);
        }
    }

    /// <returns>Bytes that were made before a problem or the end.</returns>
    private static int Inflate(Stream compressed, Span<byte> raw, out string? problem)
    {
        using var zlib = new ZLibStream(compressed, CompressionMode.Decompress, leaveOpen: true);
        int produced = 0;
        try
        {
            for (int read = 1; read > 0 && produced < raw.Length; produced += read)
            {
                read = zlib.Read(raw[produced..]);
            }

            // The checksum is compared where the stream ends, which one more byte asks for.
            problem = produced == raw.Length && zlib.ReadByte() >= 0
                ? $"the compressed pixels are more than the {raw.Length} bytes of the image; the file is damaged."
                : null;
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            problem = $"the compressed pixels are damaged behind {produced} of {raw.Length} bytes; copy the file again. ({e.Message})";
        }

        return produced;
    }

    /// <summary>Undoes the filters and puts the pixels where they belong; rows that are missing stay zero.</summary>
    private static void Restore(PngContent content, PngPass[] passes, ReadOnlySpan<byte> raw, Image image)
    {
        int longest = (int)content.Header.RowBytes(image.Width), stride = image.Width * image.Channels;
        bool isInterlaced = content.Header.IsInterlaced, isDirect = !isInterlaced && PngSamples.AreChannels(content);
        byte[] rows = ArrayPool<byte>.Shared.Rent(2 * longest + stride);
        Span<byte> above = rows.AsSpan(0, longest), row = rows.AsSpan(longest, longest), line = rows.AsSpan(2 * longest, stride);
        foreach (PngPass pass in passes)
        {
            int length = (int)content.Header.RowBytes(pass.Width);
            above.Clear();
            for (int y = 0; y < pass.Height && raw.Length > length; y++, raw = raw[(length + 1)..])
            {
                if (raw[0] >= PngFilter.Count)
                {
                    throw new ImageFormatException(content.Name, content.OffsetOf(0), $"row {y} has filter {raw[0]}; there are 0 to 4. The file is damaged.");
                }

                Span<byte> target = image.Pixels.AsSpan((pass.Y0 + y * pass.DY) * stride, stride);
                Span<byte> restored = isDirect ? target : row[..length];
                PngFilter.Undo(raw[0], raw.Slice(1, length), above[..length], restored, content.Header.FilterDistance);
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

        ArrayPool<byte>.Shared.Return(rows);
    }

    private static void Scatter(ReadOnlySpan<byte> pixels, in PngPass pass, Span<byte> target, int channels)
    {
        for (int x = pass.X0; !pixels.IsEmpty; x += pass.DX, pixels = pixels[channels..])
        {
            pixels[..channels].CopyTo(target[(x * channels)..]);
        }
    }
}
