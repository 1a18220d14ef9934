namespace Descent.Kernels;

/// <summary>
/// How a convolution of few channels, bias, rectifier and max pooling are computed as one: the pooled y (N, OutH, OutW, K) and where its maxima
/// stood, from x (N, H, W, C) and weights (K, C, KernelH, KernelW). The convolution's own output is never written. Immutable; serves any number
/// of threads.
/// </summary>
/// <remarks>
/// Units may run in any order on any threads, and give the same bits: those of <see cref="Conv2dForwardPlan"/> with <see cref="MaxPool2d"/>
/// after it. Numerics: each pixel of the convolution is one chain of fused multiply-adds in ascending (kh, kw, c), padding taken as zeros.
/// The place of a maximum that a rectifier stops is any.
/// </remarks>
public sealed unsafe class ConvPoolForwardPlan
{
    // A microsecond of work: enough to hide the start of a unit.
    internal const double LeastWork = 2.5e5;

    private readonly IConvPool _kernel;

    /// <param name="shape">One that is supported.</param>
    /// <param name="rectifies">max(·, 0) after the bias.</param>
    public ConvPoolForwardPlan(ConvPoolShape shape, bool rectifies)
    {
        Shape = shape;
        _kernel = shape.IsOverColumns ? new ConvPoolOverColumns(shape, rectifies) : new ConvPoolOverChannels(shape, rectifies);
    }

    public ConvPoolShape Shape { get; }

    /// <summary>Independent pieces of work.</summary>
    public int Units => _kernel.Units;

    /// <summary>Floats that the packed weights take: a function of the weights alone.</summary>
    public long PackedWeightFloats => _kernel.PackedFloats;

    /// <summary>Independent pieces of packing.</summary>
    public int PackUnits => _kernel.PackUnits;

    /// <summary>Scratch for so many workers.</summary>
    public long WorkspaceFloats(int workers) => workers * _kernel.WorkspaceFloatsPerWorker;

    /// <summary>Brings weights in logical order into the order that <see cref="Run"/> reads.</summary>
    public void PackWeights(float* weights, float* packed, int firstUnit, int lastUnit) => _kernel.Pack(weights, packed, firstUnit, lastUnit);

    /// <summary>Computes units [firstUnit, lastUnit).</summary>
    /// <param name="firstUnit">At least 0.</param>
    /// <param name="lastUnit">At most <see cref="Units"/>.</param>
    /// <param name="worker">Which part of the workspace to use; no two calls at a time with the same.</param>
    /// <param name="args">X, Weights, Bias, Y, Places and Workspace.</param>
    public void Run(int firstUnit, int lastUnit, int worker, in ConvPoolArgs args) => _kernel.Run(firstUnit, lastUnit, worker, args);
}
