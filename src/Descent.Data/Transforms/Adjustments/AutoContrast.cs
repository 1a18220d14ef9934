namespace Descent;

/// <summary>Stretches each channel so that its darkest pixel is 0 and its brightest 255.</summary>
internal static class AutoContrast
{
    /// <summary>May work in place.</summary>
    public static void Adjust(Planes from, Planes to)
    {
        Span<byte> table = stackalloc byte[256];
        for (int c = 0; c < from.Channels; c++)
        {
            int least = 255, most = 0;
            for (int y = 0; y < from.Height; y++)
            {
                foreach (byte x in from.Row(c, y))
                {
                    (least, most) = (Math.Min(least, x), Math.Max(most, x));
                }
            }

            float scale = least < most ? 255f / (most - least) : 1, from0 = least < most ? least : 0;
            for (int x = 0; x < table.Length; x++)
            {
                table[x] = (byte)Math.Clamp((x - from0) * scale, 0, 255);
            }

            PointMap.Run(from, to, c, table);
        }
    }
}
