using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Kernels;

/// <summary>
/// How the gradient of a fused convolution and pooling by its input is computed from the gradient of the pooled output and the places of its
/// maxima. Immutable; serves any number of threads.
/// </summary>
/// <remarks>
/// A pooled pixel touches one window of the input: the weights of each output channel are packed with zeros around them, so that the whole
/// window, whatever the place of the maximum, is one run of vectors that begins a little earlier or later. Few columns of a pooling window each
/// have weights packed for them, whose vectors are whole cache lines. Units may run in any order on any threads.
/// Numerics: per pooled pixel one chain of fused multiply-adds in ascending k; pixels are added in ascending (p, q).
/// </remarks>
public sealed unsafe class ConvPoolBackwardInputPlan
{
    private const int Group = 6;

    /// <summary>More columns of a pooling window share the weights: copies for each would fall out of the cache.</summary>
    private const int FewColumns = 4;

    private readonly PaddedImage _padded;
    private readonly nint[] _pixels;
    private readonly nint[] _targets;
    private readonly int _lanes = ConvPoolShape.VectorFloats;
    private readonly nint _windowPitch;
    private readonly nint _lead;
    private readonly nint _channelFloats;
    private readonly nint _copyFloats;
    private readonly int _copies;
    private readonly nint _imageFloats;

    /// <param name="shape">One that is supported.</param>
    public ConvPoolBackwardInputPlan(ConvPoolShape shape)
    {
        Shape = shape;
        Conv2dShape c = shape.Conv;
        int vectorsPerRow = ((shape.SpanW * c.C) + _lanes - 1) / _lanes;
        _windowPitch = vectorsPerRow * _lanes;
        _padded = new PaddedImage(c, Reach: (int)_windowPitch);
        _imageFloats = _padded.Floats(c.PaddedH);
        _pixels = shape.PixelOffsets(_padded.Pitch, c.C);

        // The farther a maximum is in its window, the earlier the packed weights are read.
        _copies = shape.Pool.KernelW <= FewColumns ? shape.Pool.KernelW : 1;
        _lead = shape.PositionOffsets(_windowPitch, _copies > 1 ? 0 : c.C, 1)[^1];
        _channelFloats = ConvPoolShape.RoundUp((int)(_lead + (shape.SpanH * _windowPitch)), 16);
        _copyFloats = c.K * _channelFloats;
        _targets = new nint[shape.SpanH * vectorsPerRow];
        for (int v = 0; v < _targets.Length; v++)
        {
            (int row, int column) = Math.DivRem(v, vectorsPerRow);
            _targets[v] = (row * _padded.Pitch) + (column * _lanes);
        }
    }

    public ConvPoolShape Shape { get; }

    /// <summary>Independent pieces of work.</summary>
    public int Units => Shape.Conv.N;

    /// <summary>Floats that the packed weights take: a function of the weights alone.</summary>
    public long PackedWeightFloats => _copies * _copyFloats;

    /// <summary>Independent pieces of packing.</summary>
    public int PackUnits => _copies * Shape.Conv.K;

    // The gradient image; pooled gradients, and how far from its window's beginning each maximum lies.
    private nint ScratchFloats => _imageFloats + ConvPoolShape.RoundUp(2 * Shape.Pixels * Shape.Conv.K, 16);

    /// <summary>Scratch for so many workers.</summary>
    public long WorkspaceFloats(int workers) => workers * (long)ScratchFloats;

    /// <summary>Brings weights in logical order into the order that <see cref="Run"/> reads.</summary>
    public void PackWeights(float* weights, float* packed, int firstUnit, int lastUnit)
    {
        Conv2dShape c = Shape.Conv;
        new Span<float>(packed + (firstUnit * _channelFloats), (int)((lastUnit - firstUnit) * _channelFloats)).Clear();
        for (int unit = firstUnit; unit < lastUnit; unit++)
        {
            (int column, int k) = Math.DivRem(unit, c.K);
            float* window = packed + (unit * _channelFloats) + _lead + (column * c.StrideW * c.C), w = weights + ((nint)k * c.C * c.KernelH * c.KernelW);
            for (int channel = 0; channel < c.C; channel++)
            {
                for (int i = 0; i < c.KernelH; i++)
                {
                    for (int j = 0; j < c.KernelW; j++)
                    {
                        window[(i * c.DilationH * _windowPitch) + (j * c.C) + channel] = *w++;
                    }
                }
            }
        }
    }

    /// <summary>Computes units [firstUnit, lastUnit).</summary>
    /// <param name="firstUnit">At least 0.</param>
    /// <param name="lastUnit">At most <see cref="Units"/>.</param>
    /// <param name="worker">Which part of the workspace to use; no two calls at a time with the same.</param>
    /// <param name="args">Weights, Dy, Y, Places, Dx and Workspace; places by pixel, (N, OutH, OutW, K).</param>
    [MethodImpl(Jit.Hot)]
    public void Run(int firstUnit, int lastUnit, int worker, in ConvPoolArgs args)
    {
        Conv2dShape c = Shape.Conv;
        int channels = c.K, pixels = Shape.Pixels, column = _copies > 1 ? -(int)_copyFloats : c.StrideW * c.C;
        float* image = args.Workspace + (worker * ScratchFloats), gradients = image + _imageFloats;
        int* offsets = (int*)(gradients + (pixels * channels));
        fixed (nint* targets = _targets)
        {
            var maxima = new Maxima
            {
                Weights = args.Weights + _lead,
                WeightStep = _channelFloats,
                Count = channels,
                Targets = targets,
                Vectors = _targets.Length,
            };
            for (int n = firstUnit; n < lastUnit; n++)
            {
                nint output = (nint)n * pixels * channels;
                GatedGradient.Run(args.Dy + output, args.Y is null ? null : args.Y + output, gradients, pixels * channels);
                PlaceOffsets.Run(
                    args.Places + output, Shape.Pool.KernelW, c.StrideH * (int)_windowPitch, column, offsets, pixels * channels);
                new Span<float>(image, (int)_imageFloats).Clear();
                for (int pixel = 0; pixel < pixels; pixel++)
                {
                    maxima.Gradients = gradients + (pixel * channels);
                    maxima.Offsets = offsets + (pixel * channels);
                    AddTo(ref maxima, image + _pixels[pixel]);
                }
                _padded.CopyBack(image, args.Dx + ((nint)n * c.H * c.W * c.C));
            }
        }
    }

    [MethodImpl(Jit.Inline)]
    private static void AddTo(ref Maxima maxima, float* window)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            maxima.AddTo<F32x16>(window);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            maxima.AddTo<F32x8>(window);
        }
        else
        {
            maxima.AddTo<F32x4>(window);
        }
    }

    /// <summary>The maxima of one pooled pixel, one for each output channel.</summary>
    private struct Maxima
    {
        public float* Weights;
        public nint WeightStep;
        public float* Gradients;
        public int* Offsets;
        public nint Count;
        public nint* Targets;
        public int Vectors;

        [MethodImpl(Jit.Inline)]
        private static void Add<V>(ref ThreeSums<V> sums, float* w, V g)
            where V : struct, ISimd<V> => sums.MultiplyAdd(V.Load(w), V.Load(w + V.Count), V.Load(w + (2 * V.Count)), g);

        /// <summary>Adds their weights, each times its gradient, to a window of the image.</summary>
        [MethodImpl(Jit.Hot)]
        public readonly void AddTo<V>(float* window)
            where V : struct, ISimd<V>
        {
            float* weights = Weights, gradients = Gradients;
            int* offsets = Offsets;
            nint count = Count, step = WeightStep;
            nint* targets = Targets;
            int vectors = Vectors;
            for (; V.Count == 16 && vectors >= 3 * Group; vectors -= 3 * Group, targets += 3 * Group, weights += 3 * Group * V.Count)
            {
                ThreeSums<V> a = default, b = a, c = a, d = a, e = a, f = a;
                float* channel = weights;
                for (nint k = 0; k < count; k++)
                {
                    float* w = channel - offsets[k];
                    V g = V.Uniform(gradients[k]);
                    channel += step;
                    Add(ref a, w, g);
                    Add(ref b, w + (3 * V.Count), g);
                    Add(ref c, w + (6 * V.Count), g);
                    Add(ref d, w + (9 * V.Count), g);
                    Add(ref e, w + (12 * V.Count), g);
                    Add(ref f, w + (15 * V.Count), g);
                }
                a.AddTo(window, targets);
                b.AddTo(window, targets + 3);
                c.AddTo(window, targets + 6);
                d.AddTo(window, targets + 9);
                e.AddTo(window, targets + 12);
                f.AddTo(window, targets + 15);
            }
            for (; vectors >= Group; vectors -= Group, targets += Group, weights += Group * V.Count)
            {
                V a = V.Const(0), b = a, c = a, d = a, e = a, f = a;
                float* channel = weights;
                for (nint k = 0; k < count; k++)
                {
                    float* w = channel - offsets[k];
                    V g = V.Uniform(gradients[k]);
                    channel += step;
                    a = V.MultiplyAdd(V.Load(w), g, a);
                    b = V.MultiplyAdd(V.Load(w + V.Count), g, b);
                    c = V.MultiplyAdd(V.Load(w + (2 * V.Count)), g, c);
                    d = V.MultiplyAdd(V.Load(w + (3 * V.Count)), g, d);
                    e = V.MultiplyAdd(V.Load(w + (4 * V.Count)), g, e);
                    f = V.MultiplyAdd(V.Load(w + (5 * V.Count)), g, f);
                }
                (V.Load(window + targets[0]) + a).Store(window + targets[0]);
                (V.Load(window + targets[1]) + b).Store(window + targets[1]);
                (V.Load(window + targets[2]) + c).Store(window + targets[2]);
                (V.Load(window + targets[3]) + d).Store(window + targets[3]);
                (V.Load(window + targets[4]) + e).Store(window + targets[4]);
                (V.Load(window + targets[5]) + f).Store(window + targets[5]);
            }
            for (; vectors > 0; vectors--, targets++, weights += V.Count)
            {
                V a = V.Const(0);
                float* channel = weights;
                for (nint k = 0; k < count; k++, channel += step)
                {
                    a = V.MultiplyAdd(V.Load(channel - offsets[k]), V.Uniform(gradients[k]), a);
                }
                (V.Load(window + *targets) + a).Store(window + *targets);
            }
        }
    }
}
