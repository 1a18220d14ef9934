using System.Buffers.Binary;

namespace Descent;

/// <summary>Reads Netpbm images: bitmaps (P1, P4), grey (P2, P5) and colour (P3, P6), in text or binary, of 8 or 16 bits a sample.</summary>
/// <remarks>
/// A value v of largest value m becomes ⌊(255·v + ⌊m/2⌋) / m⌋, as Netpbm scales. In a bitmap 1 is black. Of several images in one file the
/// first is read.
/// </remarks>
internal static class PnmDecoder
{
    public static ImageInfo Identify(ReadOnlySpan<byte> file, string name, ImageReading reading)
    {
        PnmHeader header = PnmHeader.Read(file, name, reading);
        return new(ImageFormat.Pnm, header.Width, header.Height, header.Channels);
    }

    /// <param name="file">The whole file.</param>
    /// <param name="name">The path, for messages.</param>
    /// <param name="reading">Limits.</param>
    /// <param name="scaled">False keeps the values of a file of up to 255 as they are: classes in a mask.</param>
    public static Image Decode(ReadOnlySpan<byte> file, string name, ImageReading reading, bool scaled = true)
    {
        PnmHeader header = PnmHeader.Read(file, name, reading);
        long follow = Math.Max(0, file.Length - header.Length);
        if (follow < header.PixelBytes && !reading.AllowTruncated)
        {
            throw new ImageFormatException(name, file.Length,
                $"the file ends early: {header.Width} × {header.Height} pixels need {header.PixelBytes} bytes, but {follow} follow the header; "
                + $"copy it again, or set {nameof(ImageReading)}.{nameof(ImageReading.AllowTruncated)}.");
        }

        if (!scaled && header.Largest > 255)
        {
            throw new ImageFormatException(name, 2, $"the largest value is {header.Largest}, but values that are not colours go up to 255.");
        }

        var image = new Image(header.Width, header.Height, header.Channels);
        ReadOnlySpan<byte> pixels = file[Math.Min(header.Length, file.Length)..];
        int scale = scaled ? 255 : header.Largest;
        if (header.IsText)
        {
            ReadText(file, name, reading, header, scale, image.Pixels);
        }
        else if (header.IsBitmap)
        {
            ReadBits(pixels, header, (byte)scale, image.Pixels);
        }
        else if (header.Largest > 255)
        {
            ReadWide(pixels, name, header, image.Pixels);
        }
        else
        {
            ReadBytes(pixels, name, header, scale, image.Pixels);
        }

        return image;
    }

    private static void ReadText(
        ReadOnlySpan<byte> file, string name, ImageReading reading, PnmHeader header, int scale, Span<byte> samples)
    {
        int at = header.Length;
        for (int i = 0; i < samples.Length; i++)
        {
            PnmHeader.SkipSpace(file, ref at);
            int start = at, value = 0;

            // The digits of a bitmap need no white space between them.
            for (; at < file.Length && char.IsAsciiDigit((char)file[at]) && value <= header.Largest && !(header.IsBitmap && at > start); at++)
            {
                value = 10 * value + file[at] - '0';
            }

            if (at == file.Length && start == at)
            {
                if (reading.AllowTruncated)
                {
                    return;
                }

                throw new ImageFormatException(name, at, $"the file ends early: it holds {i} samples of {samples.Length}; copy it again, or set "
                    + $"{nameof(ImageReading)}.{nameof(ImageReading.AllowTruncated)}.");
            }

            if (start == at || value > header.Largest)
            {
                throw new ImageFormatException(name, start, $"a sample must be a number from 0 to {header.Largest}.");
            }

            samples[i] = Scale(header.IsBitmap ? 1 - value : value, header.Largest, scale);
        }
    }

    private static void ReadBits(ReadOnlySpan<byte> pixels, PnmHeader header, byte white, Span<byte> samples)
    {
        int stride = (header.Width + 7) / 8;
        for (int y = 0, i = 0; y < header.Height; y++)
        {
            for (int x = 0; x < header.Width; x++, i++)
            {
                int at = y * stride + x / 8;
                if (at >= pixels.Length)
                {
                    return;
                }

                samples[i] = (pixels[at] >> (7 - x % 8) & 1) == 0 ? white : (byte)0;
            }
        }
    }

    private static void ReadWide(ReadOnlySpan<byte> pixels, string name, PnmHeader header, Span<byte> samples)
    {
        for (int i = 0; i < samples.Length && 2 * i + 2 <= pixels.Length; i++)
        {
            int value = BinaryPrimitives.ReadUInt16BigEndian(pixels[(2 * i)..]);
            CheckValue(name, header, header.Length + 2L * i, value);
            samples[i] = Scale(value, header.Largest, 255);
        }
    }

    private static void ReadBytes(ReadOnlySpan<byte> pixels, string name, PnmHeader header, int scale, Span<byte> samples)
    {
        pixels = pixels[..Math.Min(pixels.Length, samples.Length)];
        int wrong = pixels.IndexOfAnyExceptInRange((byte)0, (byte)header.Largest);
        if (wrong >= 0)
        {
            CheckValue(name, header, header.Length + wrong, pixels[wrong]);
        }

        pixels.CopyTo(samples);
        if (scale != header.Largest)
        {
            for (int i = 0; i < pixels.Length; i++)
            {
                samples[i] = Scale(samples[i], header.Largest, scale);
            }
        }
    }

    private static void CheckValue(string name, PnmHeader header, long offset, int value)
    {
        if (value > header.Largest)
        {
            throw new ImageFormatException(name, offset, $"the value {value} is above the largest of the header, {header.Largest}.");
        }
    }

    private static byte Scale(int value, int largest, int scale) =>
        (byte)(scale == largest ? value : (value * scale + largest / 2) / largest);
}
