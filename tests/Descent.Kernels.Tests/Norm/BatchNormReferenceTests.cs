namespace Descent.Kernels.Tests;

public sealed class BatchNormReferenceTests
{
    [Fact]
    public void Backward_is_the_slope_of_the_normalised_output()
    {
        const int Rows = 6, Columns = 2;
        const double Epsilon = 1e-3;
        double[] x = Samples.Doubles(Rows * Columns, 1), dy = Samples.Doubles(Rows * Columns, 2), gamma = [1.5, -0.7];
        double[] mean = new double[Columns], variance = new double[Columns], dx = new double[x.Length], dgamma = new double[Columns], dbeta = new double[Columns];
        BatchNormReference.Statistics(Rows, Columns, x, mean, variance);
        BatchNormReference.Backward(Rows, Columns, Epsilon, x, dy, gamma, mean, variance, dx, dgamma, dbeta);

        // The loss ⟨dy, y⟩ has slope dx; central differences are exact to h².
        const double Step = 1e-5, Tolerance = 1e-8;
        for (int i = 0; i < x.Length; i++)
        {
            Assert.Equal((Loss(x, gamma, i, Step) - Loss(x, gamma, i, -Step)) / (2 * Step), dx[i], Tolerance);
        }
        double Loss(double[] input, double[] scale, int moved, double by)
        {
            double[] v = [.. input];
            v[moved] += by;
            double[] m = new double[Columns], s = new double[Columns];
            BatchNormReference.Statistics(Rows, Columns, v, m, s);
            return v.Select((e, i) => dy[i] * scale[i % Columns] * (e - m[i % Columns]) / Math.Sqrt(s[i % Columns] + Epsilon)).Sum();
        }
        Assert.Equal(dy.Where((_, i) => i % 2 == 1).Sum(), dbeta[1], 1e-12);
    }
}
