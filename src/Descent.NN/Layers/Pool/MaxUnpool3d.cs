namespace Descent;

/// <summary>The partial inverse of <see cref="MaxPool3d"/>: each value where it stood, zeros elsewhere.</summary>
/// <remarks>
/// Shapes: values and indices (N, C, D, H, W) → y (N, C, D′, H′, W′) with D′ = (D − 1)·stride − padding + kernel, H′ and W′ alike, unless
/// told otherwise. Values of one place, which only overlapping windows give, add up. Gradient: dy read at the indices.
/// Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014.
/// </remarks>
/// <exception cref="ArgumentException">A size is given for other axes, or a padding is not smaller than the window.</exception>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0.</exception>
public sealed partial class MaxUnpool3d(PerAxis kernel, PerAxis? stride = null, Padding padding = default)
    : MaxUnpoolNd(3, kernel, stride, padding);
