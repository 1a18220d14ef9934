namespace Descent.Kernels;

/// <summary>
/// The tiles of 4×4 pixels that cover a batch of images, those at the lower and right edges partly outside: numbered along a row of
/// tiles, then down, then from image to image.
/// </summary>
internal readonly record struct TileGrid(int Images, int H, int W)
{
    private const int Side = WinogradTransforms.Outputs;

    public int Rows => (H + Side - 1) / Side;

    public int Columns => (W + Side - 1) / Side;

    public int Count => checked(Images * Rows * Columns);

    /// <summary>The tiles from number <paramref name="tile"/> on that lie in one row, at most <paramref name="most"/>.</summary>
    public TileRun RunAt(int tile, int most)
    {
        (int row, int column) = Math.DivRem(tile, Columns);
        (int image, row) = Math.DivRem(row, Rows);
        return new TileRun(image, row * Side, column * Side, Math.Min(most, Columns - column));
    }
}

/// <summary>Neighbouring tiles of one row: the image, the first pixel, and how many tiles.</summary>
internal readonly record struct TileRun(int Image, int Y, int X, int Count);
