using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Kernels;

/// <summary>
/// Convolution of one channel and pooling with vectors over neighbouring pooled pixels: a tile is their windows for three output channels.
/// </summary>
internal sealed unsafe class ConvPoolOverColumns : IConvPool
{
    /// <summary>Output channels of a tile: with the four pixels of a 2×2 window, twelve sums.</summary>
    public const int TileChannels = 3;

    private const int TilePositions = 4;

    private readonly ConvPoolShape _s;
    private readonly bool _rectifies;
    private readonly ImageBands _bands;
    private readonly ColumnPlanes _planes;
    private readonly nint[] _positions;
    private readonly int _blocks;
    private readonly int _lanes = ConvPoolShape.VectorFloats;
    private readonly nint _planeFloats;
    private readonly nint _pooledPitch;

    public ConvPoolOverColumns(in ConvPoolShape s, bool rectifies)
    {
        (_s, _rectifies) = (s, rectifies);
        _bands = ImageBands.ForWork(s.Conv.N, s.OutH, s.Flops / s.Conv.N / s.OutH, ConvPoolForwardPlan.LeastWork);
        _planes = new ColumnPlanes(s);
        _positions = s.PositionOffsets(_planes.RowPitch, _planes.Pitch, TilePositions);
        _blocks = (s.Conv.K + TileChannels - 1) / TileChannels;
        _planeFloats = _planes.Floats(((_bands.RowsPerBand - 1) * s.RowStep) + s.SpanH);
        // The last vector of a channel reaches beyond its pixels.
        _pooledPitch = ConvPoolShape.RoundUp((_bands.RowsPerBand * s.OutW) + _lanes, 16);
    }

    public int Units => _bands.Units;

    public long WorkspaceFloatsPerWorker => _planeFloats + (2 * _blocks * TileChannels * _pooledPitch);

    public long PackedFloats => _blocks * (long)BlockFloats;

    public int PackUnits => 1;

    private int BlockFloats => TileChannels * _s.Conv.KernelH * _s.Conv.KernelW;

    /// <summary>Packed: [block][KernelH][KernelW][channel of the block].</summary>
    public void Pack(float* weights, float* packed, int firstUnit, int lastUnit)
    {
        int taps = _s.Conv.KernelH * _s.Conv.KernelW;
        for (int k = 0; k < _blocks * TileChannels && firstUnit < lastUnit; k++)
        {
            (int block, int channel) = Math.DivRem(k, TileChannels);
            for (int tap = 0; tap < taps; tap++)
            {
                packed[((nint)block * BlockFloats) + (tap * TileChannels) + channel] = k < _s.Conv.K ? weights[((nint)k * taps) + tap] : 0;
            }
        }
    }

    [MethodImpl(Jit.Hot)]
    public void Run(int firstUnit, int lastUnit, int worker, in ConvPoolArgs args)
    {
        Conv2dShape c = _s.Conv;
        float* scratch = args.Workspace + (worker * (nint)WorkspaceFloatsPerWorker);
        float* pooled = scratch + _planeFloats, places = pooled + (_blocks * TileChannels * _pooledPitch);
        fixed (nint* positions = _positions)
        {
            var tile = new Tile
            {
                Positions = positions,
                Groups = _positions.Length / TilePositions,
                Rows = c.KernelH,
                Columns = c.KernelW,
                RowStep = c.DilationH * _planes.RowPitch,
                ColumnStep = _planes.Pitch,
                Rectifies = _rectifies,
                Channel = _pooledPitch,
            };
            for (int unit = firstUnit; unit < lastUnit; unit++)
            {
                (int n, int first, int last) = _bands[unit];
                float* image = args.X + ((nint)n * c.H * c.W);
                float* planes = _planes.Sort(image, scratch, first * _s.RowStep, ((last - 1) * _s.RowStep) + _s.SpanH);
                for (int block = 0; block < _blocks; block++)
                {
                    int k = block * TileChannels;
                    tile.Weights = args.Weights + ((nint)block * BlockFloats);
                    tile.Shift0 = args.Bias is null ? 0 : args.Bias[k];
                    tile.Shift1 = args.Bias is null || k + 1 >= c.K ? 0 : args.Bias[k + 1];
                    tile.Shift2 = args.Bias is null || k + 2 >= c.K ? 0 : args.Bias[k + 2];
                    for (int p = 0; p < last - first; p++)
                    {
                        for (int q = 0; q < _s.OutW; q += _lanes)
                        {
                            tile.X = planes + (p * _s.RowStep * _planes.RowPitch) + q;
                            tile.Y = pooled + (k * _pooledPitch) + (p * _s.OutW) + q;
                            tile.Places = places + (k * _pooledPitch) + (p * _s.OutW) + q;
                            Run(ref tile);
                        }
                    }
                }
                Store(pooled, places, n, first, last, args);
            }
        }
    }

    /// <summary>The values to (pixel, channel), the places as they are.</summary>
    [MethodImpl(Jit.Hot)]
    private void Store(float* pooled, float* places, int n, int first, int last, in ConvPoolArgs args)
    {
        int channels = _s.Conv.K, pixels = (last - first) * _s.OutW;
        nint pixel = ((nint)n * _s.Pixels) + (first * _s.OutW);
        Transpose.Run(pooled, _pooledPitch, args.Y + (pixel * channels), channels, channels, pixels);
        for (int k = 0; k < channels && args.Places is not null; k++)
        {
            float* target = args.Places + ((((nint)n * channels) + k) * _s.Pixels) + (first * _s.OutW);
            new ReadOnlySpan<float>(places + (k * _pooledPitch), pixels).CopyTo(new Span<float>(target, pixels));
        }
    }

    [MethodImpl(Jit.Inline)]
    private static void Run(ref Tile tile)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            tile.Compute<F32x16>();
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            tile.Compute<F32x8>();
        }
        else
        {
            tile.Compute<F32x4>();
        }
    }

    /// <summary>A vector of pooled pixels for three output channels.</summary>
    private struct Tile
    {
        public float* X;
        public float* Y;
        public float* Places;
        public nint Channel;
        public float* Weights;
        public float Shift0, Shift1, Shift2;
        public nint* Positions;
        public nint RowStep;
        public nint ColumnStep;
        public int Groups;
        public int Rows;
        public int Columns;
        public bool Rectifies;

        [MethodImpl(Jit.Hot)]
        public readonly void Compute<V>()
            where V : struct, ISimd<V>
        {
            V zero = V.Const(0);
            V best0 = V.Const(double.NegativeInfinity), best1 = best0, best2 = best0, place0 = zero, place1 = zero, place2 = zero;
            nint rowStep = RowStep, columnStep = ColumnStep;
            int columns = Columns;
            for (int group = 0; group < Groups; group++)
            {
                nint* positions = Positions + (TilePositions * group);
                nint a = positions[0], b = positions[1], c = positions[2], d = positions[3];
                V a0 = zero, a1 = zero, a2 = zero, b0 = zero, b1 = zero, b2 = zero;
                V c0 = zero, c1 = zero, c2 = zero, d0 = zero, d1 = zero, d2 = zero;
                float* weights = Weights, row = X;
                for (int i = Rows; i > 0; i--)
                {
                    float* x = row;
                    for (int j = columns; j > 0; j--)
                    {
                        V w0 = V.Uniform(weights[0]), w1 = V.Uniform(weights[1]), w2 = V.Uniform(weights[2]);
                        weights += TileChannels;
                        V v = V.Load(x + a);
                        a0 = V.MultiplyAdd(v, w0, a0);
                        a1 = V.MultiplyAdd(v, w1, a1);
                        a2 = V.MultiplyAdd(v, w2, a2);
                        v = V.Load(x + b);
                        b0 = V.MultiplyAdd(v, w0, b0);
                        b1 = V.MultiplyAdd(v, w1, b1);
                        b2 = V.MultiplyAdd(v, w2, b2);
                        v = V.Load(x + c);
                        c0 = V.MultiplyAdd(v, w0, c0);
                        c1 = V.MultiplyAdd(v, w1, c1);
                        c2 = V.MultiplyAdd(v, w2, c2);
                        v = V.Load(x + d);
                        d0 = V.MultiplyAdd(v, w0, d0);
                        d1 = V.MultiplyAdd(v, w1, d1);
                        d2 = V.MultiplyAdd(v, w2, d2);
                        x += columnStep;
                    }
                    row += rowStep;
                }
                V place = V.Uniform(TilePositions * group), one = V.Const(1);
                V shift0 = V.Uniform(Shift0), shift1 = V.Uniform(Shift1), shift2 = V.Uniform(Shift2);
                PooledMaximum.Take(a0 + shift0, place, ref best0, ref place0);
                PooledMaximum.Take(a1 + shift1, place, ref best1, ref place1);
                PooledMaximum.Take(a2 + shift2, place, ref best2, ref place2);
                place += one;
                PooledMaximum.Take(b0 + shift0, place, ref best0, ref place0);
                PooledMaximum.Take(b1 + shift1, place, ref best1, ref place1);
                PooledMaximum.Take(b2 + shift2, place, ref best2, ref place2);
                place += one;
                PooledMaximum.Take(c0 + shift0, place, ref best0, ref place0);
                PooledMaximum.Take(c1 + shift1, place, ref best1, ref place1);
                PooledMaximum.Take(c2 + shift2, place, ref best2, ref place2);
                place += one;
                PooledMaximum.Take(d0 + shift0, place, ref best0, ref place0);
                PooledMaximum.Take(d1 + shift1, place, ref best1, ref place1);
                PooledMaximum.Take(d2 + shift2, place, ref best2, ref place2);
            }
            if (Rectifies)
            {
                (best0, best1, best2) = (V.Max(best0, zero), V.Max(best1, zero), V.Max(best2, zero));
            }
            best0.Store(Y);
            best1.Store(Y + Channel);
            best2.Store(Y + (2 * Channel));
            place0.Store(Places);
            place1.Store(Places + Channel);
            place2.Store(Places + (2 * Channel));
        }
    }
}
