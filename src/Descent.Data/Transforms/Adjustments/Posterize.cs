namespace Descent;

/// <summary>Keeps the upper bits of each byte.</summary>
internal static class Posterize
{
    /// <summary>May work in place; bits from 0 to 8.</summary>
    public static void Adjust(Planes from, Planes to, int bits)
    {
        Span<byte> table = stackalloc byte[256];
        for (int x = 0; x < table.Length; x++)
        {
            table[x] = (byte)(x & -(1 << (8 - bits)));
        }

        PointMap.Run(from, to, table);
    }
}
