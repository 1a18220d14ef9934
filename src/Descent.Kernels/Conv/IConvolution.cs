namespace Descent.Kernels;

/// <summary>One way to compute a convolution or its gradient by the input.</summary>
internal interface IConvolution
{
    int Units { get; }

    long WorkspaceFloatsPerWorker { get; }

    long PackedFloats { get; }

    void Run(int firstUnit, int lastUnit, int worker, in ConvolutionArgs args);
}

/// <summary>Rows, columns and channels of an image.</summary>
internal readonly record struct ImageSize(int H, int W, int C)
{
    public nint Floats => (nint)H * W * C;
}
