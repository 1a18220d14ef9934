using System.Diagnostics;

namespace Descent;

/// <summary>Decodes damaged files by the thousand: each must give an image or an <see cref="ImageFormatException"/>, soon, and within memory.</summary>
internal static class ImageFuzz
{
    // What a decoder may take beyond the pixels: buffers of a row of the widest image, tables, and a message with its stack.
    private const long FixedBytes = 256 * 1024;

    private const double MostSeconds = 20;

    private static readonly ImageReading s_strict = new(), s_tolerant = new() { AllowTruncated = true, MaxPixels = 1 << 16 };

    /// <summary>20,000 inputs; a million with DESCENT_SLOW=1.</summary>
    public static int Inputs => Environment.GetEnvironmentVariable("DESCENT_SLOW") == "1" ? 1_000_000 : 20_000;

    /// <summary>Decodes mutations of the seeds, each as a whole file only and as one of which parts are allowed.</summary>
    /// <param name="seeds">Correct files.</param>
    /// <param name="mutate">Damages a file as its format is damaged; general damage is done here.</param>
    /// <returns>How many inputs were images nevertheless, and how many gave an image only where parts are allowed.</returns>
    public static (int Whole, int Parts) Run(IReadOnlyList<byte[]> seeds, Func<byte[], Random, byte[]> mutate)
    {
        int whole = 0, parts = 0;
        for (int i = 0; i < Inputs; i++)
        {
            // By number, so that one that fails can be repeated alone.
            var random = new Random(i);
            byte[] file = seeds[random.Next(seeds.Count)];
            for (int n = random.Next(1, 4); n > 0 && file.Length > 0; n--)
            {
                file = random.Next(2) == 0 ? mutate(file, random) : Damage(file, seeds[random.Next(seeds.Count)], random);
            }

            bool strict = Decode(file, i, s_strict), tolerant = Decode(file, i, s_tolerant);
            whole += strict ? 1 : 0;
            parts += !strict && tolerant ? 1 : 0;
        }

        return (whole, parts);
    }

    private static bool Decode(byte[] file, int number, ImageReading reading)
    {
        long start = Stopwatch.GetTimestamp(), before = GC.GetAllocatedBytesForCurrentThread();
        Image? image = null;
        try
        {
            image = Image.Decode(file, "a", reading);
        }
        catch (ImageFormatException said) when (said.Offset >= 0 && said.Offset <= file.Length)
        {
            // As it must.
        }
        catch (Exception other)
        {
            throw new InvalidOperationException($"Input {number} ({Convert.ToHexString(file)}): {other.GetType().Name}: {other.Message}", other);
        }

        long bytes = GC.GetAllocatedBytesForCurrentThread() - before, most = FixedBytes + 4 * Declared(file, reading);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Assert.True(bytes <= most, $"Input {number} took {bytes} bytes, more than {most}.");
        Assert.True(seconds < MostSeconds, $"Input {number} took {seconds:F1} s.");
        return image is not null;
    }

    /// <summary>Bytes of the pixels that the header says, in whole tiles: JPEG's largest unit is 32 × 32 pixels.</summary>
    private static long Declared(byte[] file, ImageReading reading)
    {
        try
        {
            ImageInfo info = Image.Identify(file, "a", reading);
            return Tiled(info.Width) * Tiled(info.Height) * info.Channels;
        }
        catch (ImageFormatException)
        {
            return 0;
        }
    }

    private static long Tiled(int size) => (size + 31L) / 32 * 32;

    private static byte[] Damage(byte[] file, byte[] other, Random random)
    {
        int at = random.Next(file.Length), length = random.Next(1, 1 + Math.Min(32, file.Length - at));
        byte[] damaged = [.. file];
        switch (random.Next(7))
        {
            case 0:
                damaged[at] ^= (byte)(1 << random.Next(8));
                return damaged;
            case 1:
                damaged[at] = (byte)random.Next(256);
                return damaged;
            case 2:
                damaged[at] = random.Next(2) == 0 ? byte.MinValue : byte.MaxValue;
                return damaged;
            case 3:
                return damaged[..at];
            case 4:
                return [.. file[..at], .. file[(at + length)..]];
            case 5:
                return [.. file[..(at + length)], .. file[at..]];
            default:
                return [.. file[..at], .. other[random.Next(other.Length)..]];
        }
    }
}
