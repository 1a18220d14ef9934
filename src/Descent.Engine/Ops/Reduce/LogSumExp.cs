namespace Descent;

public sealed partial class Tensor
{
    /// <summary>A smooth maximum over the named axes, over all where none is named: <c>log Σ eˣ</c>.</summary>
    /// <remarks>
    /// Gradient: <c>dx = dy·softmax(x)</c>. Numerics: the largest element is taken out first, so that no exponential overflows;
    /// a row of −∞ gives −∞.
    /// </remarks>
    /// <exception cref="ShapeException">An axis does not exist or is empty.</exception>
    public Tensor LogSumExp(ReadOnlySpan<int> axes = default, bool keepDims = false)
    {
        // The result does not depend on what is taken out, so no gradient flows through it. ∞ − ∞ has no value: there 0 is taken out.
        Tensor max = Max(axes, keepDims: true).Detach();
        Tensor shift = Select(max.Abs().EqualTo(double.PositiveInfinity), max.Like(0), max);
        Tensor sum = (this - shift).Exp().Sum(axes, keepDims);
        return sum.Log() + shift.Reshape(sum.Shape);
    }
}
