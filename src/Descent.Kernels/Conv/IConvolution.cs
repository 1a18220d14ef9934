namespace Descent.Kernels;

/// <summary>One way to compute a convolution or its gradient by the input.</summary>
internal interface IConvolution
{
    /// <summary>Phases follow each other; the units of one may run at once.</summary>
    int Phases => 1;

    long PackedFloats { get; }

    int Units(int phase);

    long WorkspaceFloats(int workers);

    void Run(int phase, int firstUnit, int lastUnit, int worker, in ConvolutionArgs args);
}

/// <summary>Rows, columns and channels of an image.</summary>
internal readonly record struct ImageSize(int H, int W, int C)
{
    public nint Floats => (nint)H * W * C;
}
