using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// Correlations of channels-last images, cut into bands of target rows, and where weights are large also into ranges of their panels, so
/// that a worker meets the same weights again with the next image. The rows that a band reads are first copied with zeros at both ends, one
/// group of channels at a time; where nothing is padded and there is one group, they are read in place.
/// </summary>
internal sealed unsafe class DirectConvolution : IConvolution
{
    // Work of one unit in floating-point operations: enough to hide its start, little enough that 64 units exist where the shape allows.
    private const double LeastWork = 2e6, MostWork = 64e6;
    private const int WantedUnits = 64;

    // Weights of one unit should stay in the second-level cache; below half of it there is nothing to gain.
    private const int MostWeightFloats = 128 * 1024;

    // Copied rows should stay in the second-level cache beside a panel of weights.
    private const int MostScratchFloats = 96 * 1024;

    private readonly Correlation[] _correlations;
    private readonly ImageBands _bands;
    private readonly int _splits;
    private readonly int _panels;
    private readonly int _groups;
    private readonly ImageSize _source;
    private readonly ImageSize _target;
    private readonly bool _copies;
    private readonly ColumnPadding _padding;
    private readonly nint _rowFloats;
    private readonly nint _scratchFloats;
    private readonly int _together;

    /// <param name="correlations">They write disjoint pixels of the target, all of it together, from the same source.</param>
    /// <param name="images">Images of the batch.</param>
    /// <param name="groups">Groups of channels.</param>
    /// <param name="source">What is read.</param>
    /// <param name="target">What is written.</param>
    /// <param name="flops">Work of the whole.</param>
    public DirectConvolution(Correlation[] correlations, int images, int groups, ImageSize source, ImageSize target, double flops)
    {
        _correlations = correlations;
        _groups = groups;
        _source = source;
        _target = target;
        GroupFloats = correlations.Sum(c => c.Panels.Floats);
        _padding = new ColumnPadding(
            correlations.Max(c => c.Columns.Before), correlations.Max(c => c.Columns.After(source.W)), source, source.C / groups);
        _copies = groups > 1 || _padding.Before + _padding.After > 0;

        double rowFlops = flops / ((double)images * _target.H);
        double unitFlops = Math.Clamp(flops / WantedUnits, LeastWork, MostWork);
        _panels = correlations.Min(c => c.Panels.Count);
        _splits = groups > 1 || GroupFloats < MostWeightFloats / 2 ? 1
            : (int)Math.Clamp(Math.Max((double)GroupFloats / MostWeightFloats, flops / unitFlops / images), 1, _panels);
        int rows = (int)Math.Clamp(unitFlops * _splits / rowFlops, 1, _target.H);
        _bands = new ImageBands(images, _target.H, rows);
        while (_copies && rows > 1 && ScratchFloats() > MostScratchFloats)
        {
            rows = (rows + 1) / 2;
            _bands = new ImageBands(images, _target.H, rows);
        }
        _rowFloats = _copies ? ScratchFloats() : 0;
        _together = correlations.Max(c => c.Together);
        _scratchFloats = _rowFloats + (_together > 1 ? 2 * WeightPanels.Width : 0);
    }

    public int Units(int phase) => _splits * _bands.Units;

    public long WorkspaceFloats(int workers) => workers * (long)_scratchFloats;

    /// <summary>Packed weights of one group.</summary>
    public long GroupFloats { get; }

    public long PackedFloats => _groups * GroupFloats;

    [MethodImpl(Jit.Hot)]
    public void Run(int phase, int firstUnit, int lastUnit, int worker, in ConvolutionArgs args)
    {
        int groupSource = _source.C / _groups, groupTarget = _target.C / _groups;
        float* scale = args.Scale, shift = args.Shift;
        if (_together > 1)
        {
            // Pixels computed as one need the channels' numbers once per pixel.
            float* repeated = args.Workspace + (worker * _scratchFloats) + _rowFloats;
            scale = Repeat(scale, repeated);
            shift = Repeat(shift, repeated + WeightPanels.Width);
        }
        for (int unit = firstUnit; unit < lastUnit; unit++)
        {
            (int split, int band) = Math.DivRem(unit, _bands.Units);
            (int n, int first, int last) = _bands[band];
            var panels = (_panels * split / _splits, _panels * (split + 1) / _splits);
            float* image = args.Source + (n * _source.Floats);
            nint output = n * _target.Floats;
            (int row, int end) = SourceRows(first, last);
            for (int g = 0; g < _groups; g++)
            {
                float* source = image;
                nint pixel = _source.C, pitch = _source.W * (nint)_source.C;
                if (_copies)
                {
                    source = _padding.Copy(image + (g * groupSource), args.Workspace + (worker * _scratchFloats), row, end);
                    pixel = groupSource;
                    pitch = _padding.Pitch;
                }
                var target = new TargetImage
                {
                    Origin = args.Target + output + (g * groupTarget),
                    Pixel = _target.C,
                    Pitch = _target.W * (nint)_target.C,
                    Scale = scale + (g * groupTarget),
                    Shift = shift + (g * groupTarget),
                    Other = args.Other + output + (g * groupTarget),
                };
                foreach (Correlation c in _correlations)
                {
                    (int p, int pEnd) = c.Rows.Outputs(first, last);
                    (int, int) mine = _splits == 1 ? (0, c.Panels.Count) : panels;
                    c.Run(source, pixel, pitch, args.Weights + (g * GroupFloats), target, mine, p, pEnd);
                }
            }
        }
    }

    private float* Repeat(float* perChannel, float* repeated)
    {
        if (perChannel is null)
        {
            return null;
        }
        for (int i = 0; i < _together * _target.C; i++)
        {
            repeated[i] = perChannel[i % _target.C];
        }
        return repeated;
    }

    /// <summary>The source rows that the target rows [first, last) read: [first, last).</summary>
    private (int First, int Last) SourceRows(int first, int last)
    {
        int low = _source.H, high = 0;
        foreach (Correlation c in _correlations)
        {
            TapAxis rows = c.Rows;
            (int p, int pEnd) = rows.Outputs(first, last);
            if (p < pEnd && rows.Taps > 0)
            {
                low = Math.Min(low, rows.Origin + (p * rows.Stride));
                high = Math.Max(high, rows.Origin + ((pEnd - 1) * rows.Stride) + ((rows.Taps - 1) * rows.Dilation) + 1);
            }
        }
        low = Math.Max(low, 0);
        return (low, Math.Max(low, Math.Min(high, _source.H)));
    }

    /// <summary>Room for the largest band's source rows, in whole cache lines.</summary>
    private nint ScratchFloats()
    {
        int rows = 0;
        for (int first = 0; first < _target.H; first += _bands.RowsPerBand)
        {
            (int low, int high) = SourceRows(first, Math.Min(first + _bands.RowsPerBand, _target.H));
            rows = Math.Max(rows, high - low);
        }
        return ((rows * _padding.Pitch) + 15) / 16 * 16;
    }
}
