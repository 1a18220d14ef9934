namespace Descent;

/// <summary>
/// Reads a bitmap of 4 or 8 bits in runs: a count and what is repeated; or 0, and then 0 for the end of a row, 1 for that of the image, 2 for
/// a leap to the right and up, n for n pixels as they are.
/// </summary>
internal static class BmpRuns
{
    private const int EndOfRow = 0, EndOfImage = 1, Leap = 2;

    /// <exception cref="ImageFormatException">The runs end before the image, where they may not, or leave it.</exception>
    public static void Decode(ReadOnlySpan<byte> runs, BmpHeader header, string name, ImageReading reading, Image image)
    {
        FillWithFirst(header, name, image);
        int x = 0, y = 0, at = 0;
        while (y < header.Height)
        {
            if (IsCut(runs, at, 2, header, name, reading))
            {
                return;
            }

            (int count, int value) = (runs[at], runs[at + 1]);
            at += 2;
            if (count > 0)
            {
                for (int i = 0; i < count; i++, x++)
                {
                    Put(header.Depth == 8 ? value : Half(value, i), at - 1);
                }

                continue;
            }

            switch (value)
            {
                case EndOfRow:
                    (x, y) = (0, y + 1);
                    break;
                case EndOfImage:
                    return;
                case Leap:
                    if (IsCut(runs, at, 2, header, name, reading))
                    {
                        return;
                    }

                    (x, y) = (x + runs[at], y + runs[at + 1]);
                    at += 2;
                    break;
                default:
                    int bytes = header.Depth == 8 ? value : (value + 1) / 2;
                    if (IsCut(runs, at, bytes, header, name, reading))
                    {
                        return;
                    }

                    for (int i = 0; i < value; i++, x++)
                    {
                        int stored = header.Depth == 8 ? at + i : at + (i / 2);
                        Put(header.Depth == 8 ? runs[stored] : Half(runs[stored], i), stored);
                    }

                    at += bytes + (bytes & 1);
                    break;
            }
        }

        void Put(int entry, int stored)
        {
            if (x >= header.Width)
            {
                throw new ImageFormatException(name, header.Start + stored, $"a run reaches beyond the {header.Width} pixels of row {y}; the file is damaged.");
            }

            BmpDecoder.Put(header, name, header.Start + stored, entry, BmpDecoder.RowOf(image, header, y)[(3 * x)..]);
        }
    }

    private static int Half(int pair, int i) => (i & 1) == 0 ? pair >> 4 : pair & 15;

    private static void FillWithFirst(BmpHeader header, string name, Image image)
    {
        Span<byte> pixels = image.Pixels;
        for (; !pixels.IsEmpty; pixels = pixels[3..])
        {
            BmpDecoder.Put(header, name, header.Start, 0, pixels);
        }
    }

    /// <summary>True where the file ends too early and may do so.</summary>
    private static bool IsCut(ReadOnlySpan<byte> runs, int at, int bytes, BmpHeader header, string name, ImageReading reading) =>
        at + bytes > runs.Length && (reading.AllowTruncated
            ? true
            : throw new ImageFormatException(name, header.Start + runs.Length,
                $"the file ends early, in the runs of its pixels; copy it again, or set {nameof(ImageReading)}.{nameof(ImageReading.AllowTruncated)}."));
}
