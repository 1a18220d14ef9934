using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// A 2-D correlation over one image and one group of channels, as GEMM tiles: rows of a tile are pixels of one target row, columns are
/// target channels, and the sum runs over kernel rows (segments) and, within them, over the contiguous taps·channels of the source row.
/// </summary>
/// <remarks>Kernel rows that fall outside the image are left out; columns outside must be there as zeros.</remarks>
internal sealed unsafe class Correlation
{
    private readonly Tile[] _fullTiles;
    private readonly Tile[] _lastTiles;

    private readonly bool _rowByRow;

    /// <param name="rows">The vertical axis.</param>
    /// <param name="columns">The horizontal axis, of single pixels.</param>
    /// <param name="together">How many neighbouring pixels are computed as one; they divide the columns.</param>
    /// <param name="sourceH">Rows of the source image.</param>
    /// <param name="channels">Source channels of the group.</param>
    /// <param name="targets">Target channels of the group.</param>
    /// <param name="weights">Where this correlation's packed weights begin within those of a group.</param>
    /// <param name="epilogue">Done to each element before it is stored.</param>
    private Correlation(
        TapAxis rows, TapAxis columns, int together, int sourceH, int channels, int targets, long weights, Epilogue epilogue)
    {
        Rows = rows;
        SinglePixels = columns;
        Together = together;
        Columns = columns = columns.Together(together);
        SourceH = sourceH;
        Channels = channels;
        Panels = new WeightPanels(together * targets, rows.Taps * columns.Taps * channels);
        Weights = weights;
        // Columns that are dilated are no longer contiguous: then each kernel row is a call of its own whose segments are the taps.
        _rowByRow = columns.Dilation > 1 && columns.Taps > 1;
        _fullTiles = Tile.Split(columns.Count, Panels.Vectors(0), AMode.Row, epilogue);
        _lastTiles = Tile.Split(columns.Count, Panels.Vectors(Panels.Count - 1), AMode.Row, epilogue);
    }

    public TapAxis Rows { get; }

    public TapAxis Columns { get; }

    /// <summary>The horizontal axis before pixels were put together.</summary>
    public TapAxis SinglePixels { get; }

    public int Together { get; }

    public int SourceH { get; }

    public int Channels { get; }

    public WeightPanels Panels { get; }

    public long Weights { get; }

    /// <summary>
    /// The correlations of one pair of axes: all of a row's pixels, or where it pays neighbours together, with what is left over of the
    /// row.
    /// </summary>
    /// <param name="correlations">To add them to.</param>
    /// <param name="rows">The vertical axis.</param>
    /// <param name="columns">The horizontal axis, of single pixels.</param>
    /// <param name="sourceH">Rows of the source image.</param>
    /// <param name="channels">Source and target channels of a group.</param>
    /// <param name="groups">Groups of channels; pixels are put together only where there is one.</param>
    /// <param name="epilogue">Done to each element before it is stored.</param>
    public static void Add(
        List<Correlation> correlations, TapAxis rows, TapAxis columns, int sourceH, (int Source, int Target) channels, int groups,
        Epilogue epilogue)
    {
        int together = groups == 1 ? PixelGroups.Best(columns, channels.Target) : 1;
        int most = columns.Count / together * together;
        Add(columns.Slice(0, most), together);
        if (most < columns.Count)
        {
            Add(columns.Slice(most, columns.Count - most), 1);
        }

        void Add(TapAxis slice, int g) => correlations.Add(
            new Correlation(rows, slice, g, sourceH, channels.Source, channels.Target, correlations.Sum(c => c.Panels.Floats), epilogue));
    }

    /// <summary>Target rows number [<paramref name="first"/>, <paramref name="last"/>) of this correlation.</summary>
    /// <param name="source">The group's channels of pixel (0, 0) of the image; a pixel is followed by the next.</param>
    /// <param name="pixel">Distance of pixels in a source row.</param>
    /// <param name="pitch">Distance of source rows.</param>
    /// <param name="weights">Packed weights of the group.</param>
    /// <param name="target">What to write.</param>
    /// <param name="panels">Panels of target channels: [first, last).</param>
    /// <param name="first">First row.</param>
    /// <param name="last">One past the last row.</param>
    [MethodImpl(Jit.Hot)]
    public void Run(
        float* source, nint pixel, nint pitch, float* weights, in TargetImage target, (int First, int Last) panels, int first, int last)
    {
        nint taps = Columns.Taps * (nint)Channels;
        MicroArgs args = default;
        args.Lda = Columns.Stride * pixel;
        args.Ldc = args.Ldo = Columns.Step * target.Pixel;
        args.Accumulate = false;
        for (int panel = panels.First; panel < panels.Last; panel++)
        {
            int column = panel * WeightPanels.Width;
            float* panelWeights = weights + Weights + ((nint)column * Panels.Depth);
            Tile[] tiles = panel == Panels.Count - 1 ? _lastTiles : _fullTiles;
            args.Columns = Panels.Columns(panel);
            args.Ldb = Panels.Stride(panel);
            args.Scale = target.Scale + column;
            args.Shift = target.Shift + column;
            for (int p = first; p < last; p++)
            {
                (int tapFirst, int tapLast) = Rows.Inside(p, SourceH);
                nint row = (Rows.Origin + (p * Rows.Stride) + (tapFirst * Rows.Dilation)) * pitch;
                nint output = ((Rows.Start + (p * Rows.Step)) * target.Pitch) + (Columns.Start * target.Pixel) + column;
                args.ASegment = Rows.Dilation * pitch;
                args.BSegment = taps * args.Ldb;
                // No tap at all still writes the tile: zeros, and the epilogue.
                args.K = tapLast > tapFirst ? taps : 0;
                args.Segments = Math.Max(1, tapLast - tapFirst);
                foreach (Tile tile in tiles)
                {
                    args.A = source + row + ((Columns.Origin + (tile.First * Columns.Stride)) * pixel);
                    args.B = panelWeights + (tapFirst * args.BSegment);
                    args.C = target.Origin + output + (tile.First * args.Ldc);
                    args.Other = target.Other + output + (tile.First * args.Ldc);
                    if (_rowByRow && args.K > 0)
                    {
                        RunRowByRow(tile, args, tapLast - tapFirst, pixel);
                    }
                    else
                    {
                        tile.Kernel(&args);
                    }
                }
            }
        }
    }

    [MethodImpl(Jit.Hot)]
    private void RunRowByRow(in Tile tile, MicroArgs args, int rows, nint pixel)
    {
        nint aRow = args.ASegment, bRow = args.BSegment;
        args.Segments = Columns.Taps;
        args.K = Channels;
        args.ASegment = Columns.Dilation * pixel;
        args.BSegment = Channels * args.Ldb;
        for (int i = 0; i < rows; i++)
        {
            (i == rows - 1 ? tile.Kernel : tile.PlainKernel)(&args);
            args.Accumulate = true;
            args.A += aRow;
            args.B += bRow;
        }
    }
}

/// <summary>The image that a correlation writes: the group's channels of pixel (0, 0), and the distances of pixels and rows.</summary>
internal unsafe struct TargetImage
{
    public float* Origin;
    public nint Pixel;
    public nint Pitch;

    /// <summary>Per channel, for epilogues that scale or shift.</summary>
    public float* Scale;

    /// <inheritdoc cref="Scale"/>
    public float* Shift;

    /// <summary>An image laid out as the target, for epilogues that add it or gate by it.</summary>
    public float* Other;
}
