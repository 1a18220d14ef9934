namespace Descent.Kernels;

/// <summary>
/// How the gradient of one shape of convolution by its input is computed on channels-last images: dx (N, H, W, C) from dy (N, OutH, OutW,
/// K) and weights (K, C / Groups, KernelH, KernelW). Immutable; serves any number of threads.
/// </summary>
/// <remarks>
/// One correlation of dy with the flipped weights per residue of (row, column) modulo the strides: every pixel of dx is gathered, never
/// scattered to. Units, their bits and numerics are as in <see cref="Conv2dForwardPlan"/>; sums run in ascending (p, q, k) of dy.
/// </remarks>
public sealed unsafe class Conv2dBackwardInputPlan
{
    private readonly IConvolution _convolution;
    private readonly IWeightPacking _packing;

    /// <summary>By the algorithm that is fastest by estimate.</summary>
    /// <param name="shape">The forward convolution.</param>
    /// <param name="epilogue">
    /// Done to dx; <see cref="Epilogue.ReluMask"/> gates it by the saved output of a rectifier before this layer.
    /// </param>
    /// <exception cref="ArgumentException">The shape is no convolution.</exception>
    public Conv2dBackwardInputPlan(Conv2dShape shape, Epilogue epilogue = Epilogue.None)
        : this(shape, Conv2dAlgorithms.Fastest(shape, Conv2dPass.BackwardInput), epilogue)
    {
    }

    /// <inheritdoc cref="Conv2dBackwardInputPlan(Conv2dShape, Epilogue)"/>
    /// <param name="shape">The convolution.</param>
    /// <param name="algorithm">How it is computed.</param>
    /// <param name="epilogue">Done to each element before it is stored.</param>
    /// <param name="shared">
    /// <inheritdoc cref="Conv2dForwardPlan(Conv2dShape, Conv2dAlgorithm, Epilogue, bool, Prologue)" path="/param[@name='shared']"/>
    /// </param>
    /// <exception cref="ArgumentException">The shape is no convolution, or not one that the algorithm serves.</exception>
    public Conv2dBackwardInputPlan(Conv2dShape shape, Conv2dAlgorithm algorithm, Epilogue epilogue = Epilogue.None, bool shared = false)
    {
        Shape = shape;
        Algorithm = Conv2dAlgorithms.Validated(algorithm, shape, Conv2dPass.BackwardInput);
        Conv2dShape s = shape.Flattened();
        var source = new ImageSize(s.OutH, s.OutW, s.K);
        var target = new ImageSize(s.H, s.W, s.C);
        if (algorithm == Conv2dAlgorithm.Winograd)
        {
            var weights = new WinogradWeights(s, backward: true);
            int padTop = s.KernelH - 1 - s.PadTop, padLeft = s.KernelW - 1 - s.PadLeft;
            _convolution = WinogradConvolution.Of(weights, s.N, source, padTop, padLeft, target, epilogue, shared);
            _packing = weights;
            return;
        }
        var phases = new List<(TapAxis Rows, TapAxis Columns)>();
        for (int h = 0; h < Math.Min(s.StrideH, s.H); h++)
        {
            TapAxis rows = TapAxis.BackwardInput(h, s.H, s.KernelH, s.StrideH, s.DilationH, s.PadTop);
            for (int w = 0; w < Math.Min(s.StrideW, s.W); w++)
            {
                phases.Add((rows, TapAxis.BackwardInput(w, s.W, s.KernelW, s.StrideW, s.DilationW, s.PadLeft)));
            }
        }
        var packing = new WeightPacking();
        _packing = packing;
        if (algorithm == Conv2dAlgorithm.Depthwise)
        {
            _convolution = new DepthwiseConvolution([.. phases], (s.KernelH, s.KernelW), s.N, source, target, epilogue);
            packing.AddDepthwise(s);
            return;
        }
        var correlations = new List<Correlation>();
        phases.ForEach(p => Correlation.Add(correlations, p.Rows, p.Columns, s.OutH, (s.GroupK, s.GroupC), s.Groups, epilogue));
        var direct = new DirectConvolution([.. correlations], s.N, s.Groups, source, target, s.Flops);
        correlations.ForEach(c => packing.Add(s, c, direct.GroupFloats, transposed: true));
        _convolution = direct;
    }

    /// <summary>The forward convolution.</summary>
    public Conv2dShape Shape { get; }

    /// <inheritdoc cref="Conv2dForwardPlan.Algorithm"/>
    public Conv2dAlgorithm Algorithm { get; }

    /// <inheritdoc cref="Conv2dForwardPlan.Phases"/>
    public int Phases => _convolution.Phases;

    /// <inheritdoc cref="Conv2dForwardPlan.Units"/>
    public int Units(int phase) => _convolution.Units(phase);

    /// <inheritdoc cref="Conv2dForwardPlan.PackedWeightFloats"/>
    public long PackedWeightFloats => _convolution.PackedFloats;

    /// <inheritdoc cref="Conv2dForwardPlan.PackUnits"/>
    public int PackUnits => _packing.Units;

    /// <inheritdoc cref="Conv2dForwardPlan.WorkspaceFloats"/>
    public long WorkspaceFloats(int workers) => _convolution.WorkspaceFloats(workers);

    /// <inheritdoc cref="Conv2dForwardPlan.PackWeights"/>
    public void PackWeights(float* weights, float* packed, int firstUnit, int lastUnit) =>
        _packing.Run(weights, packed, firstUnit, lastUnit);

    /// <inheritdoc cref="Conv2dForwardPlan.Run"/>
    /// <param name="phase">At least 0, below <see cref="Phases"/>.</param>
    /// <param name="firstUnit">At least 0.</param>
    /// <param name="lastUnit">At most <see cref="Units"/>.</param>
    /// <param name="worker">Which part of the workspace to use; no two calls at a time with the same.</param>
    /// <param name="args">Source dy, Target dx.</param>
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
