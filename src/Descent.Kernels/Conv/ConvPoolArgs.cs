namespace Descent.Kernels;

/// <summary>The memory of one run of a fused convolution and pooling, or of its gradient; images are dense (N, H, W, channels).</summary>
public unsafe struct ConvPoolArgs
{
    /// <summary>The input of the convolution.</summary>
    public float* X;

    /// <summary>Packed by the plan.</summary>
    public float* Weights;

    /// <summary>Per output channel; null for none.</summary>
    public float* Bias;

    /// <summary>The pooled output: written by the forward pass. In a gradient null, or what lets dy pass where it is above 0.</summary>
    public float* Y;

    /// <summary>Written by the forward pass unless null, read by gradients.</summary>
    public float* Places;

    /// <summary>The gradient of y.</summary>
    public float* Dy;

    /// <summary>Written: the gradient of x.</summary>
    public float* Dx;

    /// <summary>Written: the gradient of the weights in logical order (K, C, KernelH, KernelW).</summary>
    public float* Dw;

    /// <summary>Written: the gradient of the bias (K); null where it is not wanted.</summary>
    public float* Db;

    /// <summary>As many floats as the plan asks for; their values do not matter.</summary>
    public float* Workspace;
}
