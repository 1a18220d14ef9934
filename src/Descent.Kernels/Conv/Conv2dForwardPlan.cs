namespace Descent.Kernels;

/// <summary>
/// How one shape of convolution is computed on channels-last images: y (N, OutH, OutW, K) from x (N, H, W, C) and weights (K, C / Groups,
/// KernelH, KernelW), <c>y = epilogue(x ⋆ w)</c>. Immutable; serves any number of threads.
/// </summary>
/// <remarks>
/// Units may run in any order on any threads, and give the same bits. Numerics: each element is one chain of fused multiply-adds in
/// ascending (kh, kw, c), kernel rows outside the image left out; with <see cref="Conv2dAlgorithm.Winograd"/> it is put together from
/// products of transformed tiles, each a chain in ascending c, with the larger error that <see cref="Conv2dAlgorithms"/> states.
/// </remarks>
public sealed unsafe class Conv2dForwardPlan
{
    private readonly IConvolution _convolution;
    private readonly IWeightPacking _packing;

    /// <summary>By the algorithm that is fastest by estimate.</summary>
    /// <exception cref="ArgumentException">The shape is no convolution.</exception>
    public Conv2dForwardPlan(Conv2dShape shape, Epilogue epilogue = Epilogue.None)
        : this(shape, Conv2dAlgorithms.Fastest(shape, Conv2dPass.Forward), epilogue)
    {
    }

    /// <param name="shape">The convolution.</param>
    /// <param name="algorithm">How it is computed.</param>
    /// <param name="epilogue">Done to each element before it is stored.</param>
    /// <param name="shared">
    /// Whether several threads will run it: what one writes for another may then go past the caches, to a workspace that begins at a multiple of 64
    /// bytes. It changes no bit.
    /// </param>
    /// <param name="prologue">Done to each element that is read.</param>
    /// <exception cref="ArgumentException">The shape is no convolution, or not one that the algorithm serves.</exception>
    public Conv2dForwardPlan(Conv2dShape shape, Conv2dAlgorithm algorithm, Epilogue epilogue = Epilogue.None, bool shared = false, Prologue prologue = Prologue.None)
    {
        Shape = shape;
        Algorithm = Conv2dAlgorithms.Validated(algorithm, shape, Conv2dPass.Forward, prologue);
        Conv2dShape s = shape.Flattened();
        TapAxis rows = TapAxis.Forward(s.OutH, s.KernelH, s.StrideH, s.DilationH, s.PadTop);
        TapAxis columns = TapAxis.Forward(s.OutW, s.KernelW, s.StrideW, s.DilationW, s.PadLeft);
        var source = new ImageSize(s.H, s.W, s.C);
        var target = new ImageSize(s.OutH, s.OutW, s.K);
        if (algorithm == Conv2dAlgorithm.Winograd)
        {
            var weights = new WinogradWeights(s, backward: false);
            _convolution = WinogradConvolution.Of(weights, s.N, source, s.PadTop, s.PadLeft, target, epilogue, shared, prologue);
            _packing = weights;
            return;
        }
        var packing = new WeightPacking();
        _packing = packing;
        if (algorithm == Conv2dAlgorithm.Depthwise)
        {
            _convolution = new DepthwiseConvolution([(rows, columns)], (s.KernelH, s.KernelW), s.N, source, target, epilogue);
            packing.AddDepthwise(s);
            return;
        }
        var correlations = new List<Correlation>();
        Correlation.Add(correlations, rows, columns, s.H, (s.GroupC, s.GroupK), s.Groups, epilogue);
        var direct = new DirectConvolution([.. correlations], s.N, s.Groups, source, target, s.Flops);
        correlations.ForEach(c => packing.Add(s, c, direct.GroupFloats, transposed: false));
        _convolution = direct;
    }

    public Conv2dShape Shape { get; }

    public Conv2dAlgorithm Algorithm { get; }

    /// <summary>Phases follow each other; the units of one may run at once.</summary>
    public int Phases => _convolution.Phases;

    /// <summary>Independent pieces of work of one phase.</summary>
    public int Units(int phase) => _convolution.Units(phase);

    /// <summary>
    /// Floats that the packed weights take; they are a function of the weights alone, so they may be kept while those stay.
    /// </summary>
    public long PackedWeightFloats => _convolution.PackedFloats;

    /// <summary>Independent pieces of packing.</summary>
    public int PackUnits => _packing.Units;

    /// <summary>Scratch for so many workers.</summary>
    public long WorkspaceFloats(int workers) => _convolution.WorkspaceFloats(workers);

    /// <summary>Brings weights in logical order (K, C / Groups, KernelH, KernelW) into the order that <see cref="Run"/> reads.</summary>
    public void PackWeights(float* weights, float* packed, int firstUnit, int lastUnit) =>
        _packing.Run(weights, packed, firstUnit, lastUnit);

    /// <summary>Computes units [firstUnit, lastUnit) of a phase.</summary>
    /// <param name="phase">At least 0, below <see cref="Phases"/>.</param>
    /// <param name="firstUnit">At least 0.</param>
    /// <param name="lastUnit">At most <see cref="Units"/>.</param>
    /// <param name="worker">Which part of the workspace to use; no two calls at a time with the same.</param>
    /// <param name="args">Source x, Target y.</param>
    public void Run(int phase, int firstUnit, int lastUnit, int worker, in ConvolutionArgs args) =>
        _convolution.Run(phase, firstUnit, lastUnit, worker, args);

    /// <summary>All phases on the calling thread.</summary>
    public void RunAll(in ConvolutionArgs args)
    {
        for (int phase = 0; phase < Phases; phase++)
        {
            Run(phase, 0, Units(phase), worker: 0, args);
        }
    }
}
