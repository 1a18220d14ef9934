namespace Descent;

/// <summary>Linear regression: <c>y = x·Wᵀ + b</c>, by least squares.</summary>
/// <remarks>
/// Shapes: x (N, in) → y (N, out). Init: zero. <see cref="Fit"/> finds the minimum at once; as any network it can be trained by steps too.
/// </remarks>
public sealed partial class LinearRegression(int inFeatures, int outFeatures = 1, Device? device = null) : LinearModel(inFeatures, outFeatures, device)
{
    /// <summary>
    /// Takes the minimum of <c>Σ‖y − x·Wᵀ − b‖² + ridge·‖W‖²</c>: the normal equations <c>(XᵀX + ridge·I)·Wᵀ = XᵀY</c> of centred data, by
    /// Cholesky's factors in double. The intercept is not penalised.
    /// </summary>
    /// <param name="x">Examples (N, in).</param>
    /// <param name="y">Targets (N, out).</param>
    /// <param name="ridge">At least 0.</param>
    /// <exception cref="ShapeException">The examples or targets have other sizes.</exception>
    /// <exception cref="LinearAlgebraException">Features depend on each other, or there are fewer examples than features: a ridge above 0
    /// is needed.</exception>
    public void Fit(Tensor x, Tensor y, double ridge = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ridge);
        if (x.Rank != 2 || y.Rank != 2 || x.Shape[0] != y.Shape[0] || x.Shape[0] == 0 || x.Shape[1] != Weight.Shape[1] || y.Shape[1] != Weight.Shape[0])
        {
            throw new ShapeException(
                $"linear-regression: needs examples (N, {Weight.Shape[1]}) and targets (N, {Weight.Shape[0]}), but they are {x.Type} and {y.Type}.");
        }

        (x, y) = (x.To(DType.F64), y.To(DType.F64));
        Tensor meanX = x.Mean([0], keepDims: true), meanY = y.Mean([0], keepDims: true);
        Tensor centred = x - meanX, identity = Tensor.Ones(new(x.Shape[1], x.Shape[1]), DType.F64, x.Device).Tril().Triu();
        Tensor factor = (centred.T.MatMul(centred) + (identity * ridge)).Cholesky();
        Tensor solution = factor.CholeskySolve(centred.T.MatMul(y - meanY)).Realize();
        Weight.Write<float>(solution.T.To(DType.F32).ToArray<float>());
        Bias.Write<float>((meanY - meanX.MatMul(solution)).To(DType.F32).ToArray<float>());
    }
}
