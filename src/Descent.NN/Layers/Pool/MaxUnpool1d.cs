namespace Descent;

/// <summary>The partial inverse of <see cref="MaxPool1d"/>: each value where it stood, zeros elsewhere.</summary>
/// <remarks>
/// Shapes: values and indices (N, C, L) → y (N, C, L′) with L′ = (L − 1)·stride − padding + kernel, unless told otherwise.
/// Values of one place, which only overlapping windows give, add up. Gradient: dy read at the indices.
/// Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014.
/// </remarks>
/// <exception cref="ArgumentException">A size is given for other axes, or a padding is not smaller than the window.</exception>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0.</exception>
public sealed partial class MaxUnpool1d(PerAxis kernel, PerAxis? stride = null, Padding padding = default)
    : MaxUnpoolNd(1, kernel, stride, padding);
