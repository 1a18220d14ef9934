using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// The weight gradient of one band of output rows as GEMM tiles, into (group, KernelH, KernelW, GroupC, GroupK): rows of a tile are neighbouring
/// elements of the input window, columns are output channels, and the sum runs over the band's pixels.
/// </summary>
internal sealed unsafe class WeightGradient : IWeightGradient
{
    private readonly Conv2dShape _s;
    private readonly int _outH, _outW;
    private readonly WeightPanels _panels;
    private readonly Tile[] _fullTiles;
    private readonly Tile[] _lastTiles;
    private readonly ColumnPadding _padding;
    private readonly bool _copies;
    private readonly int _runs;
    private readonly int _runLength;

    public WeightGradient(in Conv2dShape s)
    {
        _s = s;
        (_outH, _outW) = (s.OutH, s.OutW);
        // The inputs under a kernel row are one contiguous run unless it is dilated; then each tap is a run.
        bool contiguous = s.DilationW == 1;
        _runs = s.KernelH * (contiguous ? 1 : s.KernelW);
        _runLength = s.GroupC * (contiguous ? s.KernelW : 1);
        _panels = new WeightPanels(s.GroupK, Depth: 0);
        _fullTiles = Tile.Split(_runLength, _panels.Vectors(0), AMode.Column, Epilogue.None);
        _lastTiles = Tile.Split(_runLength, _panels.Vectors(_panels.Count - 1), AMode.Column, Epilogue.None);
        TapAxis columns = TapAxis.Forward(_outW, s.KernelW, s.StrideW, s.DilationW, s.PadLeft);
        _padding = new ColumnPadding(columns.Before, columns.After(s.W), new ImageSize(s.H, s.W, s.C), s.GroupC);
        _copies = s.Groups > 1 || _padding.Before + _padding.After > 0;
    }

    public int Pieces => _s.Groups * _panels.Count * _runs;

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
        args.Ldb = _s.K;
        args.Ldc = _s.GroupK;
        args.BSegment = _outW * (nint)_s.K;
        for (int piece = pieces.First; piece < pieces.Last; piece++)
        {
            (int rest, int run) = Math.DivRem(piece, _runs);
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
            args.K = any ? _outW : 0;
            args.Segments = any ? last - first : 1;
            args.Lda = _s.StrideW * pixel;
            args.ASegment = _s.StrideH * pitch;
            args.Columns = _panels.Columns(panel);
            args.Accumulate = accumulate;
            float* a = source + (((first * _s.StrideH) + offset) * pitch) + (((j * _s.DilationW) - _s.PadLeft) * pixel);
            args.B = dy + (first * args.BSegment) + (group * _s.GroupK) + column;
            float* c = dw + (((group * _runs) + run) * (nint)_runLength * _s.GroupK) + column;
            foreach (ref readonly Tile tile in (panel == _panels.Count - 1 ? _lastTiles : _fullTiles).AsSpan())
            {
                args.A = a + tile.First;
                args.C = c + (tile.First * args.Ldc);
                tile.Kernel(&args);
            }
        }
    }
}
