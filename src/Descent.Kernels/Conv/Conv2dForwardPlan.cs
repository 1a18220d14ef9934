namespace Descent.Kernels;

/// <summary>
/// How one shape of convolution is computed on channels-last images: y (N, OutH, OutW, K) from x (N, H, W, C) and weights (K, C / Groups,
/// KernelH, KernelW), <c>y = epilogue(x ⋆ w)</c>. Immutable; serves any number of threads.
/// </summary>
/// <remarks>
/// Units may run in any order on any threads, and give the same bits. Numerics: each element is one chain of fused multiply-adds in
/// ascending (kh, kw, c), kernel rows outside the image left out.
/// </remarks>
public sealed unsafe class Conv2dForwardPlan
{
    private readonly IConvolution _convolution;
    private readonly WeightPacking _packing = new();

    /// <exception cref="ArgumentException">The shape is no convolution.</exception>
    public Conv2dForwardPlan(Conv2dShape shape, Epilogue epilogue = Epilogue.None)
    {
        Conv2dShape s = shape.Validated().Flattened();
        Shape = shape;
        TapAxis rows = TapAxis.Forward(s.OutH, s.KernelH, s.StrideH, s.DilationH, s.PadTop);
        TapAxis columns = TapAxis.Forward(s.OutW, s.KernelW, s.StrideW, s.DilationW, s.PadLeft);
        var source = new ImageSize(s.H, s.W, s.C);
        var target = new ImageSize(s.OutH, s.OutW, s.K);
        if (s.IsDepthwise)
        {
            _convolution = new DepthwiseConvolution([(rows, columns)], (s.KernelH, s.KernelW), s.N, source, target, epilogue);
            _packing.AddDepthwise(s);
        }
        else
        {
            var correlations = new List<Correlation>();
            Correlation.Add(correlations, rows, columns, s.H, (s.GroupC, s.GroupK), s.Groups, epilogue);
            var direct = new DirectConvolution([.. correlations], s.N, s.Groups, source, target, s.Flops);
            correlations.ForEach(c => _packing.Add(s, c, direct.GroupFloats, transposed: false));
            _convolution = direct;
        }
        PackedWeightFloats = _convolution.PackedFloats;
    }

    public Conv2dShape Shape { get; }

    /// <summary>Independent pieces of work.</summary>
    public int Units => _convolution.Units;

    /// <summary>
    /// Floats that the packed weights take; they are a function of the weights alone, so they may be kept while those stay.
    /// </summary>
    public long PackedWeightFloats { get; }

    /// <summary>Independent pieces of packing.</summary>
    public int PackUnits => _packing.Units;

    /// <summary>Scratch for so many workers.</summary>
    public long WorkspaceFloats(int workers) => workers * _convolution.WorkspaceFloatsPerWorker;

    /// <summary>Brings weights in logical order (K, C / Groups, KernelH, KernelW) into the order that <see cref="Run"/> reads.</summary>
    public void PackWeights(float* weights, float* packed, int firstUnit, int lastUnit) =>
        _packing.Run(weights, packed, firstUnit, lastUnit);

    /// <summary>Computes units [firstUnit, lastUnit).</summary>
    /// <param name="firstUnit">At least 0.</param>
    /// <param name="lastUnit">At most <see cref="Units"/>.</param>
    /// <param name="worker">Which part of the workspace to use; no two calls at a time with the same.</param>
    /// <param name="args">Source x, Target y.</param>
    public void Run(int firstUnit, int lastUnit, int worker, in ConvolutionArgs args) =>
        _convolution.Run(firstUnit, lastUnit, worker, args);
}
