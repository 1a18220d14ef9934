namespace Descent.Kernels;

/// <summary>One way to sum the weight and bias gradient of a fused convolution and pooling over images.</summary>
internal unsafe interface IPooledWeightGradient
{
    /// <summary>Floats of a sum in the order of the implementation, whole cache lines.</summary>
    nint Floats { get; }

    nint ScratchFloats { get; }

    /// <summary>Blocks of output channels, whose sums lie one after the other.</summary>
    int Blocks { get; }

    /// <summary>Adds image <paramref name="n"/> to a sum, with the widest vectors that the machine has.</summary>
    void Add<V>(int n, float* sum, float* scratch, in ConvPoolArgs args)
        where V : struct, ISimd<V>;

    /// <summary>Writes one block of a finished sum, which may be changed, in logical order.</summary>
    void Store(int block, float* sum, in ConvPoolArgs args);
}
