namespace Descent;

/// <summary>A part of an image that may reach beyond its edges.</summary>
internal static class Window
{
    /// <summary>Writes the part that begins at row top and column left; what lies outside of the image gets one value.</summary>
    public static void Copy(Planes from, Planes to, int top, int left, byte outside)
    {
        int first = Math.Clamp(-left, 0, to.Width), last = Math.Clamp(from.Width - left, first, to.Width);
        for (int c = 0; c < to.Channels; c++)
        {
            for (int y = 0; y < to.Height; y++)
            {
                Span<byte> row = to.Row(c, y);
                if ((uint)(top + y) >= (uint)from.Height || first == last)
                {
                    row.Fill(outside);
                    continue;
                }

                row[..first].Fill(outside);
                from.Row(c, top + y).Slice(left + first, last - first).CopyTo(row[first..]);
                row[last..].Fill(outside);
            }
        }
    }

    /// <summary>Writes the part that begins at row top and column left; beyond an edge the image is mirrored at it, its outermost pixels not doubled.</summary>
    public static void CopyReflected(Planes from, Planes to, int top, int left)
    {
        for (int c = 0; c < to.Channels; c++)
        {
            for (int y = 0; y < to.Height; y++)
            {
                Span<byte> source = from.Row(c, Reflect(top + y, from.Height)), row = to.Row(c, y);
                for (int x = 0; x < row.Length; x++)
                {
                    row[x] = source[Reflect(left + x, source.Length)];
                }
            }
        }

        static int Reflect(int at, int size) => at < 0 ? -at : at >= size ? (2 * size) - 2 - at : at;
    }
}
