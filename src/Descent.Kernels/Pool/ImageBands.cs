namespace Descent.Kernels;

/// <summary>
/// Work on images cut into units: unit u is one band of rows of one image, bands of an image next to each other. The cut depends on sizes
/// alone, so it is the same at any number of threads.
/// </summary>
internal readonly record struct ImageBands
{
    private readonly int _rows;
    private readonly int _rowsPerBand;
    private readonly int _bandsPerImage;

    /// <param name="images">Images, each cut alike.</param>
    /// <param name="rows">Rows of one image.</param>
    /// <param name="rowsPerBand">Rows that a band should have; evened out over the bands.</param>
    public ImageBands(int images, int rows, int rowsPerBand)
    {
        int bands = (rows + rowsPerBand - 1) / rowsPerBand;
        _rows = rows;
        _rowsPerBand = (rows + bands - 1) / bands;
        _bandsPerImage = (rows + _rowsPerBand - 1) / _rowsPerBand;
        Units = checked(images * _bandsPerImage);
    }

    public int Units { get; }

    /// <summary>Most rows that a band has.</summary>
    public int RowsPerBand => _rowsPerBand;

    /// <summary>The image of a unit, and its rows: [first, last).</summary>
    public (int Image, int First, int Last) this[int unit]
    {
        get
        {
            int first = unit % _bandsPerImage * _rowsPerBand;
            return (unit / _bandsPerImage, first, Math.Min(first + _rowsPerBand, _rows));
        }
    }

    /// <summary>
    /// Bands of at least <paramref name="leastWork"/> element operations each, so that handing them out costs nothing beside them.
    /// </summary>
    public static ImageBands ForWork(int images, int rows, double workPerRow, double leastWork) =>
        new(images, rows, (int)Math.Clamp(Math.Ceiling(leastWork / workPerRow), 1, rows));
}
