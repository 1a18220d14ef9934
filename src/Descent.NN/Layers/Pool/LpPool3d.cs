namespace Descent;

/// <summary>The p-norm of each window of a volume: <c>y = (Σ |x|ᵖ)^(1/p)</c>. A power of 2 is L2 pooling.</summary>
/// <remarks>
/// Shapes: x (N, C, D, H, W) → y (N, C, D′, H′, W′) with D′ = (D − kernel) / stride + 1, H′ and W′ alike; the stride is the kernel unless
/// given. Where that is no whole number <c>rounding</c> says what happens: an error, unless asked otherwise. Gradient: 0 where all of a
/// window is 0. Sermanet, Chintala and LeCun, "Convolutional Neural Networks Applied to House Numbers Digit Classification", ICPR 2012.
/// </remarks>
/// <exception cref="ArgumentException">A size is given for other axes.</exception>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0, or the power is below 1.</exception>
public sealed partial class LpPool3d(double power, PerAxis kernel, PerAxis? stride = null, SizeRounding rounding = SizeRounding.Exact)
    : LpPoolNd(3, power, kernel, stride, rounding);
