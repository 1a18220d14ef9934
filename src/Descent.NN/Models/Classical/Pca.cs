namespace Descent;

/// <summary>Principal components: the orthonormal directions along which the data varies most, and whitening by them.</summary>
/// <remarks>
/// By the singular values of centred data in double: <c>X − mean = U·diag(s)·Vᵀ</c> gives the components Vᵀ with variances <c>s² / (N − 1)</c>.
/// The largest element of each component is positive. Jolliffe, "Principal Component Analysis", 2nd edition, 2002.
/// </remarks>
public sealed class Pca
{
    /// <summary>Finds the components of the data.</summary>
    /// <param name="x">Examples (N, D), at least two.</param>
    /// <param name="components">How many are kept, at most min(N, D); all of them where it is null.</param>
    /// <exception cref="ShapeException">x is not (N, D) with N at least 2.</exception>
    /// <exception cref="ArgumentOutOfRangeException">components is not from 1 to min(N, D).</exception>
    /// <exception cref="LinearAlgebraException">A value is not finite.</exception>
    public Pca(Tensor x, int? components = null)
    {
        if (x.Rank != 2 || x.Shape[0] < 2 || x.Shape[1] == 0 || !x.DType.IsFloat())
        {
            throw new ShapeException($"pca: x must be (N, D) of floating-point numbers with at least 2 examples, but it is {x.Type}.");
        }

        int most = Math.Min(x.Shape[0], x.Shape[1]), kept = Require.Positive(components ?? most, nameof(components));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(kept, most, nameof(components));
        Tensor exact = x.To(DType.F64), mean = exact.Mean([0]);
        (_, Tensor s, Tensor vt) = (exact - mean).Svd();
        Mean = mean.Realize();
        Variances = (s.Square() / (x.Shape[0] - 1)).Narrow(0, 0, kept).Realize();
        Tensor directions = vt.Narrow(0, 0, kept), largest = directions.Abs().ArgMax(1, keepDims: true);
        Components = (directions * directions.GatherAlong(largest, 1).Sign()).Realize();
    }

    /// <summary>The mean of the data, (D) f64.</summary>
    public Tensor Mean { get; }

    /// <summary>The directions, (components, D) f64, the one of the largest variance first.</summary>
    public Tensor Components { get; }

    /// <summary>The variance of the data along each direction, (components) f64.</summary>
    public Tensor Variances { get; }

    /// <summary>Coordinates along the components: <c>(x − mean)·Cᵀ</c>, (N, D) → (N, components).</summary>
    public Tensor Transform(Tensor x) => In(x, rows => (rows - Mean).MatMul(Components.T));

    /// <summary>The points that the coordinates stand for: <c>z·C + mean</c>, (N, components) → (N, D).</summary>
    public Tensor Inverse(Tensor z) => In(z, rows => rows.MatMul(Components) + Mean);

    /// <summary>Coordinates of variance 1: <c>(x − mean)·Cᵀ / √(variance + ε)</c>, (N, D) → (N, components).</summary>
    /// <param name="x">Examples.</param>
    /// <param name="epsilon">Keeps directions of little variance, which are mostly noise, small.</param>
    public Tensor Whiten(Tensor x, double epsilon = 1e-5) => In(x, rows => (rows - Mean).MatMul(Components.T) / (Variances + epsilon).Sqrt());

    /// <summary>Whitened data turned back to where it came from, so that it looks like the data: (N, D) → (N, D).</summary>
    /// <remarks>Bell and Sejnowski, "The Independent Components of Natural Scenes are Edge Filters", 1997, as zero-phase whitening.</remarks>
    /// <inheritdoc cref="Whiten"/>
    public Tensor WhitenZca(Tensor x, double epsilon = 1e-5) =>
        In(x, rows => ((rows - Mean).MatMul(Components.T) / (Variances + epsilon).Sqrt()).MatMul(Components));

    /// <summary>Computed in double, given back in the type of what came.</summary>
    private static Tensor In(Tensor x, Func<Tensor, Tensor> of) => of(x.To(DType.F64)).To(x.DType);
}
