namespace Descent.Kernels;

/// <summary>Ways to compute a convolution or one of its gradients.</summary>
public enum Conv2dAlgorithm
{
    /// <summary>Sums of products as they stand in the definition: any shape.</summary>
    Direct,

    /// <summary>Each channel on its own: as many groups as channels on both sides.</summary>
    Depthwise,

    /// <summary>F(4×4, 3×3), a quarter of the products at some loss of precision: 3×3 taps, stride and dilation 1, one group, padding up to 2.</summary>
    Winograd,
}

/// <summary>The three computations that a convolution takes part in.</summary>
public enum Conv2dPass
{
    /// <summary>y from x and w.</summary>
    Forward,

    /// <summary>dx from dy and w.</summary>
    BackwardInput,

    /// <summary>dw from x and dy.</summary>
    BackwardWeight,
}

/// <summary>A way to compute one pass of one shape.</summary>
/// <param name="Algorithm">The way.</param>
/// <param name="Seconds">Estimated time on one core of a usual machine: good for comparing, not for promising.</param>
/// <param name="Error">
/// Bound for the largest error relative to the root mean square of the result, where operands are independent and of zero mean.
/// </param>
public readonly record struct Conv2dCandidate(Conv2dAlgorithm Algorithm, double Seconds, double Error);
