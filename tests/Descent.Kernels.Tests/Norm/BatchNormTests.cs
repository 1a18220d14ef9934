namespace Descent.Kernels.Tests;

[Trait(SimdTiers.Trait, SimdTiers.All)]
public sealed unsafe class BatchNormTests
{
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
    public void Statistics_equal_their_definition(int rows, int columns, double mean)
    {
        double[] x = [.. Samples.Doubles((long)rows * columns, 1).Select(v => (double)(float)(v + mean))];
        double[] m = new double[columns], variance = new double[columns];
        BatchNormReference.Statistics(rows, columns, x, m, variance);

        using GuardedArray fx = Of(x), fmean = new(columns), fvariance = new(columns), workspace = new(BatchNorm.WorkspaceFloats(rows, columns));
        int chunks = BatchNorm.ReductionUnits(rows, columns), combines = BatchNorm.CombineUnits(columns);
        Units.All(chunks, (a, b) => BatchNorm.SumStatistics(rows, columns, fx.Floats, workspace.Floats, a, b), workspace);
        Units.All(
            combines, (a, b) => BatchNorm.CombineStatistics(rows, columns, workspace.Floats, fmean.Floats, fvariance.Floats, a, b), fmean, fvariance);
        Samples.AssertClose(m, fmean.Span, 1e-7 * (1 + Math.Abs(mean)));
        Samples.AssertClose(variance, fvariance.Span, 1e-6);
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

    private static GuardedArray Of(double[] values) => GuardedArray.Of(Samples.Floats(values));
}
