using System.Globalization;
using System.Text;

namespace Descent;

/// <summary>An image as bytes, channel after channel.</summary>
/// <param name="Shape">(C, H, W), C 1 or 3.</param>
/// <param name="Pixels">In the order of the shape.</param>
internal sealed record PnmImage(Shape Shape, byte[] Pixels);

/// <summary>Reads the binary Netpbm formats of one byte a value: PGM (<c>P5</c>, grey) and PPM (<c>P6</c>, colour).</summary>
/// <remarks>
/// A header in ASCII with comments from # to the end of the line: magic, width, height, largest value (255 or less); one white-space
/// character; the pixels row by row. What the header claims is compared with the file's size before anything is allocated.
/// </remarks>
internal static class PnmFile
{
    private const int MostSide = 1 << 15;

    /// <exception cref="DataFormatException">The file is damaged, or of another format.</exception>
    public static PnmImage Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        int at = 2;
        int channels = file.Length < 2 || file[0] != 'P' ? 0 : file[1] switch { (byte)'5' => 1, (byte)'6' => 3, _ => 0 };
        if (channels == 0)
        {
            string found = Encoding.ASCII.GetString(file.AsSpan(0, Math.Min(2, file.Length)));
            throw new DataFormatException(path, 0, $"found '{found}', expected P5 (PGM) or P6 (PPM); convert it: magick {Path.GetFileName(path)} out.ppm");
        }

        int width = Number("width", MostSide), height = Number("height", MostSide), largest = Number("largest value", 255);
        at++;
        long size = (long)width * height;
        if (file.Length - at != size * channels)
        {
            throw new DataFormatException(path, at,
                $"{width} × {height} pixels of {channels} bytes need {size * channels} bytes, but {Math.Max(0, file.Length - at)} follow the header.");
        }

        byte[] pixels = new byte[size * channels];
        for (int i = 0; i < pixels.Length; i++)
        {
            byte value = file[at + i];
            if (value > largest)
            {
                throw new DataFormatException(path, at + i, $"the value {value} is above the largest of the header, {largest}.");
            }

            pixels[((i % channels) * size) + (i / channels)] = value;
        }

        return new(new(channels, height, width), pixels);

        int Number(string name, int most)
        {
            while (at < file.Length && (IsSpace(file[at]) || file[at] == '#'))
            {
                at = file[at] == '#' ? LineEnd(at) : at + 1;
            }

            int start = at;
            while (at < file.Length && char.IsAsciiDigit((char)file[at]) && at - start < 6)
            {
                at++;
            }

            return int.TryParse(file.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture, out int value)
                && value >= 1 && value <= most && at < file.Length && IsSpace(file[at])
                    ? value
                    : throw new DataFormatException(path, start, $"the {name} must be a number from 1 to {most}, followed by white space.");
        }

        int LineEnd(int from)
        {
            int length = file.AsSpan(from).IndexOf((byte)'\n');
            return length < 0 ? file.Length : from + length;
        }

        static bool IsSpace(byte character) => character is (byte)' ' or (>= (byte)'\t' and <= (byte)'\r');
    }
}
