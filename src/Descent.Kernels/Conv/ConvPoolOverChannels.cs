using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Kernels;

/// <summary>Convolution and pooling with vectors over output channels: a tile is the windows of some pooled pixels.</summary>
internal sealed unsafe class ConvPoolOverChannels : IConvPool
{
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

    // What the registers hold beside a vector of weights.
    private readonly int _tilePixels = Tile.Pixels(ConvPoolShape.VectorFloats);
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
    public long WorkspaceFloatsPerWorker => _imageFloats + (((2 * _tilePixels) + _blocks) * _lanes);

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
        nint* x = stackalloc nint[_tilePixels], to = stackalloc nint[_tilePixels];
        tile.X = x;
        tile.To = to;
        for (int block = 0; block < _blocks; block++)
        {
            int k = block * _lanes, count = Math.Min(_lanes, channels - k);
            tile.Weights = args.Weights + ((nint)block * _s.Conv.KernelH * RowFloats);
            tile.Shift = bias + k;
            tile.Image = image;
            for (int pixel = first; pixel < last; pixel += _tilePixels)
            {
                // What a last tile has too much is its last pixel again.
                for (int i = 0; i < _tilePixels; i++)
                {
                    int other = Math.Min(pixel + i, last - 1);
                    x[i] = _pixels[other];
                    to[i] = count == _lanes ? (other - pixel) * (nint)channels : i * _lanes;
                }
                nint y = output + (pixel * (nint)channels) + k;
                if (count == _lanes)
                {
                    tile.Y = args.Y + y;
                    tile.Places = args.Places is null ? null : args.Places + y;
                    Run(ref tile);
                    continue;
                }
                tile.Y = partial;
                tile.Places = partial + (_tilePixels * _lanes);
                Run(ref tile);
                for (int i = 0; i < Math.Min(_tilePixels, last - pixel); i++)
                {
                    new ReadOnlySpan<float>(tile.Y + to[i], count).CopyTo(new Span<float>(args.Y + y + (i * (nint)channels), count));
                    if (args.Places is not null)
                    {
                        new ReadOnlySpan<float>(tile.Places + to[i], count).CopyTo(new Span<float>(args.Places + y + (i * (nint)channels), count));
                    }
                }
            }
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

    /// <summary>Some pooled pixels of one vector of channels.</summary>
    private struct Tile
    {
        public float* Image;

        /// <summary>Where each pixel's window begins.</summary>
        public nint* X;
        public float* Y;
        public float* Places;

        /// <summary>From <see cref="Y"/> and <see cref="Places"/> to each pixel's.</summary>
        public nint* To;
        public float* Weights;
        public float* Shift;
        public nint* Positions;
        public nint RowStep;
        public nint Run;
        public int Groups;
        public int Rows;
        public bool Rectifies;

        /// <summary>Five fill the registers of machines whose vectors have 16 floats, three those of others.</summary>
        [MethodImpl(Jit.Inline)]
        public static int Pixels(int lanes) => lanes == 16 ? 5 : 3;

        [MethodImpl(Jit.Hot)]
        public readonly void Compute<V>()
            where V : struct, ISimd<V>
        {
            bool five = Pixels(V.Count) == 5;
            V shift = V.Load(Shift);
            Pixel<V> p0 = new(), p1 = p0, p2 = p0, p3 = p0, p4 = p0;
            float* x0 = Image + X[0], x1 = Image + X[1], x2 = Image + X[2], x3 = five ? Image + X[3] : null, x4 = five ? Image + X[4] : null;
            nint run = Run, rowStep = RowStep;
            for (int group = 0; group < Groups; group++)
            {
                nint* positions = Positions + (TilePositions * group);
                nint rowA = positions[0], rowB = positions[1], rowC = positions[2], rowD = positions[3];
                Four<V> s0 = default, s1 = s0, s2 = s0, s3 = s0, s4 = s0;
                float* weights = Weights;
                for (int i = Rows; i > 0; i--)
                {
                    nint a = rowA, b = rowB, c = rowC, d = rowD, end = rowA + run;
                    for (; a < end; a++, b++, c++, d++)
                    {
                        V w = V.Load(weights);
                        weights += V.Count;
                        s0.MultiplyAdd(x0, a, b, c, d, w);
                        s1.MultiplyAdd(x1, a, b, c, d, w);
                        s2.MultiplyAdd(x2, a, b, c, d, w);
                        if (five)
                        {
                            s3.MultiplyAdd(x3, a, b, c, d, w);
                            s4.MultiplyAdd(x4, a, b, c, d, w);
                        }
                    }
                    rowA += rowStep;
                    rowB += rowStep;
                    rowC += rowStep;
                    rowD += rowStep;
                }
                V place = V.Uniform(TilePositions * group);
                p0.Take(s0, shift, place);
                p1.Take(s1, shift, place);
                p2.Take(s2, shift, place);
                if (five)
                {
                    p3.Take(s3, shift, place);
                    p4.Take(s4, shift, place);
                }
            }
            p0.Store(Y + To[0], Places is null ? null : Places + To[0], Rectifies);
            p1.Store(Y + To[1], Places is null ? null : Places + To[1], Rectifies);
            p2.Store(Y + To[2], Places is null ? null : Places + To[2], Rectifies);
            if (five)
            {
                p3.Store(Y + To[3], Places is null ? null : Places + To[3], Rectifies);
                p4.Store(Y + To[4], Places is null ? null : Places + To[4], Rectifies);
            }
        }
    }

    /// <summary>The sums at four positions of a window.</summary>
    private struct Four<V>
        where V : struct, ISimd<V>
    {
        public V A;
        public V B;
        public V C;
        public V D;

        [MethodImpl(Jit.Inline)]
        public void MultiplyAdd(float* x, nint a, nint b, nint c, nint d, V w)
        {
            A = V.MultiplyAdd(V.Uniform(x[a]), w, A);
            B = V.MultiplyAdd(V.Uniform(x[b]), w, B);
            C = V.MultiplyAdd(V.Uniform(x[c]), w, C);
            D = V.MultiplyAdd(V.Uniform(x[d]), w, D);
        }
    }

    /// <summary>The maximum of a window so far, and its place.</summary>
    private struct Pixel<V>
        where V : struct, ISimd<V>
    {
        private V _best;
        private V _place;

        [MethodImpl(Jit.Inline)]
        public Pixel() => (_best, _place) = (V.Const(double.NegativeInfinity), V.Const(0));

        [MethodImpl(Jit.Inline)]
        public void Take(in Four<V> sums, V shift, V place)
        {
            V one = V.Const(1);
            PooledMaximum.Take(sums.A + shift, place, ref _best, ref _place);
            place += one;
            PooledMaximum.Take(sums.B + shift, place, ref _best, ref _place);
            place += one;
            PooledMaximum.Take(sums.C + shift, place, ref _best, ref _place);
            place += one;
            PooledMaximum.Take(sums.D + shift, place, ref _best, ref _place);
        }

        [MethodImpl(Jit.Inline)]
        public readonly void Store(float* y, float* place, bool rectifies)
        {
            (rectifies ? V.Max(_best, V.Const(0)) : _best).Store(y);
            if (place is not null)
            {
                _place.Store(place);
            }
        }
    }
}
