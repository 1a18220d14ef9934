namespace Descent.Kernels.Tests;

[Trait(SimdTiers.Trait, SimdTiers.All)]
public sealed unsafe class LayerNormTests
{
    private const float Epsilon = 1e-5f;

    // A row's sums of up to some hundred numbers in single precision, then three roundings, on values up to about 4.
    private const double Tolerance = 4e-6;

    // dγ and dβ sum over the rows, and a row's deviation may be small.
    private const double GradientTolerance = 2e-5;

    public static TheoryData<int> Lengths => [.. Enumerable.Range(1, 70), 127, 128, 129, 192, 257, 768];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Rows_of_every_length_equal_the_definition(int n)
    {
        int rows = 1 + (n % 5);
        foreach (bool affine in (bool[])[false, true])
        {
            AssertAllPasses(rows, n, affine, mean: n % 3);
        }
    }

    [Theory]
    [InlineData(1000, 48, 0)]
    [InlineData(701, 192, 0.5)]
    [InlineData(70, 1000, -3)]
    public void Chunks_of_rows_add_up(int rows, int n, double mean) => AssertAllPasses(rows, n, affine: true, mean);

    [Theory]
    [InlineData(192)]
    [InlineData(7)]
    public void A_mean_a_million_times_the_deviation_costs_no_digits(int n)
    {
        const double Mean = 1e6;
        double[] x = [.. Samples.Doubles(n, 1).Select(v => (double)(float)(v + Mean))], y = new double[n], mean = new double[1], reciprocal = new double[1];
        LayerNormReference.Forward(n, Epsilon, x, [], [], y, mean, reciprocal);
        using GuardedArray fx = Of(x), fy = new(n), fmean = new(1), freciprocal = new(1);
        LayerNorm.Forward(n, Epsilon, fx.Floats, null, null, fy.Floats, fmean.Floats, freciprocal.Floats, 0, 1);
        Assert.InRange(Math.Abs((freciprocal.Span[0] / reciprocal[0]) - 1), 0, 1e-6);
        Samples.AssertClose(y, fy.Span, 1e-5);
    }

    [Fact]
    public void A_constant_row_is_beta_and_NaN_stays_in_its_row()
    {
        const int N = 37;
        using GuardedArray x = new(3 * N), y = new(3 * N), gamma = new(N), beta = new(N), statistics = new(6);
        x.Span.Fill(0.1f);
        gamma.Span.Fill(3);
        beta.Span.Fill(0.5f);
        x.Span[N + 5] = float.NaN;
        LayerNorm.Forward(N, Epsilon, x.Floats, gamma.Floats, beta.Floats, y.Floats, statistics.Floats, statistics.Floats + 3, 0, 3);
        Assert.All(y.Span[..N].ToArray(), v => Assert.Equal(0.5f, v, 1e-6f));
        Assert.All(y.Span[N..(2 * N)].ToArray(), v => Assert.True(float.IsNaN(v)));
        Assert.All(y.Span[(2 * N)..].ToArray(), v => Assert.Equal(0.5f, v, 1e-6f));
    }

    private static void AssertAllPasses(int rows, int n, bool affine, double mean)
    {
        double[] x = [.. Samples.Doubles((long)rows * n, 1).Select(v => (double)(float)(v + mean))], dy = Samples.Doubles(x.Length, 2);
        double[] gamma = affine ? Samples.Doubles(n, 3) : [], beta = affine ? Samples.Doubles(n, 4) : [];
        double[] y = new double[x.Length], m = new double[rows], r = new double[rows];
        LayerNormReference.Forward(n, Epsilon, x, gamma, beta, y, m, r);

        using GuardedArray fx = Of(x), fdy = Of(dy), fgamma = Of(gamma), fbeta = Of(beta), fy = new(x.Length), fm = new(rows), fr = new(rows);
        float* g = affine ? fgamma.Floats : null, b = affine ? fbeta.Floats : null;
        Units.All(rows, (first, last) => LayerNorm.Forward(n, Epsilon, fx.Floats, g, b, fy.Floats, fm.Floats, fr.Floats, first, last), fy, fm, fr);
        Samples.AssertClose(m, fm.Span, 1e-6 * (1 + Math.Abs(mean)));
        for (int row = 0; row < rows; row++)
        {
            Assert.InRange(Math.Abs((fr.Span[row] / r[row]) - 1), 0, 2e-6);
        }
        Samples.AssertClose(y, fy.Span, Tolerance);

        // From here on both sides use the statistics as single precision has them, so that only the pass itself is compared.
        (m, r) = (Doubles(fm), Doubles(fr));
        double[] dx = new double[x.Length], dgamma = new double[gamma.Length], dbeta = new double[gamma.Length];
        LayerNormReference.Backward(n, x, dy, gamma, m, r, dx, dgamma, dbeta);
        using GuardedArray fdx = new(x.Length), workspace = new(LayerNorm.WorkspaceFloats(rows, n)), fdgamma = new(dgamma.Length), fdbeta = new(dgamma.Length);
        int units = LayerNorm.BackwardUnits(rows, n);
        void Backward(int first, int last) => LayerNorm.Backward(
            rows, n, fx.Floats, fdy.Floats, g, fm.Floats, fr.Floats, fdx.Floats, workspace.Floats, first, last);
        Units.All(units, Backward, affine ? [fdx, workspace] : [fdx]);
        double steepest = r.Max();
        Samples.AssertClose(dx, fdx.Span, GradientTolerance * Math.Max(1, steepest));
        if (affine)
        {
            Units.All(
                LayerNorm.CombineUnits(n), (first, last) => LayerNorm.CombineGradients(rows, n, workspace.Floats, fdgamma.Floats, fdbeta.Floats, first, last),
                fdgamma, fdbeta);
            Samples.AssertClose(dgamma, fdgamma.Span, GradientTolerance * Math.Sqrt(rows) * Math.Max(1, steepest));
            Samples.AssertClose(dbeta, fdbeta.Span, GradientTolerance * Math.Sqrt(rows));
        }
    }

    private static GuardedArray Of(double[] values) => GuardedArray.Of(Samples.Floats(values));

    private static double[] Doubles(GuardedArray values) => Array.ConvertAll(values.Span.ToArray(), v => (double)v);
}
