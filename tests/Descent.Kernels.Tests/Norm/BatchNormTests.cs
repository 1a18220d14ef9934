namespace Descent.Kernels.Tests;

[Trait(SimdTiers.Trait, SimdTiers.All)]
public sealed unsafe class BatchNormTests
{
    private const double Epsilon = 1e-5;

    // Sums of some thousand numbers in single precision, a chunk at a time.
    private const double Tolerance = 2e-5;

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(2, 3, 0)]
    [InlineData(37, 16, 0)]
    [InlineData(29, 8, 0)]
    [InlineData(3000, 12, 1)]
    [InlineData(600, 130, 1)]
    [InlineData(9000, 6, 0.5)]
    [InlineData(2500, 19, 0)]
    [InlineData(1031, 64, 1000)] // a mean of a thousand deviations: the naive formula has no digits left
    [InlineData(150, 333, -3)]
    public void All_passes_equal_their_definition(int rows, int columns, double mean)
    {
        double[] x = [.. Samples.Doubles((long)rows * columns, 1).Select(v => (double)(float)(v + mean))];
        double[] dy = Samples.Doubles(x.Length, 2), gamma = Samples.Doubles(columns, 3), beta = Samples.Doubles(columns, 4), other = Samples.Doubles(x.Length, 5);
        double[] m = new double[columns], variance = new double[columns];
        BatchNormReference.Statistics(rows, columns, x, m, variance);

        using GuardedArray fx = Of(x), fmean = new(columns), fvariance = new(columns), workspace = new(BatchNorm.WorkspaceFloats(rows, columns));
        int chunks = BatchNorm.ReductionUnits(rows, columns), combines = BatchNorm.CombineUnits(columns), units = BatchNorm.ElementwiseUnits(rows, columns);
        Units.All(chunks, (a, b) => BatchNorm.SumStatistics(rows, columns, fx.Floats, workspace.Floats, a, b), workspace);
        Units.All(
            combines, (a, b) => BatchNorm.CombineStatistics(rows, columns, workspace.Floats, fmean.Floats, fvariance.Floats, a, b), fmean, fvariance);
        Samples.AssertClose(m, fmean.Span, 1e-7 * (1 + Math.Abs(mean)));
        Samples.AssertClose(variance, fvariance.Span, 1e-6);

        // From here on both sides use the statistics as single precision has them, so that only the pass itself is compared.
        (m, variance) = (Doubles(fmean), Doubles(fvariance));
        using GuardedArray fgamma = Of(gamma), fbeta = Of(beta), scale = new(columns), shift = new(columns), y = new(x.Length);
        Units.All(
            combines,
            (a, b) => BatchNorm.ScaleShift(
                columns, Epsilon, fgamma.Floats, fbeta.Floats, fmean.Floats, fvariance.Floats, scale.Floats, shift.Floats, a, b),
            scale,
            shift);
        using GuardedArray fother = Of(other);
        foreach ((bool relu, bool adds) in ((bool, bool)[])[(false, false), (false, true), (true, true), (true, false)])
        {
            float* o = adds ? fother.Floats : null;
            Units.All(units, (a, b) => BatchNorm.Apply(rows, columns, relu, fx.Floats, o, scale.Floats, shift.Floats, y.Floats, a, b), y);
            double[] expected = [.. x.Select((v, i) =>
            {
                int c = i % columns;
                double e = (gamma[c] * (v - m[c]) / Math.Sqrt(variance[c] + Epsilon)) + beta[c] + (adds ? other[i] : 0);
                return relu ? Math.Max(e, 0) : e;
            })];
            // The shift is rounded, which shows where the mean is far from zero.
            double largest = (1 + Math.Abs(mean)) * Doubles(scale).Max(Math.Abs);
            Samples.AssertClose(expected, y.Span, 2e-6 + (2e-7 * largest));
        }

        using GuardedArray fdy = Of(dy), dgamma = new(columns), dbeta = new(columns), dx = new(x.Length), abc = new(3 * columns);
        foreach (bool gated in (bool[])[false, true])
        {
            float* gate = gated ? y.Floats : null;
            double[] passing = [.. dy.Select((d, i) => !gated || y.Span[i] > 0 ? d : 0)];
            double[] expectedDx = new double[x.Length], expectedDgamma = new double[columns], expectedDbeta = new double[columns];
            BatchNormReference.Backward(
                rows, columns, Epsilon, x, passing, gamma, m, variance, expectedDx, expectedDgamma, expectedDbeta);
            Units.All(
                chunks, (a, b) => BatchNorm.SumGradients(rows, columns, fx.Floats, fdy.Floats, gate, fmean.Floats, workspace.Floats, a, b), workspace);
            Units.All(
                combines,
                (a, b) => BatchNorm.CombineGradients(
                    rows, columns, Epsilon, workspace.Floats, fvariance.Floats, dgamma.Floats, dbeta.Floats, a, b),
                dgamma,
                dbeta);
            double steepest = 1 / Math.Sqrt(variance.Min() + Epsilon);
            Samples.AssertClose(expectedDbeta, dbeta.Span, Tolerance * Math.Sqrt(rows));
            Samples.AssertClose(expectedDgamma, dgamma.Span, Tolerance * Math.Sqrt(rows) * steepest);
            float* p = abc.Floats, q = p + columns, r = q + columns;
            Units.All(
                combines,
                (a, b) => BatchNorm.BackwardCoefficients(
                    rows, columns, Epsilon, fgamma.Floats, fvariance.Floats, dgamma.Floats, dbeta.Floats, p, q, r, a, b),
                abc);
            Units.All(
                units, (a, b) => BatchNorm.BackwardInput(rows, columns, fx.Floats, fdy.Floats, gate, fmean.Floats, p, q, r, dx.Floats, a, b), dx);
            Samples.AssertClose(expectedDx, dx.Span, Tolerance * steepest);
        }
    }

    [Theory]
    [InlineData(64 * 1024, 16)]
    [InlineData(5000, 19)]
    [InlineData(3001, 6)]
    [InlineData(11, 3)]
    public void A_mean_a_million_times_the_deviation_keeps_four_digits_of_the_variance(int rows, int columns)
    {
        double[] x = [.. Samples.Doubles((long)rows * columns, 1).Select(v => (double)(float)((v * Math.Sqrt(3)) + 1e6))];
        double[] m = new double[columns], variance = new double[columns];
        BatchNormReference.Statistics(rows, columns, x, m, variance);
        using GuardedArray fx = Of(x), fmean = new(columns), fvariance = new(columns), workspace = new(BatchNorm.WorkspaceFloats(rows, columns));
        BatchNorm.SumStatistics(rows, columns, fx.Floats, workspace.Floats, 0, BatchNorm.ReductionUnits(rows, columns));
        BatchNorm.CombineStatistics(rows, columns, workspace.Floats, fmean.Floats, fvariance.Floats, 0, BatchNorm.CombineUnits(columns));
        for (int c = 0; c < columns; c++)
        {
            Assert.InRange(Math.Abs((fvariance.Span[c] / variance[c]) - 1), 0, 1e-4);
        }
    }

    [Fact]
    public void NaN_passes_through()
    {
        using GuardedArray x = new(20), scale = new(10), shift = new(10), y = new(20);
        scale.Span.Fill(1);
        x.Span[3] = x.Span[19] = float.NaN;
        BatchNorm.Apply(2, 10, relu: true, x.Floats, null, scale.Floats, shift.Floats, y.Floats, 0, BatchNorm.ElementwiseUnits(2, 10));
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(i is 3 or 19, float.IsNaN(y.Span[i]));
        }
    }

    private static GuardedArray Of(double[] values) => GuardedArray.Of(Samples.Floats(values));

    private static double[] Doubles(GuardedArray values) => Array.ConvertAll(values.Span.ToArray(), v => (double)v);
}
