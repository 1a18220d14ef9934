namespace Descent;

/// <summary>One of the reduced images that a PNG file holds one after another: pixels (X0 + i·DX, Y0 + j·DY) of the whole.</summary>
internal readonly record struct PngPass(int X0, int Y0, int DX, int DY, int Width, int Height)
{
    private static ReadOnlySpan<byte> Adam7 => [0, 0, 8, 8, 4, 0, 8, 8, 0, 4, 4, 8, 2, 0, 4, 4, 0, 2, 2, 4, 1, 0, 2, 2, 0, 1, 1, 2];

    /// <summary>All passes that hold a pixel: the image itself, or up to seven where it is interlaced.</summary>
    public static PngPass[] Of(in PngHeader header)
    {
        if (!header.IsInterlaced)
        {
            return [new(0, 0, 1, 1, header.Width, header.Height)];
        }

        var passes = new List<PngPass>(7);
        for (ReadOnlySpan<byte> row = Adam7; !row.IsEmpty; row = row[4..])
        {
            (int x0, int y0, int dx, int dy) = (row[0], row[1], row[2], row[3]);
            int width = (header.Width - x0 + dx - 1) / dx, height = (header.Height - y0 + dy - 1) / dy;
            if (width > 0 && height > 0)
            {
                passes.Add(new(x0, y0, dx, dy, width, height));
            }
        }

        return [.. passes];
    }
}
