namespace Descent;

/// <summary>
/// The largest value of windows that are laid so that an output of the given size comes out, whatever the size of the image.
/// </summary>
/// <remarks>
/// Shapes: x (N, C, H, W) → y (N, C, size). Window i of n′ covers the elements from ⌊i·n / n′⌋ up to ⌈(i + 1)·n / n′⌉ of an axis of n.
/// Gradient: dy at the first of the largest elements.
/// </remarks>
/// <exception cref="ArgumentException">A size is given for other axes.</exception>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0.</exception>
public sealed partial class AdaptiveMaxPool2d(PerAxis size) : AdaptiveMaxPoolNd(2, size);
