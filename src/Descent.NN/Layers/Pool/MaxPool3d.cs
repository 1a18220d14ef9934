namespace Descent;

/// <summary>The largest value of each window of a volume.</summary>
/// <remarks>
/// Shapes: x (N, C, D, H, W) → y (N, C, D′, H′, W′) with D′ = (D + padding − kernel) / stride + 1, H′ and W′ alike, padding counted on both
/// sides; the stride is the kernel unless given. Where that is no whole number <c>rounding</c> says what happens: an error, unless asked
/// otherwise.
/// Gradient: dy at the first of the largest elements. Numerics: NaN wins; padding is never chosen.
/// </remarks>
/// <exception cref="ArgumentException">A size is given for other axes, or a padding is not smaller than the window.</exception>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0.</exception>
public sealed partial class MaxPool3d(
    PerAxis kernel, PerAxis? stride = null, Padding padding = default, SizeRounding rounding = SizeRounding.Exact)
    : MaxPoolNd(3, kernel, stride, padding, rounding);
