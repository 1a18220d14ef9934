namespace Descent;

/// <summary>The largest value of each window.</summary>
/// <remarks>
/// Shapes: x (N, C, H, W) → y (N, C, H′, W′) with H′ = (H + padding − kernel) / stride + 1, W′ alike, padding counted on both
/// sides; the stride is the kernel unless given. Where that is no whole number <c>rounding</c> says what happens: an error, unless asked
/// otherwise.
/// Gradient: dy at the first of the largest elements. Numerics: NaN wins; padding is never chosen.
/// </remarks>
/// <exception cref="ArgumentException">A size is given for other axes, or a padding is not smaller than the window.</exception>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0.</exception>
public sealed partial class MaxPool2d(
    PerAxis kernel, PerAxis? stride = null, Padding padding = default, SizeRounding rounding = SizeRounding.Exact)
    : MaxPoolNd(2, kernel, stride, padding, rounding);
