namespace Descent;

/// <summary>Reads the first frame of a GIF (87a or 89a).</summary>
/// <remarks>
/// Around a frame that is smaller than the image lies the background colour. Where an entry of the palette is transparent, the image has alpha,
/// and what lies around the frame is transparent.
/// </remarks>
internal static class GifDecoder
{
    /// <summary>First row and step of the four passes of an interlaced frame.</summary>
    private static readonly (int First, int Step)[] s_passes = [(0, 8), (4, 8), (2, 4), (1, 2)], s_whole = [(0, 1)];

    public static ImageInfo Identify(ReadOnlySpan<byte> file, string name, ImageReading reading)
    {
        GifFrame frame = GifFrame.Read(file, name, reading);
        return new(ImageFormat.Gif, frame.Width, frame.Height, frame.Channels);
    }

    public static Image Decode(ReadOnlySpan<byte> file, string name, ImageReading reading)
    {
        GifFrame frame = GifFrame.Read(file, name, reading);
        var image = new Image(frame.Width, frame.Height, frame.Channels);
        if (frame.Channels == 3 && (frame.FrameWidth < frame.Width || frame.FrameHeight < frame.Height))
        {
            for (Span<byte> left = image.Pixels; !left.IsEmpty; left = left[3..])
            {
                (left[0], left[1], left[2]) = frame.Background;
            }
        }

        var codes = new GifCodes(file, name, frame.Start);
        byte[] entries = new byte[frame.FrameWidth];
        foreach ((int first, int step) in frame.IsInterlaced ? s_passes : s_whole)
        {
            for (int y = first; y < frame.FrameHeight; y += step)
            {
                int count = codes.Read(entries);
                Put(frame, name, codes.Offset, entries.AsSpan(0, count), image.Pixels.AsSpan((((frame.Top + y) * frame.Width) + frame.Left) * frame.Channels));
                if (count < entries.Length)
                {
                    return reading.AllowTruncated
                        ? image
                        : throw new ImageFormatException(name, codes.Offset,
                            $"the pixels end early, in row {y} of {frame.FrameHeight}; copy the file again, or set {nameof(ImageReading)}.{nameof(ImageReading.AllowTruncated)}.");
                }
            }
        }

        return image;
    }

    private static void Put(GifFrame frame, string name, long offset, ReadOnlySpan<byte> entries, Span<byte> pixels)
    {
        int channels = frame.Channels;
        ReadOnlySpan<byte> palette = frame.Palette;
        for (int x = 0; x < entries.Length; x++)
        {
            int at = 3 * entries[x];
            if (at >= palette.Length)
            {
                throw new ImageFormatException(name, offset, $"a pixel has entry {entries[x]} of {palette.Length / 3} colours; the file is damaged.");
            }

            Span<byte> pixel = pixels.Slice(x * channels, channels);
            palette.Slice(at, 3).CopyTo(pixel);
            if (channels == 4)
            {
                pixel[3] = entries[x] == frame.Transparent ? (byte)0 : byte.MaxValue;
            }
        }
    }
}
