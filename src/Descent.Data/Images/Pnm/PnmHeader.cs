using System.Globalization;

namespace Descent;

/// <summary>What stands before the pixels of a Netpbm file: magic, width, height and, but for bitmaps, the largest value.</summary>
/// <param name="Kind">The digit of the magic, 1 to 6.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Largest">The value that stands for white; 1 in a bitmap.</param>
/// <param name="Length">Where the pixels begin.</param>
internal readonly record struct PnmHeader(int Kind, int Width, int Height, int Largest, int Length)
{
    /// <summary>Are the samples numbers in text?</summary>
    public bool IsText => Kind <= 3;

    public bool IsBitmap => Kind is 1 or 4;

    public int Channels => Kind is 3 or 6 ? 3 : 1;

    /// <summary>The fewest bytes that the pixels can take.</summary>
    public long PixelBytes
    {
        get
        {
            long samples = (long)Width * Height * Channels;
            return Kind switch
            {
                1 => samples,
                2 or 3 => 2 * samples - 1,
                4 => (Width + 7L) / 8 * Height,
                _ => Largest > 255 ? 2 * samples : samples,
            };
        }
    }

    public static PnmHeader Read(ReadOnlySpan<byte> file, string name, ImageReading reading)
    {
        int kind = file[1] - '0', at = 2;
        int width = Number(file, name, "width", int.MaxValue, ref at);
        int height = Number(file, name, "height", int.MaxValue, ref at);
        int largest = kind is 1 or 4 ? 1 : Number(file, name, "largest value", ushort.MaxValue, ref at);
        reading.CheckSize(name, 2, width, height);
        return new(kind, width, height, largest, at + 1);
    }

    public static bool IsSpace(byte character) => character is (byte)' ' or (>= (byte)'\t' and <= (byte)'\r');

    /// <summary>Passes white space and comments, which reach from # to the end of their line.</summary>
    public static void SkipSpace(ReadOnlySpan<byte> file, ref int at)
    {
        while (at < file.Length && (IsSpace(file[at]) || file[at] == '#'))
        {
            if (file[at] == '#')
            {
                int length = file[at..].IndexOfAny((byte)'\n', (byte)'\r');
                at = length < 0 ? file.Length : at + length;
            }
            else
            {
                at++;
            }
        }
    }

    private static int Number(ReadOnlySpan<byte> file, string name, string what, int most, ref int at)
    {
        SkipSpace(file, ref at);
        int start = at;
        while (at < file.Length && char.IsAsciiDigit((char)file[at]))
        {
            at++;
        }

        return int.TryParse(file[start..at], NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            && value >= 1 && value <= most && at < file.Length && IsSpace(file[at])
                ? value
                : throw new ImageFormatException(name, start, $"the {what} must be a number from 1 to {most}, followed by white space.");
    }
}
