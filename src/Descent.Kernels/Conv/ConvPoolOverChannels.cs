using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Kernels;

/// <summary>Convolution and pooling with vectors over output channels: a tile is the windows of three pooled pixels.</summary>
internal sealed unsafe class ConvPoolOverChannels : IConvPool
{
    private const int TilePixels = 3;
    private const int TilePositions = 4;

    private readonly ConvPoolShape _s;
    private readonly bool _rectifies;
    private readonly ImageBands _bands;
    private readonly PaddedImage _padded;
    private readonly bool _copies;
    private readonly nint[] _positions;
    private readonly nint[] _pixels;
    private readonly int _blocks;
    private readonly int _lanes = ConvPoolShape.VectorFloats;
    private readonly nint _imageFloats;

    public ConvPoolOverChannels(in ConvPoolShape s, bool rectifies)
    {
        (_s, _rectifies) = (s, rectifies);
        Conv2dShape c = s.Conv;
        _bands = ImageBands.ForWork(c.N, s.OutH, s.Flops / c.N / s.OutH, ConvPoolForwardPlan.LeastWork);
        _padded = new PaddedImage(c, Reach: 0);
        _copies = c.PaddedH != c.H || c.PaddedW != c.W;
        _positions = s.PositionOffsets(_padded.Pitch, c.C, TilePositions);
        _pixels = s.PixelOffsets(_padded.Pitch, c.C);
        _blocks = (c.K + _lanes - 1) / _lanes;
        _imageFloats = _copies ? _padded.Floats(((_bands.RowsPerBand - 1) * s.RowStep) + s.SpanH) : 0;
    }

    public int Units => _bands.Units;

    // An image, the bias in whole vectors, and a tile whose channels do not fill its vectors.
    public long WorkspaceFloatsPerWorker => _imageFloats + (((2 * TilePixels) + _blocks) * _lanes);

    public long PackedFloats => (long)PackUnits * RowFloats;

    public int PackUnits => _blocks * _s.Conv.KernelH;

    private int RowFloats => _s.Conv.KernelW * _s.Conv.C * _lanes;

    /// <summary>Packed: [block][KernelH][KernelW][C][lane].</summary>
    public void Pack(float* weights, float* packed, int firstUnit, int lastUnit)
    {
        Conv2dShape c = _s.Conv;
        for (int unit = firstUnit; unit < lastUnit; unit++)
        {
            (int block, int i) = Math.DivRem(unit, c.KernelH);
            float* target = packed + ((nint)unit * RowFloats);
            for (int element = 0; element < c.KernelW * c.C; element++)
            {
                (int j, int channel) = Math.DivRem(element, c.C);
                for (int lane = 0; lane < _lanes; lane++)
                {
                    int k = (block * _lanes) + lane;
                    *target++ = k < c.K ? weights[(((((nint)k * c.C) + channel) * c.KernelH) + i) * c.KernelW + j] : 0;
                }
            }
        }
    }

    [MethodImpl(Jit.Hot)]
    public void Run(int firstUnit, int lastUnit, int worker, in ConvPoolArgs args)
    {
        Conv2dShape c = _s.Conv;
        float* scratch = args.Workspace + (worker * (nint)WorkspaceFloatsPerWorker);
        float* bias = scratch + _imageFloats, partial = bias + (_blocks * _lanes);
        new Span<float>(bias, _blocks * _lanes).Clear();
        if (args.Bias is not null)
        {
            new ReadOnlySpan<float>(args.Bias, c.K).CopyTo(new Span<float>(bias, c.K));
        }
        fixed (nint* positions = _positions)
        {
            var tile = new Tile
            {
                Positions = positions,
                Groups = _positions.Length / TilePositions,
                Rows = c.KernelH,
                RowStep = c.DilationH * _padded.Pitch,
                Run = c.KernelW * c.C,
                Rectifies = _rectifies,
            };
            for (int unit = firstUnit; unit < lastUnit; unit++)
            {
                (int n, int first, int last) = _bands[unit];
                float* image = args.X + ((nint)n * c.H * c.W * c.C);
                if (_copies)
                {
                    _padded.Copy(image, scratch, first * _s.RowStep, ((last - 1) * _s.RowStep) + _s.SpanH);
                    image = scratch - (first * _s.RowStep * _padded.Pitch);
                }
                Band(ref tile, image, first * _s.OutW, last * _s.OutW, (nint)n * _s.Pixels * c.K, bias, partial, args);
            }
        }
    }

    /// <summary>Pooled pixels [first, last) of one image, whose output begins at <paramref name="output"/>.</summary>
    [MethodImpl(Jit.Hot)]
    private void Band(ref Tile tile, float* image, int first, int last, nint output, float* bias, float* partial, in ConvPoolArgs args)
    {
        int channels = _s.Conv.K;
        for (int block = 0; block < _blocks; block++)
        {
            int k = block * _lanes, count = Math.Min(_lanes, channels - k);
            tile.Weights = args.Weights + ((nint)block * _s.Conv.KernelH * RowFloats);
            tile.Shift = bias + k;
            tile.Image = image;
            for (int pixel = first; pixel < last; pixel += TilePixels)
            {
                // What a last tile has too much is its last pixel again.
                int second = Math.Min(pixel + 1, last - 1), third = Math.Min(pixel + 2, last - 1);
                (tile.X0, tile.X1, tile.X2) = (_pixels[pixel], _pixels[second], _pixels[third]);
                nint y = output + (pixel * (nint)channels) + k, to1 = (second - pixel) * (nint)channels, to2 = (third - pixel) * (nint)channels;
                if (count == _lanes)
                {
                    (tile.Y1, tile.Y2) = (to1, to2);
                    tile.Y = args.Y + y;
                    tile.Places = args.Places is null ? null : args.Places + y;
                    Run(ref tile);
                    continue;
                }
                (tile.Y1, tile.Y2) = (_lanes, 2 * _lanes);
                tile.Y = partial;
                tile.Places = partial + (TilePixels * _lanes);
                Run(ref tile);
                Copy(tile.Y, args.Y + y, to1, to2, count);
                if (args.Places is not null)
                {
                    Copy(tile.Places, args.Places + y, to1, to2, count);
                }
            }
        }
    }

    private void Copy(float* partial, float* target, nint to1, nint to2, int count)
    {
        new ReadOnlySpan<float>(partial, count).CopyTo(new Span<float>(target, count));
        new ReadOnlySpan<float>(partial + _lanes, count).CopyTo(new Span<float>(target + to1, count));
        new ReadOnlySpan<float>(partial + (2 * _lanes), count).CopyTo(new Span<float>(target + to2, count));
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

    /// <summary>Three pooled pixels of one vector of channels.</summary>
    private struct Tile
    {
        public float* Image;
        public nint X0, X1, X2;
        public float* Y;
        public float* Places;
        public nint Y1, Y2;
        public float* Weights;
        public float* Shift;
        public nint* Positions;
        public nint RowStep;
        public nint Run;
        public int Groups;
        public int Rows;
        public bool Rectifies;

        [MethodImpl(Jit.Hot)]
        public readonly void Compute<V>()
            where V : struct, ISimd<V>
        {
            V zero = V.Const(0), shift = V.Load(Shift);
            V best0 = V.Const(double.NegativeInfinity), best1 = best0, best2 = best0, place0 = zero, place1 = zero, place2 = zero;
            float* x0 = Image + X0, x1 = Image + X1, x2 = Image + X2;
            nint run = Run, rowStep = RowStep;
            for (int group = 0; group < Groups; group++)
            {
                nint* positions = Positions + (TilePositions * group);
                nint rowA = positions[0], rowB = positions[1], rowC = positions[2], rowD = positions[3];
                V a0 = zero, a1 = zero, a2 = zero, b0 = zero, b1 = zero, b2 = zero;
                V c0 = zero, c1 = zero, c2 = zero, d0 = zero, d1 = zero, d2 = zero;
                float* weights = Weights;
                for (int i = Rows; i > 0; i--)
                {
                    nint a = rowA, b = rowB, c = rowC, d = rowD, end = rowA + run;
                    for (; a < end; a++, b++, c++, d++)
                    {
                        V w = V.Load(weights);
                        weights += V.Count;
                        a0 = V.MultiplyAdd(V.Uniform(x0[a]), w, a0);
                        a1 = V.MultiplyAdd(V.Uniform(x1[a]), w, a1);
                        a2 = V.MultiplyAdd(V.Uniform(x2[a]), w, a2);
                        b0 = V.MultiplyAdd(V.Uniform(x0[b]), w, b0);
                        b1 = V.MultiplyAdd(V.Uniform(x1[b]), w, b1);
                        b2 = V.MultiplyAdd(V.Uniform(x2[b]), w, b2);
                        c0 = V.MultiplyAdd(V.Uniform(x0[c]), w, c0);
                        c1 = V.MultiplyAdd(V.Uniform(x1[c]), w, c1);
                        c2 = V.MultiplyAdd(V.Uniform(x2[c]), w, c2);
                        d0 = V.MultiplyAdd(V.Uniform(x0[d]), w, d0);
                        d1 = V.MultiplyAdd(V.Uniform(x1[d]), w, d1);
                        d2 = V.MultiplyAdd(V.Uniform(x2[d]), w, d2);
                    }
                    rowA += rowStep;
                    rowB += rowStep;
                    rowC += rowStep;
                    rowD += rowStep;
                }
                V place = V.Uniform(TilePositions * group), one = V.Const(1);
                PooledMaximum.Take(a0 + shift, place, ref best0, ref place0);
                PooledMaximum.Take(a1 + shift, place, ref best1, ref place1);
                PooledMaximum.Take(a2 + shift, place, ref best2, ref place2);
                place += one;
                PooledMaximum.Take(b0 + shift, place, ref best0, ref place0);
                PooledMaximum.Take(b1 + shift, place, ref best1, ref place1);
                PooledMaximum.Take(b2 + shift, place, ref best2, ref place2);
                place += one;
                PooledMaximum.Take(c0 + shift, place, ref best0, ref place0);
                PooledMaximum.Take(c1 + shift, place, ref best1, ref place1);
                PooledMaximum.Take(c2 + shift, place, ref best2, ref place2);
                place += one;
                PooledMaximum.Take(d0 + shift, place, ref best0, ref place0);
                PooledMaximum.Take(d1 + shift, place, ref best1, ref place1);
                PooledMaximum.Take(d2 + shift, place, ref best2, ref place2);
            }
            if (Rectifies)
            {
                (best0, best1, best2) = (V.Max(best0, zero), V.Max(best1, zero), V.Max(best2, zero));
            }
            best0.Store(Y);
            best1.Store(Y + Y1);
            best2.Store(Y + Y2);
            if (Places is not null)
            {
                place0.Store(Places);
                place1.Store(Places + Y1);
                place2.Store(Places + Y2);
            }
        }
    }
}
