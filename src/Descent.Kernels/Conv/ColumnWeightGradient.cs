using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Kernels;

/// <summary>
/// The weight gradient of a fused convolution of one channel and pooling, with vectors over neighbouring pooled pixels: for each position in the
/// window the gradients whose maximum stood there, times the input under each tap. A tile is some taps of three output channels.
/// </summary>
/// <remarks>
/// Numerics: each lane is one chain of fused multiply-adds in ascending (n, p, position); lanes are added in pairs at the end.
/// </remarks>
internal sealed unsafe class ColumnWeightGradient : IPooledWeightGradient
{
    private const int TileChannels = ConvPoolOverColumns.TileChannels;

    private readonly ConvPoolShape _s;
    private readonly ColumnPlanes _planes;
    private readonly nint[] _positions;
    private readonly nint[] _taps;
    private readonly int _lanes = ConvPoolShape.VectorFloats;
    private readonly int _tileTaps = Tile.Taps(ConvPoolShape.VectorFloats);
    private readonly nint _planeFloats;
    private readonly nint _splitFloats;
    private readonly nint _gradientPitch;

    public ColumnWeightGradient(in ConvPoolShape s)
    {
        _s = s;
        Conv2dShape c = s.Conv;
        _planes = new ColumnPlanes(s);
        _planeFloats = _planes.Floats(((s.OutH - 1) * s.RowStep) + s.SpanH);
        _positions = s.PositionOffsets(_planes.RowPitch, _planes.Pitch, 1);
        _splitFloats = TileChannels * s.Positions * (nint)s.OutH * ConvPoolShape.RoundUp(s.OutW, _lanes);

        // The last vector of a channel reaches beyond its pixels.
        _gradientPitch = ConvPoolShape.RoundUp(s.Pixels + _lanes, 16);

        // What a last tile has too much is its last tap again.
        int taps = c.KernelH * c.KernelW;
        _taps = new nint[ConvPoolShape.RoundUp(taps, _tileTaps)];
        for (int tap = 0; tap < _taps.Length; tap++)
        {
            (int i, int j) = Math.DivRem(Math.Min(tap, taps - 1), c.KernelW);
            _taps[tap] = (i * c.DilationH * _planes.RowPitch) + (j * (nint)_planes.Pitch);
        }
    }

    public int Blocks => (_s.Conv.K + TileChannels - 1) / TileChannels;

    public nint Floats => Blocks * BlockFloats;

    // The sorted image; the gradients of a block by position; gradients and places by channel, and the gradients before they are sorted so.
    public nint ScratchFloats =>
        _planeFloats + _splitFloats + (2 * Blocks * TileChannels * _gradientPitch) + ConvPoolShape.RoundUp(_s.Pixels * _s.Conv.K, 16);

    // A vector for each tap and for the bias of each channel of the block.
    private nint BlockFloats => ConvPoolShape.RoundUp((_taps.Length + 1) * TileChannels * _lanes, 16);

    [MethodImpl(Jit.Hot)]
    public void Add(int n, float* sum, float* scratch, in ConvPoolArgs args)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Add<F32x16>(n, sum, scratch, args);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Add<F32x8>(n, sum, scratch, args);
        }
        else
        {
            Add<F32x4>(n, sum, scratch, args);
        }
    }

    [MethodImpl(Jit.Hot)]
    private void Add<V>(int n, float* sum, float* scratch, in ConvPoolArgs args)
        where V : struct, ISimd<V>
    {
        Conv2dShape c = _s.Conv;
        int pixels = _s.Pixels, channels = c.K, all = Blocks * TileChannels;
        float* split = scratch + _planeFloats, gradients = split + _splitFloats, places = gradients + (all * _gradientPitch), gated = places + (all * _gradientPitch);
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
                tile.Sum<V>(split, taps, _taps.Length, sum);
                float* bias = sum + (_taps.Length * TileChannels * _lanes);
                for (int k = 0; k < TileChannels; k++)
                {
                    SumLanes<V>(tile.Gradients + (k * _gradientPitch), pixels, bias + (k * _lanes));
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

        /// <summary>Taps whose sums, one for each channel, the registers hold: five, a row of a usual kernel, where there are 32 of them.</summary>
        [MethodImpl(Jit.Inline)]
        public static int Taps(int lanes) => lanes == 16 ? 5 : 4;

        /// <summary>Adds to a vector of sums for each tap and channel.</summary>
        [MethodImpl(Jit.Hot)]
        public readonly void Sum<V>(float* split, nint* taps, int count, float* sum)
            where V : struct, ISimd<V>
        {
            Split<V>(split);
            for (int tap = 0; tap < count; tap += Taps(V.Count))
            {
                AddTaps<V>(split, taps + tap, sum + (tap * TileChannels * V.Count));
            }
        }

        /// <summary>Splits the gradients by the position of their maximum, once for all taps.</summary>
        [MethodImpl(Jit.Hot)]
        private readonly void Split<V>(float* split)
            where V : struct, ISimd<V>
        {
            nint channel = Channel;
            V zero = V.Const(0), one = V.Const(1);
            float* gradients = Gradients, places = Places;
            for (int p = Rows; p > 0; p--)
            {
                for (nint q = 0; q < Columns; q += V.Count)
                {
                    V g0 = V.Load(gradients + q), g1 = V.Load(gradients + channel + q), g2 = V.Load(gradients + (2 * channel) + q);
                    V place0 = V.Load(places + q), place1 = V.Load(places + channel + q), place2 = V.Load(places + (2 * channel) + q);
                    V place = zero;
                    for (int position = PositionCount; position > 0; position--)
                    {
                        V.IfEqual(place0, place, g0, zero).Store(split);
                        V.IfEqual(place1, place, g1, zero).Store(split + V.Count);
                        V.IfEqual(place2, place, g2, zero).Store(split + (2 * V.Count));
                        place += one;
                        split += TileChannels * V.Count;
                    }
                }
                gradients += Columns;
                places += Columns;
            }
        }

        [MethodImpl(Jit.Hot)]
        private readonly void AddTaps<V>(float* split, nint* taps, float* sum)
            where V : struct, ISimd<V>
        {
            bool five = Taps(V.Count) == 5;
            nint a = taps[0], b = taps[1], c = taps[2], d = taps[3], e = five ? taps[4] : 0, next = TileChannels * V.Count;
            ThreeSums<V> s0 = new(sum), s1 = new(sum + next), s2 = new(sum + (2 * next)), s3 = new(sum + (3 * next)), s4 = five ? new(sum + (4 * next)) : default;
            float* row = X;
            int columns = Columns, positionCount = PositionCount;
            nint* positions = Positions;
            nint rowStep = RowStep;
            for (int p = Rows; p > 0; p--)
            {
                for (nint q = 0; q < columns; q += V.Count)
                {
                    for (nint position = 0; position < positionCount; position++)
                    {
                        float* x = row + positions[position] + q;
                        V g0 = V.Load(split), g1 = V.Load(split + V.Count), g2 = V.Load(split + (2 * V.Count));
                        split += next;
                        s0.MultiplyAdd(g0, g1, g2, V.Load(x + a));
                        s1.MultiplyAdd(g0, g1, g2, V.Load(x + b));
                        s2.MultiplyAdd(g0, g1, g2, V.Load(x + c));
                        s3.MultiplyAdd(g0, g1, g2, V.Load(x + d));
                        if (five)
                        {
                            s4.MultiplyAdd(g0, g1, g2, V.Load(x + e));
                        }
                    }
                }
                row += rowStep;
            }
            s0.Store(sum);
            s1.Store(sum + next);
            s2.Store(sum + (2 * next));
            s3.Store(sum + (3 * next));
            if (five)
            {
                s4.Store(sum + (4 * next));
            }
        }
    }
}
