namespace Descent;

/// <summary>The p-norm of each window: <c>y = (Σ |x|ᵖ)^(1/p)</c>. A power of 2 is L2 pooling.</summary>
/// <remarks>
/// Shapes: x (N, C, H, W) → y (N, C, H′, W′) with H′ = (H − kernel) / stride + 1, W′ alike; the stride is the kernel unless given.
/// Where that is no whole number <c>rounding</c> says what happens: an error, unless asked otherwise. Gradient: 0 where all of a window is
/// 0. Sermanet, Chintala and LeCun, "Convolutional Neural Networks Applied to House Numbers Digit Classification", ICPR 2012.
/// </remarks>
/// <exception cref="ArgumentException">A size is given for other axes.</exception>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0, or the power is below 1.</exception>
public sealed partial class LpPool2d(double power, PerAxis kernel, PerAxis? stride = null, SizeRounding rounding = SizeRounding.Exact)
    : LpPoolNd(2, power, kernel, stride, rounding);
