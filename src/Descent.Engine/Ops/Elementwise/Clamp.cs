namespace Descent;

public sealed partial class Tensor
{
    /// <summary>Limited to an interval: <c>y = min(max(x, low), high)</c>.</summary>
    /// <remarks>Gradient: dy inside, 0 outside, half of dy where x equals a limit. NaN stays NaN.</remarks>
    /// <exception cref="ArgumentException"><paramref name="low"/> is above <paramref name="high"/>, or one of them is NaN.</exception>
    public Tensor Clamp(double low, double high) => low <= high
        ? Max(low).Min(high)
        : throw new ArgumentException($"clamp: the lower limit {low} is not at most the upper limit {high}.");
}
