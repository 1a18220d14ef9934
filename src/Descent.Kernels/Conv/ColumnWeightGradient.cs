using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Kernels;

/// <summary>
/// The weight gradient of a fused convolution of one channel and pooling, with vectors over neighbouring pooled pixels: for each position in the
/// window the gradients whose maximum stood there, times the input under each tap. A tile is four taps of three output channels.
/// </summary>
/// <remarks>
/// Numerics: each lane is one chain of fused multiply-adds in ascending (n, p, position); lanes are added in pairs at the end.
/// </remarks>
internal sealed unsafe class ColumnWeightGradient : IPooledWeightGradient
{
    private const int TileChannels = ConvPoolOverColumns.TileChannels;
    private const int TileTaps = 4;

    private readonly ConvPoolShape _s;
    private readonly ColumnPlanes _planes;
    private readonly nint[] _positions;
    private readonly nint[] _taps;
    private readonly int _lanes = ConvPoolShape.VectorFloats;
    private readonly nint _planeFloats;
    private readonly nint _gradientPitch;

    public ColumnWeightGradient(in ConvPoolShape s)
    {
        _s = s;
        Conv2dShape c = s.Conv;
        _planes = new ColumnPlanes(s);
        _planeFloats = _planes.Floats(((s.OutH - 1) * s.RowStep) + s.SpanH);
        _positions = s.PositionOffsets(_planes.RowPitch, _planes.Pitch, 1);
        // The last vector of a channel reaches beyond its pixels.
        _gradientPitch = ConvPoolShape.RoundUp(s.Pixels + _lanes, 16);

        // What a last tile has too much is its last tap again.
        int taps = c.KernelH * c.KernelW;
        _taps = new nint[ConvPoolShape.RoundUp(taps, TileTaps)];
        for (int tap = 0; tap < _taps.Length; tap++)
        {
            (int i, int j) = Math.DivRem(Math.Min(tap, taps - 1), c.KernelW);
            _taps[tap] = (i * c.DilationH * _planes.RowPitch) + (j * (nint)_planes.Pitch);
        }
    }

    public int Blocks => (_s.Conv.K + TileChannels - 1) / TileChannels;

    public nint Floats => Blocks * BlockFloats;

    // The sorted image; gradients and places by channel, and the gradients before they are sorted so.
    public nint ScratchFloats =>
        _planeFloats + (2 * Blocks * TileChannels * _gradientPitch) + ConvPoolShape.RoundUp(_s.Pixels * _s.Conv.K, 16);

    // A vector for each tap and for the bias of each channel of the block.
    private nint BlockFloats => ConvPoolShape.RoundUp((_taps.Length + 1) * TileChannels * _lanes, 16);

    [MethodImpl(Jit.Hot)]
    public void Add(int n, float* sum, float* scratch, in ConvPoolArgs args)
    {
        Conv2dShape c = _s.Conv;
        int pixels = _s.Pixels, channels = c.K, all = Blocks * TileChannels;
        float* gradients = scratch + _planeFloats, places = gradients + (all * _gradientPitch), gated = places + (all * _gradientPitch);
        nint output = (nint)n * pixels * channels;
        float* planes = _planes.Sort(args.X + ((nint)n * c.H * c.W), scratch, 0, ((_s.OutH - 1) * _s.RowStep) + _s.SpanH);
        GatedGradient.Run(args.Dy + output, args.Y is null ? null : args.Y + output, gated, pixels * channels);
        Transpose.Run(gated, channels, gradients, _gradientPitch, pixels, channels);
        for (int k = 0; k < all; k++)
        {
            // Beyond a channel's pixels, and in channels that are not there, no gradient.
            int count = k < channels ? pixels : 0;
            new Span<float>(gradients + (k * _gradientPitch) + count, (int)_gradientPitch - count).Clear();
            new ReadOnlySpan<float>(args.Places + output + (k * (nint)pixels), count).CopyTo(new Span<float>(places + (k * _gradientPitch), count));
            new Span<float>(places + (k * _gradientPitch) + count, (int)_gradientPitch - count).Clear();
        }
        fixed (nint* positions = _positions, taps = _taps)
        {
            var tile = new Tile
            {
                X = planes,
                Channel = _gradientPitch,
                Positions = positions,
                PositionCount = _positions.Length,
                Rows = _s.OutH,
                Columns = _s.OutW,
                RowStep = _s.RowStep * _planes.RowPitch,
            };
            for (int block = 0; block < Blocks; block++, sum += BlockFloats)
            {
                tile.Gradients = gradients + (block * TileChannels * _gradientPitch);
                tile.Places = places + (block * TileChannels * _gradientPitch);
                for (int tap = 0; tap < _taps.Length; tap += TileTaps)
                {
                    Run(ref tile, taps + tap, sum + (tap * TileChannels * _lanes));
                }
                float* bias = sum + (_taps.Length * TileChannels * _lanes);
                for (int k = 0; k < TileChannels; k++)
                {
                    SumLanes(tile.Gradients + (k * _gradientPitch), pixels, bias + (k * _lanes));
                }
            }
        }
    }

    public void Store(int block, float* sum, in ConvPoolArgs args)
    {
        int taps = _s.Conv.KernelH * _s.Conv.KernelW;
        for (int k = 0; k < TileChannels && (block * TileChannels) + k < _s.Conv.K; k++)
        {
            int channel = (block * TileChannels) + k;
            for (int tap = 0; tap < taps; tap++)
            {
                args.Dw[(channel * (nint)taps) + tap] = AddLanes(sum + (((tap * TileChannels) + k) * _lanes));
            }
            if (args.Db is not null)
            {
                args.Db[channel] = AddLanes(sum + (((_taps.Length * TileChannels) + k) * _lanes));
            }
        }
    }

    /// <summary>Adds neighbours, then pairs of neighbours, and so on.</summary>
    private float AddLanes(float* lanes)
    {
        for (int count = _lanes / 2; count > 0; count /= 2)
        {
            for (int i = 0; i < count; i++)
            {
                lanes[i] = lanes[2 * i] + lanes[(2 * i) + 1];
            }
        }
        return *lanes;
    }

    [MethodImpl(Jit.Inline)]
    private static void Run(ref Tile tile, nint* taps, float* sum)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            tile.Sum<F32x16>(taps, sum);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            tile.Sum<F32x8>(taps, sum);
        }
        else
        {
            tile.Sum<F32x4>(taps, sum);
        }
    }

    [MethodImpl(Jit.Inline)]
    private static void SumLanes(float* values, int count, float* sum)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            SumLanes<F32x16>(values, count, sum);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            SumLanes<F32x8>(values, count, sum);
        }
        else
        {
            SumLanes<F32x4>(values, count, sum);
        }
    }

    /// <summary>What lies beyond the values up to a whole vector is 0.</summary>
    [MethodImpl(Jit.Hot)]
    private static void SumLanes<V>(float* values, int count, float* sum)
        where V : struct, ISimd<V>
    {
        V s = V.Load(sum);
        for (int i = 0; i < count; i += V.Count)
        {
            s += V.Load(values + i);
        }
        s.Store(sum);
    }

    /// <summary>Three output channels of one image.</summary>
    private struct Tile
    {
        public float* X;
        public float* Gradients;
        public float* Places;
        public nint Channel;
        public nint* Positions;
        public int PositionCount;
        public int Rows;
        public int Columns;
        public nint RowStep;

        /// <summary>Adds four taps: a vector of sums for each tap and channel.</summary>
        [MethodImpl(Jit.Hot)]
        public readonly void Sum<V>(nint* taps, float* sum)
            where V : struct, ISimd<V>
        {
            nint channel = Channel, a = taps[0], b = taps[1], c = taps[2], d = taps[3];
            V a0 = V.Load(sum), a1 = V.Load(sum + V.Count), a2 = V.Load(sum + (2 * V.Count));
            V b0 = V.Load(sum + (3 * V.Count)), b1 = V.Load(sum + (4 * V.Count)), b2 = V.Load(sum + (5 * V.Count));
            V c0 = V.Load(sum + (6 * V.Count)), c1 = V.Load(sum + (7 * V.Count)), c2 = V.Load(sum + (8 * V.Count));
            V d0 = V.Load(sum + (9 * V.Count)), d1 = V.Load(sum + (10 * V.Count)), d2 = V.Load(sum + (11 * V.Count));
            V zero = V.Const(0), one = V.Const(1);
            float* gradients = Gradients, places = Places, row = X;
            int columns = Columns, positionCount = PositionCount;
            nint* positions = Positions;
            for (int p = Rows; p > 0; p--)
            {
                for (nint q = 0; q < columns; q += V.Count)
                {
                    V g0 = V.Load(gradients + q), g1 = V.Load(gradients + channel + q), g2 = V.Load(gradients + (2 * channel) + q);
                    V place0 = V.Load(places + q), place1 = V.Load(places + channel + q), place2 = V.Load(places + (2 * channel) + q);
                    V place = zero;
                    for (nint position = 0; position < positionCount; position++)
                    {
                        float* x = row + positions[position] + q;
                        V here0 = V.IfEqual(place0, place, g0, zero);
                        V here1 = V.IfEqual(place1, place, g1, zero);
                        V here2 = V.IfEqual(place2, place, g2, zero);
                        place += one;
                        V v = V.Load(x + a);
                        a0 = V.MultiplyAdd(v, here0, a0);
                        a1 = V.MultiplyAdd(v, here1, a1);
                        a2 = V.MultiplyAdd(v, here2, a2);
                        v = V.Load(x + b);
                        b0 = V.MultiplyAdd(v, here0, b0);
                        b1 = V.MultiplyAdd(v, here1, b1);
                        b2 = V.MultiplyAdd(v, here2, b2);
                        v = V.Load(x + c);
                        c0 = V.MultiplyAdd(v, here0, c0);
                        c1 = V.MultiplyAdd(v, here1, c1);
                        c2 = V.MultiplyAdd(v, here2, c2);
                        v = V.Load(x + d);
                        d0 = V.MultiplyAdd(v, here0, d0);
                        d1 = V.MultiplyAdd(v, here1, d1);
                        d2 = V.MultiplyAdd(v, here2, d2);
                    }
                }
                gradients += columns;
                places += columns;
                row += RowStep;
            }
            a0.Store(sum);
            a1.Store(sum + V.Count);
            a2.Store(sum + (2 * V.Count));
            b0.Store(sum + (3 * V.Count));
            b1.Store(sum + (4 * V.Count));
            b2.Store(sum + (5 * V.Count));
            c0.Store(sum + (6 * V.Count));
            c1.Store(sum + (7 * V.Count));
            c2.Store(sum + (8 * V.Count));
            d0.Store(sum + (9 * V.Count));
            d1.Store(sum + (10 * V.Count));
            d2.Store(sum + (11 * V.Count));
        }
    }
}
