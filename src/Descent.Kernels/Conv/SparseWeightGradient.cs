using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Kernels;

/// <summary>
/// The weight gradient of a fused convolution and pooling: for each output channel the input windows at its maxima, each times its gradient,
/// one product where the convolution's own gradient has one for each pixel of the window.
/// Vectors run over the contiguous taps·channels of a kernel row. The image is laid out anew, so that what lies under each such row begins a cache
/// line: a load across two takes twice as long, and each is read for every output channel.
/// </summary>
/// <remarks>Numerics: one chain of fused multiply-adds per element, in ascending pooled (n, p, q).</remarks>
internal sealed unsafe class SparseWeightGradient : IPooledWeightGradient
{
    // Five sums: a 5×5 kernel has them in each column of vectors, and fewer would wait for each other.
    private const int Group = 5;

    private readonly ConvPoolShape _s;
    private readonly PaddedImage _padded;
    private readonly nint[] _pixels;
    private readonly nint[] _vectors;
    private readonly int _lanes = ConvPoolShape.VectorFloats;
    private readonly int _vectorsPerRow;
    private readonly int _runPitch;
    private readonly int _rowPitch;
    private readonly nint _imageFloats;

    public SparseWeightGradient(in ConvPoolShape s)
    {
        _s = s;
        Conv2dShape c = s.Conv;
        int run = c.KernelW * c.C;
        _vectorsPerRow = (run + _lanes - 1) / _lanes;
        _padded = new PaddedImage(c, Reach: _vectorsPerRow * _lanes);
        _imageFloats = _padded.Floats(c.PaddedH);
        _runPitch = _vectorsPerRow * _lanes;
        _rowPitch = c.OutW * _runPitch;
        _pixels = s.WindowOffsets(c.StrideH * (nint)_rowPitch, _runPitch);

        // What a last group has too much is its last vector again.
        _vectors = new nint[ConvPoolShape.RoundUp(c.KernelH * _vectorsPerRow, Group)];
        for (int v = 0; v < _vectors.Length; v++)
        {
            (int row, int column) = Math.DivRem(Math.Min(v, (c.KernelH * _vectorsPerRow) - 1), _vectorsPerRow);
            _vectors[v] = (row * c.DilationH * (nint)_rowPitch) + (column * _lanes);
        }
    }

    public int Blocks => _s.Conv.K;

    // The sums of a channel's weights, and a line with that of its bias.
    public nint Floats => Blocks * BlockFloats;

    // The padded image and its rows under the kernel; gradients, and how far from its window's beginning each maximum lies.
    public nint ScratchFloats => _imageFloats + RunFloats + ConvPoolShape.RoundUp(2 * _s.Pixels * _s.Conv.K, 16);

    private nint RunFloats => _s.Conv.PaddedH * (nint)_rowPitch;

    private nint BlockFloats => (((nint)_vectors.Length * _lanes) + 31) / 16 * 16;

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
        int pixels = _s.Pixels, channels = c.K;
        float* runs = scratch + _imageFloats, gradients = runs + RunFloats;
        int* offsets = (int*)(gradients + (pixels * channels));
        nint output = (nint)n * pixels * channels;
        _padded.Copy(args.X + ((nint)n * c.H * c.W * c.C), scratch, 0, c.PaddedH);
        LayOut<V>(scratch, runs);
        GatedGradient.Run(args.Dy + output, args.Y is null ? null : args.Y + output, gradients, pixels * channels);
        PlaceOffsets.Run(args.Places + output, _s.Pool.KernelW, c.StrideH * _rowPitch, _runPitch, offsets, pixels * channels);
        AddBias(gradients, sum);
        fixed (nint* starts = _pixels, vectors = _vectors)
        {
            var maxima = new Maxima { Runs = runs, Starts = starts, Count = pixels, Channels = channels };
            for (int k = 0; k < channels; k++, sum += BlockFloats)
            {
                maxima.Gradients = gradients + k;
                maxima.Offsets = offsets + k;
                for (int v = 0; v < _vectors.Length; v += Group)
                {
                    maxima.Sum<V>(vectors + v, sum + (v * _lanes));
                }
            }
        }
    }

    /// <summary>Adds the gradients of each channel, with vectors over channels: one after the other they would wait for each other.</summary>
    [MethodImpl(Jit.Hot)]
    private void AddBias(float* gradients, float* sum)
    {
        int channels = _s.Conv.K, k = 0;
        float* end = gradients + (_s.Pixels * channels), lanes = stackalloc float[Vector<float>.Count];
        sum += _vectors.Length * _lanes;
        for (; k <= channels - Vector<float>.Count; k += Vector<float>.Count)
        {
            Vector<float> bias = Vector<float>.Zero;
            for (float* g = gradients + k; g < end; g += channels)
            {
                bias += Vector.Load(g);
            }
            bias.Store(lanes);
            for (int i = 0; i < Vector<float>.Count; i++)
            {
                sum[(k + i) * BlockFloats] += lanes[i];
            }
        }
        for (; k < channels; k++)
        {
            float bias = 0;
            for (float* g = gradients + k; g < end; g += channels)
            {
                bias += *g;
            }
            sum[k * BlockFloats] += bias;
        }
    }

    public void Store(int block, float* sum, in ConvPoolArgs args)
    {
        Conv2dShape c = _s.Conv;
        float* dw = args.Dw + ((nint)block * c.C * c.KernelH * c.KernelW);
        for (int channel = 0; channel < c.C; channel++)
        {
            for (int i = 0; i < c.KernelH; i++)
            {
                float* row = sum + (i * _vectorsPerRow * _lanes) + channel;
                for (int j = 0; j < c.KernelW; j++)
                {
                    *dw++ = row[j * c.C];
                }
            }
        }
        if (args.Db is not null)
        {
            args.Db[block] = sum[_vectors.Length * _lanes];
        }
    }

    /// <summary>Copies what lies under a row of the kernel at each pixel of the convolution, and what follows it up to whole vectors.</summary>
    [MethodImpl(Jit.Hot)]
    private void LayOut<V>(float* image, float* runs)
        where V : struct, ISimd<V>
    {
        Conv2dShape c = _s.Conv;
        nint step = c.StrideW * c.C, run = _runPitch, pitch = _padded.Pitch;
        int columns = c.OutW;
        for (int row = c.PaddedH; row > 0; row--, image += pitch)
        {
            float* source = image;
            for (int column = columns; column > 0; column--, source += step, runs += run)
            {
                for (nint i = 0; i < run; i += V.Count)
                {
                    V.Load(source + i).Store(runs + i);
                }
            }
        }
    }

    /// <summary>The maxima of one output channel in an image.</summary>
    private struct Maxima
    {
        public float* Runs;

        /// <summary>Where windows begin.</summary>
        public nint* Starts;

        /// <summary>How far into its window each maximum lies, for all channels of a pixel together.</summary>
        public int* Offsets;
        public float* Gradients;
        public nint Count;
        public nint Channels;

        /// <summary>Adds five vectors of the input under each maximum, times its gradient.</summary>
        [MethodImpl(Jit.Hot)]
        public readonly void Sum<V>(nint* vectors, float* sum)
            where V : struct, ISimd<V>
        {
            float* a = Runs + vectors[0], b = Runs + vectors[1], c = Runs + vectors[2], d = Runs + vectors[3], e = Runs + vectors[4];
            V s0 = V.Load(sum), s1 = V.Load(sum + V.Count), s2 = V.Load(sum + (2 * V.Count));
            V s3 = V.Load(sum + (3 * V.Count)), s4 = V.Load(sum + (4 * V.Count));
            float* gradients = Gradients;
            int* offsets = Offsets;
            nint* starts = Starts, end = starts + Count;
            nint channels = Channels;
            for (; starts < end; starts++)
            {
                V g = V.Uniform(*gradients);
                nint start = *starts + *offsets;
                gradients += channels;
                offsets += channels;
                s0 = V.MultiplyAdd(V.Load(a + start), g, s0);
                s1 = V.MultiplyAdd(V.Load(b + start), g, s1);
                s2 = V.MultiplyAdd(V.Load(c + start), g, s2);
                s3 = V.MultiplyAdd(V.Load(d + start), g, s3);
                s4 = V.MultiplyAdd(V.Load(e + start), g, s4);
            }
            s0.Store(sum);
            s1.Store(sum + V.Count);
            s2.Store(sum + (2 * V.Count));
            s3.Store(sum + (3 * V.Count));
            s4.Store(sum + (4 * V.Count));
        }
    }
}
