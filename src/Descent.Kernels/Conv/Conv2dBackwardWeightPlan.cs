using System.Numerics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>The memory of one weight gradient; images are dense (N, H, W, channels).</summary>
public unsafe struct WeightGradientArgs
{
    /// <summary>The input of the convolution.</summary>
    public float* X;

    /// <summary>The gradient of its output.</summary>
    public float* Dy;

    /// <summary>Written: the gradient of the weights in logical order (K, C / Groups, KernelH, KernelW).</summary>
    public float* Dw;

    /// <summary>Written: the gradient of a bias per output channel (K); null where it is not wanted.</summary>
    public float* Db;

    /// <summary>As many floats as the plan asks for; their values do not matter.</summary>
    public float* Workspace;
}

/// <summary>
/// How the gradient of one shape of convolution by its weights is computed on channels-last images, and with it the bias gradient.
/// Immutable; serves any number of threads.
/// </summary>
/// <remarks>
/// Three phases, each of units that may run in any order on any threads; a phase begins when the one before is complete:
/// <see cref="Run"/> sums chunks of pixels, <see cref="RunCombine"/> adds the chunks, <see cref="RunStore"/> brings the sum into logical
/// order.
/// Numerics: the number of chunks depends on the shape alone. Within a chunk each element is one chain of fused multiply-adds in ascending
/// (n, p, q), with <see cref="Conv2dAlgorithm.Winograd"/> one per product of transformed tiles, in ascending order of tiles; chunks are
/// added in ascending order.
/// </remarks>
public sealed unsafe class Conv2dBackwardWeightPlan
{
    private const int CombineFloats = 4096;

    private readonly int _channels;
    private readonly IWeightGradient _gradient;
    private readonly nint _partialFloats;

    /// <summary>By the algorithm that is fastest by estimate.</summary>
    /// <exception cref="ArgumentException">The shape is no convolution.</exception>
    public Conv2dBackwardWeightPlan(Conv2dShape shape)
        : this(shape, Conv2dAlgorithms.Fastest(shape, Conv2dPass.BackwardWeight))
    {
    }

    /// <exception cref="ArgumentException">The shape is no convolution, or not one that the algorithm serves.</exception>
    public Conv2dBackwardWeightPlan(Conv2dShape shape, Conv2dAlgorithm algorithm)
    {
        Shape = shape;
        Algorithm = Conv2dAlgorithms.Validated(algorithm, shape, Conv2dPass.BackwardWeight);
        Conv2dShape s = shape.Flattened();
        _channels = s.K;
        _gradient = algorithm switch
        {
            Conv2dAlgorithm.Winograd => new WinogradWeightGradient(s),
            Conv2dAlgorithm.Depthwise => new BandedWeightGradient(s, new DepthwiseWeightGradient(s)),
            _ => new BandedWeightGradient(s, new WeightGradient(s)),
        };
        _partialFloats = (_gradient.Floats + s.K + 15) / 16 * 16;
        Units = _gradient.Chunks * _gradient.Splits;
        CombineUnits = _gradient.Chunks == 1 ? 0 : (int)((_partialFloats + CombineFloats - 1) / CombineFloats);
    }

    /// <summary>The forward convolution.</summary>
    public Conv2dShape Shape { get; }

    /// <inheritdoc cref="Conv2dForwardPlan.Algorithm"/>
    public Conv2dAlgorithm Algorithm { get; }

    /// <summary>Units of <see cref="Run"/>.</summary>
    public int Units { get; }

    /// <summary>Units of <see cref="RunCombine"/>, possibly 0.</summary>
    public int CombineUnits { get; }

    /// <summary>Units of <see cref="RunStore"/>.</summary>
    public int StoreUnits => _gradient.StoreUnits;

    /// <summary>Partial sums, and scratch for so many workers.</summary>
    public long WorkspaceFloats(int workers) => (_gradient.Chunks * (long)_partialFloats) + (workers * (long)_gradient.ScratchFloats);

    /// <summary>Sums chunks of pixels, units [firstUnit, lastUnit).</summary>
    /// <param name="firstUnit">At least 0.</param>
    /// <param name="lastUnit">At most <see cref="Units"/>.</param>
    /// <param name="worker">Which part of the scratch to use; no two calls at a time with the same.</param>
    /// <param name="args">The memory.</param>
    [MethodImpl(Jit.Hot)]
    public void Run(int firstUnit, int lastUnit, int worker, in WeightGradientArgs args)
    {
        float* scratch = args.Workspace + (_gradient.Chunks * _partialFloats) + (worker * _gradient.ScratchFloats);
        for (int unit = firstUnit; unit < lastUnit; unit++)
        {
            (int chunk, int split) = Math.DivRem(unit, _gradient.Splits);
            _gradient.Run(chunk, split, args, args.Workspace + (chunk * _partialFloats), scratch);
        }
    }

    /// <summary>Adds the chunks, units [firstUnit, lastUnit).</summary>
    [MethodImpl(Jit.Hot)]
    public void RunCombine(int firstUnit, int lastUnit, in WeightGradientArgs args)
    {
        // The bias gradient stands behind the weight gradient in each partial, or nothing does.
        nint end = nint.Min(_gradient.Floats + (args.Db is null ? 0 : _channels), lastUnit * (nint)CombineFloats);
        nint i = firstUnit * (nint)CombineFloats;
        int chunks = _gradient.Chunks;
        for (; i <= end - Vector<float>.Count; i += Vector<float>.Count)
        {
            float* partial = args.Workspace + i;
            Vector<float> sum = Vector.Load(partial);
            for (int chunk = 1; chunk < chunks; chunk++)
            {
                sum += Vector.Load(partial + (chunk * _partialFloats));
            }
            sum.Store(partial);
        }
        for (; i < end; i++)
        {
            float sum = args.Workspace[i];
            for (int chunk = 1; chunk < chunks; chunk++)
            {
                sum += args.Workspace[i + (chunk * _partialFloats)];
            }
            args.Workspace[i] = sum;
        }
    }

    /// <summary>Writes the gradients in logical order, units [firstUnit, lastUnit).</summary>
    public void RunStore(int firstUnit, int lastUnit, in WeightGradientArgs args)
    {
        _gradient.Store(args.Workspace, args.Dw, firstUnit, lastUnit);
        if (firstUnit == 0 && lastUnit > 0 && args.Db is not null)
        {
            new ReadOnlySpan<float>(args.Workspace + _gradient.Floats, _channels).CopyTo(new Span<float>(args.Db, _channels));
        }
    }
}
