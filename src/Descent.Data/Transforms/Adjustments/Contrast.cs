namespace Descent;

/// <summary>Mixes an image with its mean grey: <c>factor·x + (1 − factor)·mean</c>.</summary>
internal static class Contrast
{
    /// <summary>May work in place.</summary>
    public static void Adjust(Planes from, Planes to, double factor)
    {
        byte[] row = System.Buffers.ArrayPool<byte>.Shared.Rent(from.Width);
        long sum = 0;
        for (int y = 0; y < from.Height; y++)
        {
            Luma.Write(from, y, row.AsSpan(0, from.Width));
            foreach (byte grey in row.AsSpan(0, from.Width))
            {
                sum += grey;
            }
        }

        System.Buffers.ArrayPool<byte>.Shared.Return(row);
        Span<byte> table = stackalloc byte[256];
        PointMap.Blend(table, factor, (double)sum / from.Height / from.Width);
        PointMap.Run(from, to, table);
    }
}
