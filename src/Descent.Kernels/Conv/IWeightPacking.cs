namespace Descent.Kernels;

/// <summary>Brings weights in logical order (K, C / groups, KernelH, KernelW) into the order that a convolution reads.</summary>
internal unsafe interface IWeightPacking
{
    /// <summary>Independent pieces of work.</summary>
    int Units { get; }

    /// <summary>Does units [firstUnit, lastUnit).</summary>
    void Run(float* weights, float* packed, int firstUnit, int lastUnit);
}
