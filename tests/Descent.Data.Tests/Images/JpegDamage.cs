using System.Buffers.Binary;

namespace Descent;

/// <summary>Damage that random bytes seldom do: to what the structure of a JPEG file says.</summary>
internal static class JpegDamage
{
    private static readonly byte[] s_markers = [0xC0, 0xC1, 0xC2, 0xC4, 0xD0, 0xD7, 0xD8, 0xD9, 0xDA, 0xDB, 0xDC, 0xDD, 0xE0, 0xE1, 0xEE, 0xFE, 0x01];

    /// <summary>Damages a marker, a segment's length or content, or the data of a scan.</summary>
    public static byte[] Do(byte[] file, Random random)
    {
        byte[] damaged = [.. file];
        List<int> segments = Segments(file);
        if (segments.Count == 0)
        {
            return damaged;
        }

        int segment = segments[random.Next(segments.Count)], length = BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(segment + 2));
        switch (random.Next(6))
        {
            case 0:
                damaged[segment + 1] = s_markers[random.Next(s_markers.Length)];
                break;
            case 1:
                int changed = random.Next(2) == 0 ? length + random.Next(-3, 4) : random.Next(1 << 16);
                BinaryPrimitives.WriteUInt16BigEndian(damaged.AsSpan(segment + 2), (ushort)changed);
                break;
            case 2:
                // Sizes, sampling, counts of codes, slots: all have small values that matter.
                damaged[Math.Min(segment + 4 + random.Next(Math.Max(1, length)), file.Length - 1)] = (byte)random.Next(20);
                break;
            case 3:
                return [.. file[..segment], .. file[Math.Min(file.Length, segment + 2 + length)..]];
            case 4:
                return [.. file[..segment], .. file[segments[random.Next(segments.Count)]..]];
            default:
                int data = Math.Min(file.Length - 1, segments[^1] + 14);
                for (int n = random.Next(1, 6); n > 0; n--)
                {
                    damaged[random.Next(data, file.Length)] = random.Next(4) switch { 0 => 0xFF, 1 => (byte)random.Next(0xD0, 0xD8), _ => (byte)random.Next(256) };
                }

                break;
        }

        return damaged;
    }

    /// <summary>Where segments begin, those between the scans too.</summary>
    private static List<int> Segments(byte[] file)
    {
        List<int> found = [];
        for (int i = 2; i + 4 <= file.Length; i++)
        {
            if (file[i] == 0xFF && file[i + 1] is >= 0xC0 and not (>= 0xD0 and <= 0xD9) and not 0xFF)
            {
                found.Add(i);
            }
        }

        return found;
    }
}
