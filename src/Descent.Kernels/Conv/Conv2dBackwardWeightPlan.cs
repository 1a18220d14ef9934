namespace Descent.Kernels;

/// <summary>The memory of one weight gradient; images are dense (N, H, W, channels).</summary>
public unsafe struct WeightGradientArgs
{
    /// <summary>The input of the convolution.</summary>
    public float* X;

    /// <summary>Per channel of x, for a prologue that scales.</summary>
    public float* XScale;

    /// <summary>Per channel of x, for a prologue that scales.</summary>
    public float* XShift;

    /// <summary>The gradient of its output.</summary>
    public float* Dy;

    /// <summary>Written: the gradient of the weights in logical order (K, C / Groups, KernelH, KernelW).</summary>
    public float* Dw;

    /// <summary>Written: the gradient of a bias per output channel (K); null where it is not wanted.</summary>
    public float* Db;

    /// <summary>As many floats as the plan asks for; their values do not matter.</summary>
    public float* Workspace;

    internal readonly SourceImages Inputs => new(X, XScale, XShift);

    internal readonly SourceImages Gradients => new(Dy, null, null);
}

/// <summary>
/// How the gradient of one shape of convolution by its weights is computed on channels-last images, and with it the bias gradient.
/// Immutable; serves any number of threads.
/// </summary>
/// <remarks>
/// Units of a phase may run in any order on any threads, and give the same bits.
/// Numerics: where the sum is cut in chunks of pixels their number depends on the shape alone. Within a chunk each element is one chain of fused
/// multiply-adds in ascending (n, p, q), with <see cref="Conv2dAlgorithm.Winograd"/> one per product of transformed tiles, in ascending order of
/// tiles; chunks are added in ascending order.
/// </remarks>
public sealed unsafe class Conv2dBackwardWeightPlan
{
    private readonly IWeightGradient _gradient;

    /// <summary>By the algorithm that is fastest by estimate.</summary>
    /// <exception cref="ArgumentException">The shape is no convolution.</exception>
    public Conv2dBackwardWeightPlan(Conv2dShape shape)
        : this(shape, Conv2dAlgorithms.Fastest(shape, Conv2dPass.BackwardWeight))
    {
    }

    /// <param name="shape">The forward convolution.</param>
    /// <param name="algorithm">How it is computed.</param>
    /// <param name="shared">
    /// <inheritdoc cref="Conv2dForwardPlan(Conv2dShape, Conv2dAlgorithm, Epilogue, bool, Prologue)" path="/param[@name='shared']"/>
    /// </param>
    /// <param name="prologue">Done to each element of x.</param>
    /// <exception cref="ArgumentException">The shape is no convolution, or not one that the algorithm serves.</exception>
    public Conv2dBackwardWeightPlan(Conv2dShape shape, Conv2dAlgorithm algorithm, bool shared = false, Prologue prologue = Prologue.None)
    {
        Shape = shape;
        Algorithm = Conv2dAlgorithms.Validated(algorithm, shape, Conv2dPass.BackwardWeight, prologue);
        Conv2dShape s = shape.Flattened();
        _gradient = algorithm switch
        {
            Conv2dAlgorithm.Winograd when WinogradWeightGradientByPlanes.Pays(s.C, s.K) => new WinogradWeightGradientByPlanes(s, shared, prologue),
            Conv2dAlgorithm.Winograd => new ChunkedWeightGradient(new WinogradWeightGradient(s, prologue), s.K),
            Conv2dAlgorithm.Depthwise => new ChunkedWeightGradient(new BandedWeightGradient(s, new DepthwiseWeightGradient(s)), s.K),
            _ => new ChunkedWeightGradient(new BandedWeightGradient(s, new WeightGradient(s)), s.K),
        };
    }

    /// <summary>The forward convolution.</summary>
    public Conv2dShape Shape { get; }

    /// <inheritdoc cref="Conv2dForwardPlan.Algorithm"/>
    public Conv2dAlgorithm Algorithm { get; }

    /// <inheritdoc cref="Conv2dForwardPlan.Phases"/>
    public int Phases => _gradient.Phases;

    /// <summary>Independent pieces of work of one phase, possibly none.</summary>
    public int Units(int phase) => _gradient.Units(phase);

    /// <summary>What the phases leave for each other, and scratch for so many workers.</summary>
    public long WorkspaceFloats(int workers) => _gradient.WorkspaceFloats(workers);

    /// <inheritdoc cref="Conv2dForwardPlan.Run"/>
    public void Run(int phase, int firstUnit, int lastUnit, int worker, in WeightGradientArgs args) =>
        _gradient.Run(phase, firstUnit, lastUnit, worker, args);

    /// <inheritdoc cref="Conv2dForwardPlan.RunAll"/>
    public void RunAll(in WeightGradientArgs args)
    {
        for (int phase = 0; phase < Phases; phase++)
        {
            Run(phase, 0, Units(phase), worker: 0, args);
        }
    }
}
