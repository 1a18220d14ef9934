namespace Descent;

/// <summary>An image in memory: 8 bits a sample, row by row from the top, the channels of a pixel side by side.</summary>
public sealed class Image
{
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="channels">1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha (not premultiplied).</param>
    /// <param name="pixels">Kept, not copied: width · height · channels bytes.</param>
    /// <exception cref="ArgumentException">A number is out of range, or does not fit the length.</exception>
    public Image(int width, int height, int channels, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        if (width < 1 || height < 1 || channels is < 1 or > 4 || pixels.Length != (long)width * height * channels)
        {
            throw new ArgumentException(
                $"image: {width} × {height} pixels of {channels} channels do not fit {pixels.Length} bytes; sizes are at least 1, channels 1 to 4.",
                nameof(pixels));
        }

        (Width, Height, Channels, Pixels) = (width, height, channels, pixels);
    }

    /// <summary>A black (and transparent) image.</summary>
    internal Image(int width, int height, int channels)
        : this(width, height, channels, new byte[width * height * channels])
    {
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.</summary>
    public int Channels { get; }

    /// <summary>Sample c of the pixel in row y and column x stands at (y · Width + x) · Channels + c.</summary>
    public byte[] Pixels { get; }

    /// <summary>Reads an image file: PNG, JPEG, BMP, GIF (its first frame) or PNM, by its first bytes.</summary>
    /// <exception cref="ImageFormatException">The file is not a whole and correct image.</exception>
    public static Image Read(string path, ImageReading? reading = null) => Decode(File.ReadAllBytes(path), path, reading);

    /// <summary>Reads an image from the bytes of its file.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">What messages call it: its path.</param>
    /// <param name="reading">Limits; <see cref="ImageReading.Default"/> if null.</param>
    /// <exception cref="ImageFormatException">The bytes are not a whole and correct image.</exception>
    public static Image Decode(ReadOnlySpan<byte> bytes, string name, ImageReading? reading = null) =>
        ImageCodec.Of(bytes, name).Decode(bytes, name, reading ?? ImageReading.Default);

    /// <summary>Reads the header of an image file and nothing else.</summary>
    /// <exception cref="ImageFormatException">The file does not begin as an image.</exception>
    public static ImageInfo Identify(string path, ImageReading? reading = null)
    {
        using FileStream file = File.OpenRead(path);
        byte[] start = new byte[(int)Math.Min(file.Length, 1 << 16)];
        file.ReadExactly(start);
        try
        {
            return Identify(start, path, reading);
        }
        catch (ImageFormatException) when (file.Length > start.Length)
        {
            // A photograph may carry its thumbnail and colour profile before its size.
            return Identify(File.ReadAllBytes(path), path, reading);
        }
    }

    /// <summary>Reads the header of an image from the first bytes of its file.</summary>
    /// <inheritdoc cref="Decode" path="//param"/>
    /// <exception cref="ImageFormatException">The bytes do not begin as an image, or end before its size is said.</exception>
    public static ImageInfo Identify(ReadOnlySpan<byte> bytes, string name, ImageReading? reading = null) =>
        ImageCodec.Of(bytes, name).Identify(bytes, name, reading ?? ImageReading.Default);

    /// <summary>Writes a JPEG file.</summary>
    /// <inheritdoc cref="EncodeJpeg" path="//param|//exception"/>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveJpeg(string path, int quality = 90, bool halfColor = true) => Save(path, file => SaveJpeg(file, quality, halfColor));

    /// <summary>Writes a JPEG file into a stream.</summary>
    /// <inheritdoc cref="EncodeJpeg" path="//param|//exception"/>
    public void SaveJpeg(Stream stream, int quality = 90, bool halfColor = true)
    {
        using JpegBitWriter file = JpegEncoder.Encode(this, quality, halfColor);
        stream.Write(file.Bytes);
    }

    /// <summary>The bytes of a baseline JPEG file: grey, or Y, Cb and Cr. Alpha is left out.</summary>
    /// <param name="quality">1 to 100, on the scale of libjpeg.</param>
    /// <param name="halfColor">Cb and Cr at half the width and height (4:2:0), as photographs have them; otherwise at full (4:4:4).</param>
    /// <exception cref="ArgumentException">The quality is out of range, or the image more than 65,500 pixels wide or high.</exception>
    public byte[] EncodeJpeg(int quality = 90, bool halfColor = true)
    {
        using JpegBitWriter file = JpegEncoder.Encode(this, quality, halfColor);
        return file.Bytes.ToArray();
    }

    /// <summary>Writes a PNG file, which has these pixels exactly.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SavePng(string path) => Save(path, file => file.Write(EncodePng()));

    /// <summary>The bytes of a PNG file with these pixels exactly.</summary>
    public byte[] EncodePng() => PngEncoder.Encode(this);

    /// <summary>The file appears whole or not at all.</summary>
    private static void Save(string path, Action<Stream> write)
    {
        string partial = $"{path}.partial";
        try
        {
            using (FileStream file = File.Create(partial))
            {
                write(file);
            }

            File.Move(partial, path, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    /// <summary>The same image with so many channels; itself where it has them already.</summary>
    /// <param name="channels">1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.</param>
    /// <remarks>
    /// Grey becomes three equal channels; colours become grey as ITU-R BT.601 weighs them, 0.299 R + 0.587 G + 0.114 B; alpha is left out, or
    /// added as opaque.
    /// </remarks>
    public Image WithChannels(int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, 4);
        if (channels == Channels)
        {
            return this;
        }

        var image = new Image(Width, Height, channels);
        bool fromColor = Channels >= 3, toColor = channels >= 3, hasAlpha = Channels is 2 or 4, wantsAlpha = channels is 2 or 4;
        ReadOnlySpan<byte> x = Pixels;
        Span<byte> y = image.Pixels;
        for (; !y.IsEmpty; x = x[Channels..], y = y[channels..])
        {
            if (toColor)
            {
                (y[0], y[1], y[2]) = fromColor ? (x[0], x[1], x[2]) : (x[0], x[0], x[0]);
            }
            else
            {
                y[0] = fromColor ? Grey(x[0], x[1], x[2]) : x[0];
            }

            if (wantsAlpha)
            {
                y[channels - 1] = hasAlpha ? x[Channels - 1] : byte.MaxValue;
            }
        }

        return image;

        // The weights in 1/65,536, as Pillow rounds them: training data prepared by either is the same.
        static byte Grey(int red, int green, int blue) => (byte)((19_595 * red + 38_470 * green + 7_471 * blue + 32_768) >> 16);
    }

    /// <summary>Writes the samples channel after channel, (C, H, W), as networks take them.</summary>
    /// <param name="planes">Channels · Height · Width bytes.</param>
    /// <exception cref="ArgumentException">There are fewer, or more.</exception>
    public void CopyPlanesTo(Span<byte> planes)
    {
        if (planes.Length != Pixels.Length)
        {
            throw new ArgumentException($"image: {Pixels.Length} samples do not fit {planes.Length} bytes.", nameof(planes));
        }

        ReadOnlySpan<byte> pixels = Pixels;
        int size = Width * Height;
        if (Channels == 3)
        {
            RgbInterleaving.Separate(pixels, planes[..size], planes.Slice(size, size), planes[(2 * size)..]);
            return;
        }

        for (int c = 0; c < Channels; c++)
        {
            Span<byte> plane = planes.Slice(c * size, size);
            for (int i = 0, at = c; i < plane.Length; i++, at += Channels)
            {
                plane[i] = pixels[at];
            }
        }
    }
}
