namespace Descent.Kernels;

/// <summary>The memory of one run of a convolution or of its gradient by the input; images are dense (N, H, W, channels).</summary>
public unsafe struct ConvolutionArgs
{
    /// <summary>What is read: x, or dy in the backward pass.</summary>
    public float* Source;

    /// <summary>Per source channel, for a prologue that scales.</summary>
    public float* SourceScale;

    /// <summary>Per source channel, for a prologue that scales.</summary>
    public float* SourceShift;

    /// <summary>Packed by the plan.</summary>
    public float* Weights;

    /// <summary>What is written: y, or dx in the backward pass. Every element is written.</summary>
    public float* Target;

    /// <summary>Per target channel, for epilogues that scale.</summary>
    public float* Scale;

    /// <summary>Per target channel, for epilogues that shift: the bias.</summary>
    public float* Shift;

    /// <summary>Of the target's shape, for epilogues that add it or gate by it.</summary>
    public float* Other;

    /// <summary>As many floats as the plan asks for; their values do not matter.</summary>
    public float* Workspace;

    internal readonly SourceImages Images => new(Source, SourceScale, SourceShift);
}
