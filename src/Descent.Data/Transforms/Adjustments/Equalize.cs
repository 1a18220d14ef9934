namespace Descent;

/// <summary>Spreads the bytes of each channel so that all occur about as often.</summary>
internal static class Equalize
{
    /// <summary>May work in place.</summary>
    public static void Adjust(Planes from, Planes to)
    {
        Span<int> histogram = stackalloc int[256];
        Span<byte> table = stackalloc byte[256];
        for (int c = 0; c < from.Channels; c++)
        {
            histogram.Clear();
            for (int y = 0; y < from.Height; y++)
            {
                foreach (byte x in from.Row(c, y))
                {
                    histogram[x]++;
                }
            }

            int brightest = histogram.LastIndexOfAnyExcept(0);
            int step = ((from.Height * from.Width) - histogram[brightest]) / 255, before = 0;
            for (int x = 0; x < table.Length; x++)
            {
                table[x] = (byte)(step == 0 ? x : Math.Clamp(x == 0 ? 0 : (before + (step / 2)) / step, 0, 255));
                before += histogram[x];
            }

            PointMap.Run(from, to, c, table);
        }
    }
}
