using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// The weight gradient of one band of output rows as GEMM tiles, into (group, KernelH, KernelW, GroupC, GroupK): rows of a tile are
/// neighbouring elements of the input window, columns are output channels, and the sum runs over the band's pixels.
/// </summary>
/// <remarks>
/// Where channels are few, neighbouring pixels are taken together as in <see cref="PixelGroups"/>: the tile then holds one gradient per
/// pixel of the group, each a little further down, and storing adds them up.
/// </remarks>
internal sealed unsafe class WeightGradient : IBandGradient
{
    private readonly Conv2dShape _s;
    private readonly int _outH, _outW;
    private readonly WeightPanels _panels;
    private readonly Tile[] _fullTiles;
    private readonly Tile[] _lastTiles;
    private readonly ColumnPadding _padding;
    private readonly bool _copies;
    private readonly int _runs;
    private readonly int _runsPerPiece;
    private readonly int _runLength;
    private readonly int _together;
    private readonly int _columns;
    private readonly StridedCopy _store;

    public WeightGradient(in Conv2dShape s)
    {
        _s = s;
        (_outH, _outW) = (s.OutH, s.OutW);
        // The inputs under a kernel row are one contiguous run unless it is dilated; then each tap is a run.
        bool contiguous = s.DilationW == 1;
        _runs = s.KernelH * (contiguous ? 1 : s.KernelW);
        _together = contiguous && s.Groups == 1 && s.K <= Microkernel.Width ? BestTogether(s) : 1;
        _runLength = s.GroupC * (contiguous ? s.KernelW + ((_together - 1) * s.StrideW) : 1);
        _columns = _together * s.GroupK;
        _panels = new WeightPanels(_columns, Depth: 0);
        // The runs of one panel share the copied rows; they are parted only where there are few panels.
        _runsPerPiece = s.Groups * _panels.Count >= 16 ? _runs : 1;
        _fullTiles = Tile.Split(_runLength, _panels.Vectors(0), AMode.Column, Epilogue.None);
        _lastTiles = Tile.Split(_runLength, _panels.Vectors(_panels.Count - 1), AMode.Column, Epilogue.None);
        TapAxis columns = TapAxis.Forward(_outW, s.KernelW, s.StrideW, s.DilationW, s.PadLeft);
        _padding = new ColumnPadding(columns.Before, columns.After(s.W), new ImageSize(s.H, s.W, s.C), s.GroupC);
        _copies = s.Groups > 1 || _padding.Before + _padding.After > 0;

        // Axes: group, target, channel, tap row, tap column.
        nint groupK = s.GroupK, plane = s.KernelH * s.KernelW, groupFloats = groupK * s.GroupC * plane;
        _store = new StridedCopy(
            [s.Groups, s.GroupK, s.GroupC, s.KernelH, s.KernelW],
            [groupFloats, 1, groupK, s.KernelW * s.GroupC * groupK, s.GroupC * groupK],
            [groupFloats, s.GroupC * plane, plane, s.KernelW, 1]);
    }

    public nint Floats => _s.Groups * _runs * (nint)_runLength * _columns;

    public int StoreUnits => _together > 1 ? 1 : _store.Units;

    public int Pieces => _s.Groups * _panels.Count * _runs / _runsPerPiece;

    public long ScratchFloats(int bandRows)
    {
        long rows = Math.Min(_s.H, ((bandRows - 1) * (long)_s.StrideH) + _s.ExtentH);
        return _copies ? ((rows * _padding.Pitch) + 15) / 16 * 16 : 0;
    }

    [MethodImpl(Jit.Hot)]
    public void Run(float* x, float* dy, float* dw, float* scratch, (int First, int Last) band, (int First, int Last) pieces, bool accumulate)
    {
        float* source = x;
        nint pixel = _s.C, pitch = _s.W * (nint)_s.C;
        int copied = -1;
        MicroArgs args = default;
        args.Ldb = _together * (nint)_s.K;
        args.Ldc = _columns;
        args.BSegment = _outW * (nint)_s.K;
        for (int r = pieces.First * _runsPerPiece; r < pieces.Last * _runsPerPiece; r++)
        {
            (int rest, int run) = Math.DivRem(r, _runs);
            (int group, int panel) = Math.DivRem(rest, _panels.Count);
            if (_copies && group != copied)
            {
                int top = (band.First * _s.StrideH) - _s.PadTop;
                int bottom = ((band.Last - 1) * _s.StrideH) - _s.PadTop + _s.ExtentH;
                source = _padding.Copy(x + (group * _s.GroupC), scratch, Math.Clamp(top, 0, _s.H), Math.Clamp(bottom, 0, _s.H));
                pixel = _s.GroupC;
                pitch = _padding.Pitch;
                copied = group;
            }
            int runsPerRow = _runs / _s.KernelH;
            (int i, int j) = Math.DivRem(run, runsPerRow);

            // Output rows whose input row for kernel row i lies in the image.
            int offset = (i * _s.DilationH) - _s.PadTop;
            int first = Math.Max(band.First, offset >= 0 ? 0 : (-offset + _s.StrideH - 1) / _s.StrideH);
            int last = Math.Min(band.Last, offset >= _s.H ? 0 : ((_s.H - 1 - offset) / _s.StrideH) + 1);
            bool any = first < last;
            int column = panel * WeightPanels.Width;
            args.K = any ? _outW / _together : 0;
            args.Segments = any ? last - first : 1;
            args.Lda = _together * _s.StrideW * pixel;
            args.ASegment = _s.StrideH * pitch;
            args.Columns = _panels.Columns(panel);
            args.Accumulate = accumulate;
            float* a = source + (((first * _s.StrideH) + offset) * pitch) + (((j * _s.DilationW) - _s.PadLeft) * pixel);
            args.B = dy + (first * args.BSegment) + (group * _s.GroupK) + column;
            float* c = dw + (((group * _runs) + run) * (nint)_runLength * _columns) + column;
            foreach (ref readonly Tile tile in (panel == _panels.Count - 1 ? _lastTiles : _fullTiles).AsSpan())
            {
                args.A = a + tile.First;
                args.C = c + (tile.First * args.Ldc);
                tile.Kernel(&args);
            }
        }
    }

    public void Store(float* gradient, float* dw, int firstUnit, int lastUnit)
    {
        if (_together == 1)
        {
            _store.Run(gradient, dw, firstUnit, lastUnit);
        }
        else if (firstUnit < lastUnit)
        {
            AddTogether(gradient, dw);
        }
    }

    /// <summary>
    /// Adds the gradients of the pixels of a group, in ascending order: element e of pixel u's window is element e + u·StrideW·C of all.
    /// </summary>
    [MethodImpl(Jit.Hot)]
    private void AddTogether(float* gradient, float* dw)
    {
        nint next = (_s.StrideW * (nint)_s.C * _columns) + _s.K;
        int run = _s.KernelW * _s.C;
        for (int i = 0; i < _s.KernelH; i++)
        {
            for (int e = 0; e < run; e++)
            {
                float* row = gradient + (((i * (nint)_runLength) + e) * _columns);
                for (int k = 0; k < _s.K; k++)
                {
                    float sum = row[k];
                    for (int u = 1; u < _together; u++)
                    {
                        sum += row[(u * next) + k];
                    }
                    (int j, int c) = Math.DivRem(e, _s.C);
                    dw[((((((nint)k * _s.C) + c) * _s.KernelH) + i) * _s.KernelW) + j] = sum;
                }
            }
        }
    }

    /// <summary>How many pixels to take together: a divisor of the row.</summary>
    private static int BestTogether(in Conv2dShape s)
    {
        int best = 1;
        double least = Cost(s, 1);
        for (int g = 2; g <= s.OutW && g * s.K <= WeightPanels.Width; g++)
        {
            if (s.OutW % g == 0 && Cost(s, g) < least)
            {
                (best, least) = (g, Cost(s, g));
            }
        }
        return best;

        static double Cost(in Conv2dShape s, int g) =>
            PixelGroups.Cycles((s.KernelW + ((g - 1) * s.StrideW)) * s.C, g * s.K, s.OutW / g);
    }
}
