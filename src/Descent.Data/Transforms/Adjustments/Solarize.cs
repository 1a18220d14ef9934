namespace Descent;

/// <summary>Inverts what is bright: <c>255 − x</c> from a threshold on.</summary>
internal static class Solarize
{
    /// <summary>May work in place.</summary>
    public static void Adjust(Planes from, Planes to, double threshold)
    {
        Span<byte> table = stackalloc byte[256];
        for (int x = 0; x < table.Length; x++)
        {
            table[x] = (byte)(x >= threshold ? 255 - x : x);
        }

        PointMap.Run(from, to, table);
    }
}
