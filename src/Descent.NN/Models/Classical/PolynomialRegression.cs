namespace Descent;

/// <summary>Polynomial ridge regression: linear regression over all products of at most <c>degree</c> features.</summary>
/// <remarks>
/// Shapes: x (N, …), flattened to (N, in) → y (N, out). With one feature the terms are x, x², …, x^degree; with more they are all monomials up to
/// the degree, in order of degree. Each term is standardised by the data that <see cref="Fit"/> sees, so that high powers neither ruin the normal equations nor
/// escape the ridge. Bishop, "Pattern Recognition and Machine Learning", 2006, section 1.1.
/// </remarks>
public sealed partial class PolynomialRegression : Layer
{
    private readonly int[][] _terms;

    /// <summary>A polynomial that is 0 everywhere.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size or the degree is not above 0.</exception>
    public PolynomialRegression(int degree, int inFeatures = 1, int outFeatures = 1, Device? device = null)
    {
        _terms = [.. Terms(Require.Positive(degree), Require.Positive(inFeatures))];
        Mean = new Buffer(Tensor.Zeros(new(_terms.Length), device: device));
        Var = new Buffer(Tensor.Ones(new(_terms.Length), device: device));
        Linear = new LinearRegression(_terms.Length, outFeatures, device);
    }

    /// <summary>The mean of each term, shape (terms).</summary>
    public Buffer Mean { get; }

    /// <summary>The biased variance of each term, shape (terms).</summary>
    public Buffer Var { get; }

    /// <summary>The regression over standardised terms.</summary>
    public LinearRegression Linear { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Linear.Forward((Products(x) - Mean) / Var.Read().Sqrt());

    /// <summary>Takes the minimum of <c>Σ‖y − ŷ‖² + ridge·‖W‖²</c> over the weights of standardised terms.</summary>
    /// <inheritdoc cref="LinearRegression.Fit"/>
    public void Fit(Tensor x, Tensor y, double ridge = 0)
    {
        Tensor terms = Products(x.To(DType.F64));
        Tensor mean = terms.Mean([0]), variance = terms.Variance([0], unbiased: false);

        // A term that never changes stays 0.
        variance = Tensor.Select(variance > 0, variance, Tensor.Scalar(1, DType.F64, x.Device)).Realize();
        Linear.Fit((terms - mean) / variance.Sqrt(), y, ridge);
        Mean.Write<float>(mean.To(DType.F32).ToArray<float>());
        Var.Write<float>(variance.To(DType.F32).ToArray<float>());
    }

    /// <summary>The features of each term, with repetition: x₀²·x₂ is (0, 0, 2).</summary>
    private static IEnumerable<int[]> Terms(int degree, int features)
    {
        int[][] last = [[]];
        for (int d = 1; d <= degree; d++)
        {
            last = [.. last.SelectMany(term => Enumerable.Range(term.LastOrDefault(), features - term.LastOrDefault()).Select(f => (int[])[.. term, f]))];
            foreach (int[] term in last)
            {
                yield return term;
            }
        }
    }

    /// <summary>The number of terms, <c>C(features + degree, degree) − 1</c>: the weights of each output.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The degree or the number of features is not above 0.</exception>
    public static double CountTerms(int degree, int features)
    {
        double count = 1;
        for (int i = 1; i <= Require.Positive(degree); i++)
        {
            count = count * (Require.Positive(features) + i) / i;
        }

        return count - 1;
    }

    private Tensor Products(Tensor x)
    {
        int features = _terms.Count(term => term.Length == 1);
        x = x.Flatten();
        if (x.Shape[1] != features)
        {
            throw new ShapeException($"polynomial-regression: x must be (N, {features}), but it is {x.Type}.");
        }

        Tensor[] columns = x.Split(1, [.. Enumerable.Repeat(1, features)]);
        return Tensor.Concat(1, [.. _terms.Select(term => term.Select(f => columns[f]).Aggregate((a, b) => a * b))]);
    }
}
