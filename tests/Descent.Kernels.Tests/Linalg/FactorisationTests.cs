namespace Descent.Kernels.Tests;

/// <summary>Factors multiply back to the matrix, of sizes around the width of vectors and of matrices that are hard to factor.</summary>
public sealed class FactorisationTests
{
    /// <summary>A few hundred roundings relative to the largest element.</summary>
    private const double Tolerance = 1e-13;

    public static TheoryData<string, double[], int> Symmetric { get; } = Matrices();

    [Theory]
    [MemberData(nameof(Symmetric))]
    public void Eigenvectors_are_orthonormal_and_give_the_matrix_back(string name, double[] a, int n)
    {
        double[] w = new double[n], v = new double[n * n];
        Assert.True(SymmetricEigen.Run(a, w, v, n), name);
        Assert.Equal(w.Order(), w);
        double scale = Math.Max(a.Max(Math.Abs), double.Epsilon);
        double[] scaled = [.. v.Select((x, i) => x * w[i % n])];
        AssertClose(a, Multiply(scaled, Transposed(v, n), n), n * Tolerance * scale);
        AssertClose(Identity(n), Multiply(Transposed(v, n), v, n), n * Tolerance);
        for (int j = 0; j < n; j++)
        {
            Assert.True(Enumerable.Range(0, n).Select(i => v[(i * n) + j]).MaxBy(Math.Abs) > 0, $"eigenvector {j} points the other way.");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    [InlineData(33)]
    public void Cholesky_factor_and_triangular_solutions_give_back_what_they_came_from(int n)
    {
        double[] random = Random(n, seed: 3), a = Multiply(random, Transposed(random, n), n), l = Random(n, seed: 4);
        for (int i = 0; i < n; i++)
        {
            a[(i * n) + i] += 1;
        }

        Assert.Equal(n, CholeskyFactor.Run(a, l, n));
        AssertClose(a, Multiply(l, Transposed(l, n), n), n * Tolerance);
        Assert.All(Enumerable.Range(0, n * n).Where(i => i % n > i / n), i => Assert.Equal(0, l[i]));
        double[] b = Random(n, seed: 5), x = [.. b], y = [.. b];
        Assert.Equal(n, TriangularSystem.Run(l, x, n, n, upper: false));
        AssertClose(b, Multiply(l, x, n), n * Tolerance);
        Assert.Equal(n, TriangularSystem.Run(Transposed(l, n), y, n, n, upper: true));
        AssertClose(b, Multiply(Transposed(l, n), y, n), n * Tolerance);
    }

    [Fact]
    public void What_has_no_factors_is_noticed()
    {
        Assert.Equal(1, CholeskyFactor.Run([1, 2, 2, 1], new double[4], 2));
        Assert.Equal(0, CholeskyFactor.Run([double.NaN], new double[1], 1));
        Assert.Equal(1, TriangularSystem.Run([1, 2, 3, 0], new double[2], 2, 1, upper: false));
        Assert.False(SymmetricEigen.Run([1, double.NaN, double.NaN, 1], new double[2], new double[4], 2));
        Assert.False(SymmetricEigen.Run([.. Enumerable.Repeat(double.PositiveInfinity, 16)], new double[4], new double[16], 4));
    }

    private static TheoryData<string, double[], int> Matrices()
    {
        var rows = new TheoryData<string, double[], int> { { "one number", [-3], 1 }, { "two equal rows", [1, 1, 1, 1], 2 } };
        foreach (int n in new[] { 2, 3, 4, 5, 8, 9, 17, 40 })
        {
            double[] a = Random(n, seed: n), symmetric = [.. a.Select((x, i) => x + a[(i % n * n) + (i / n)])];
            rows.Add($"random {n}", symmetric, n);
            rows.Add($"of rank one {n}", [.. a.Select((_, i) => a[i % n] * a[i / n])], n);
            rows.Add($"tiny {n}", [.. symmetric.Select(x => x * 1e-150)], n);
        }

        // The covariance of few images, most of whose pixels are black, and whose brightness falls off towards the edges.
        const int pixels = 120, images = 15;
        double[] noise = Random(pixels, seed: 7);
        double[] image = [.. noise.Select((x, i) => i % pixels % 3 == 0 ? x * Math.Exp(-40.0 * (i % pixels) / pixels) : 0)];
        rows.Add("mostly black images", [.. noise.Select((_, i) => Enumerable.Range(0, images).Sum(
            k => image[(k * pixels) + (i / pixels)] * image[(k * pixels) + (i % pixels)]))], pixels);
        rows.Add("zero", new double[25], 5);
        rows.Add("identity", Identity(6), 6);
        rows.Add("in two blocks", [0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 2, 0, 0, 2, 0], 4);
        rows.Add("of wide range", [.. Enumerable.Range(0, 36).Select(i => Math.Pow(10, -(i % 6) - (i / 6)))], 6);
        rows.Add("second differences", [.. Enumerable.Range(0, 400).Select(i => ((i / 20) - (i % 20)) switch { 0 => 2.0, 1 or -1 => -1, _ => 0 })], 20);
        return rows;
    }

    private static double[] Random(int n, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, n * n).Select(_ => random.NextDouble() - 0.5)];
    }

    private static double[] Identity(int n) => [.. Enumerable.Range(0, n * n).Select(i => i / n == i % n ? 1.0 : 0)];

    private static double[] Transposed(double[] a, int n) => [.. a.Select((_, i) => a[(i % n * n) + (i / n)])];

    private static double[] Multiply(double[] a, double[] b, int n) =>
        [.. Enumerable.Range(0, n * n).Select(i => Enumerable.Range(0, n).Sum(k => a[(i / n * n) + k] * b[(k * n) + (i % n)]))];

    private static void AssertClose(double[] expected, double[] actual, double tolerance) =>
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second, pair.First - tolerance, pair.First + tolerance));
}
