namespace Descent.Kernels;

/// <summary>One way to compute a convolution with the pooling after it.</summary>
internal unsafe interface IConvPool
{
    int Units { get; }

    long WorkspaceFloatsPerWorker { get; }

    long PackedFloats { get; }

    int PackUnits { get; }

    void Pack(float* weights, float* packed, int firstUnit, int lastUnit);

    void Run(int firstUnit, int lastUnit, int worker, in ConvPoolArgs args);
}
