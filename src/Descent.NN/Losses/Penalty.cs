namespace Descent;

/// <summary>Penalties on large weights, to be added to a loss: <c>loss + Penalty.L2(model.Parameters(), 1e-4)</c>.</summary>
/// <remarks>
/// As weight decay they leave out intercepts and the scales and shifts of normalisations, which are the parameters of a module with one axis
/// or none, unless <c>all: true</c>. Each gives a scalar.
/// </remarks>
public static class Penalty
{
    /// <summary>The sum of absolute values, <c>λ·Σ|w|</c>, which makes many weights 0.</summary>
    /// <remarks>Gradient: <c>λ·sign w</c>, 0 at 0. Tibshirani, "Regression Shrinkage and Selection via the Lasso", 1996.</remarks>
    /// <exception cref="ArgumentException">There is no weight among the parameters.</exception>
    public static Tensor L1(IReadOnlyList<Parameter> parameters, double strength, bool all = false) =>
        Sum(parameters, all, w => w.Abs().Sum()) * strength;

    /// <summary>Half the sum of squares, <c>½·λ·Σw²</c>, which keeps weights small.</summary>
    /// <remarks>
    /// Gradient: <c>λ·w</c>, for <see cref="Sgd"/> the same as a weight decay of λ. Hoerl and Kennard, "Ridge Regression", 1970.
    /// </remarks>
    /// <exception cref="ArgumentException">There is no weight among the parameters.</exception>
    public static Tensor L2(IReadOnlyList<Parameter> parameters, double strength, bool all = false) =>
        Sum(parameters, all, w => w.Square().Sum()) * (0.5 * strength);

    /// <summary>Both: <c>λ·(ρ·Σ|w| + ½·(1 − ρ)·Σw²)</c>.</summary>
    /// <remarks>Zou and Hastie, "Regularization and Variable Selection via the Elastic Net", 2005; λ and ρ as scikit-learn.</remarks>
    /// <param name="parameters">Whose weights.</param>
    /// <param name="strength">λ.</param>
    /// <param name="l1Ratio">ρ, in [0, 1]: 1 is <see cref="L1"/>, 0 is <see cref="L2"/>.</param>
    /// <param name="all">Whether intercepts and normalisations are punished too.</param>
    /// <exception cref="ArgumentException">There is no weight among the parameters.</exception>
    /// <exception cref="ArgumentOutOfRangeException">ρ does not lie in [0, 1].</exception>
    public static Tensor ElasticNet(IReadOnlyList<Parameter> parameters, double strength, double l1Ratio = 0.5, bool all = false) =>
        l1Ratio is >= 0 and <= 1
            ? L1(parameters, strength * l1Ratio, all) + L2(parameters, strength * (1 - l1Ratio), all)
            : throw new ArgumentOutOfRangeException(nameof(l1Ratio), l1Ratio, "The ratio must lie in [0, 1].");

    private static Tensor Sum(IReadOnlyList<Parameter> parameters, bool all, Func<Tensor, Tensor> of)
    {
        Tensor[] terms = [.. parameters.Where(p => all || !ParameterGroup.IsInterceptOrNorm(p)).Select(p => of(p))];
        return terms.Length > 0
            ? terms.Aggregate((a, b) => a + b)
            : throw new ArgumentException("A penalty needs a weight, but there are only intercepts and normalisations; pass all: true.", nameof(parameters));
    }
}
