namespace Descent;

public sealed partial class Tensor
{
    /// <summary>
    /// The variance over the named axes, over all where none is named: <c>Σ(x − mean)² / (n − 1)</c>, or <c>/ n</c> where biased.
    /// </summary>
    /// <remarks>Numerics: two passes, so that a large mean does not cancel. Integers and booleans give f32.</remarks>
    /// <exception cref="ShapeException">An axis does not exist, or an unbiased variance is asked of fewer than two elements.</exception>
    public Tensor Variance(ReadOnlySpan<int> axes = default, bool keepDims = false, bool unbiased = true)
    {
        Tensor x = DType.IsFloat() ? this : To(DType.F32);
        Tensor deviation = x - x.Mean(axes, keepDims: true);
        Tensor squares = deviation.Square().Sum(axes, keepDims);
        long rows = squares.Shape.Count;
        double n = rows == 0 ? double.PositiveInfinity : (double)Shape.Count / rows;
        if (unbiased && n < 2)
        {
            throw new ShapeException(
                $"variance: an unbiased variance needs two elements or more, but {Shape} has {n} of them per row; pass unbiased: false.");
        }

        return squares * (1 / (unbiased ? n - 1 : n));
    }

    /// <summary>The standard deviation over the named axes, over all where none is named: the root of <see cref="Variance"/>.</summary>
    /// <remarks>Gradient: not finite where the deviation is 0.</remarks>
    /// <exception cref="ShapeException">An axis does not exist, or an unbiased deviation is asked of fewer than two elements.</exception>
    public Tensor StandardDeviation(ReadOnlySpan<int> axes = default, bool keepDims = false, bool unbiased = true) =>
        Variance(axes, keepDims, unbiased).Sqrt();
}
