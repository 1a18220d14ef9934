namespace Descent.Kernels;

/// <summary>One way to sum the weight and bias gradient of a fused convolution and pooling over images.</summary>
internal unsafe interface IPooledWeightGradient
{
    /// <summary>Floats of a sum in the order of the implementation, whole cache lines.</summary>
    nint Floats { get; }

    nint ScratchFloats { get; }

    /// <summary>Blocks of output channels, whose sums lie one after the other.</summary>
    int Blocks { get; }

    /// <summary>Adds image <paramref name="n"/> to a sum.</summary>
    void Add(int n, float* sum, float* scratch, in ConvPoolArgs args);

    /// <summary>Writes one block of a finished sum, which may be changed, in logical order.</summary>
    void Store(int block, float* sum, in ConvPoolArgs args);
}
