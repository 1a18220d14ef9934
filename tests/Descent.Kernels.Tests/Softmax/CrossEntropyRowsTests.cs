namespace Descent.Kernels.Tests;

[Trait(SimdTiers.Trait, SimdTiers.All)]
public sealed unsafe class CrossEntropyRowsTests
{
    private const long Ignored = -100;
    private const double Tolerance = 2e-6;

    public static TheoryData<double, double> Options => new()
    {
        { 0, 1 }, { 0.1, 1 }, { 0, 5 }, { 0.3, 5 }, { 0, 1e4 }, { 0.1, 1e4 },
    };

    [Theory]
    [MemberData(nameof(Options))]
    public void Losses_and_gradients_equal_the_reference(double smoothing, double scale)
    {
        for (int n = 1; n <= 257; n += n < 40 ? 1 : 7)
        {
            Check(7, n, smoothing, scale);
        }
        Check(300, 10, smoothing, scale);
        Check(3, 5000, smoothing, scale);
    }

    [Fact]
    public void Gradients_of_the_reference_are_slopes()
    {
        double[] x = [0.3, -1.2, 2.0, 0.7, 0.1, 1, 2, 3, 4, 5], dy = [1, 1], dx = new double[10], loss = new double[2];
        long[] labels = [2, 4];
        SoftmaxReference.CrossEntropyBackward(x, labels, 5, 0.1, Ignored, dy, dx);
        for (int i = 0; i < x.Length; i++)
        {
            double[] moved = [.. x];
            moved[i] += 1e-6;
            SoftmaxReference.CrossEntropy(moved, labels, 5, 0.1, Ignored, loss);
            double up = loss.Sum();
            moved[i] -= 2e-6;
            SoftmaxReference.CrossEntropy(moved, labels, 5, 0.1, Ignored, loss);
            Assert.Equal((up - loss.Sum()) / 2e-6, dx[i], 1e-8);
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(-1)]
    [InlineData(1L << 32)]
    public void The_first_label_out_of_range_is_reported(long bad)
    {
        float[] x = new float[6 * 5], loss = new float[6], normalizers = new float[12];
        long[] labels = [0, 4, bad, 1, bad, 2];
        fixed (float* p = x, l = loss, m = normalizers)
        fixed (long* t = labels)
        {
            var entropy = new CrossEntropyRows(5);
            Assert.Equal(2, entropy.Forward(p, t, l, m, 0, 6));
            Assert.Equal(4, entropy.Forward(p, t, l, m, 3, 6));
            Assert.Equal(-1, entropy.Forward(p, t, l, m, 0, 2));
        }
        Assert.True(float.IsNaN(loss[2]) && float.IsNaN(loss[4]));
        Assert.Equal(MathF.Log(5), loss[1], 1e-6f);
    }

    [Fact]
    public void A_certain_right_answer_costs_nothing_and_a_wrong_one_its_distance()
    {
        float[] x = [1e4f, -1e4f, 1e4f, -1e4f], loss = new float[2], normalizers = new float[4], dx = new float[4];
        long[] labels = [0, 1];
        float one = 1;
        fixed (float* p = x, l = loss, m = normalizers, d = dx)
        fixed (long* t = labels)
        {
            var entropy = new CrossEntropyRows(2);
            entropy.Forward(p, t, l, m, 0, 2);
            entropy.Backward(p, t, m, &one, 0, d, 0, 2);
        }
        Assert.Equal([0, 20_000], loss);
        Assert.Equal([0, 0, 1, -1], dx);
    }

    private static void Check(int rows, int n, double smoothing, double scale)
    {
        var random = new Random((rows * 1000) + n);
        float[] x = [.. Enumerable.Range(0, rows * n).Select(_ => (float)(scale * ((2 * random.NextDouble()) - 1)))];
        float[] dy = [.. Enumerable.Range(0, rows).Select(_ => (float)random.NextDouble() + 0.5f)];
        long[] labels = [.. Enumerable.Range(0, rows).Select(i => i % 5 == 3 ? Ignored : random.Next(n))];

        double[] expectedLoss = new double[rows], expectedDx = new double[rows * n];
        double[] x64 = Widen(x);
        float smoothing32 = (float)smoothing;
        SoftmaxReference.CrossEntropy(x64, labels, n, smoothing32, Ignored, expectedLoss);
        SoftmaxReference.CrossEntropyBackward(x64, labels, n, smoothing32, Ignored, Widen(dy), expectedDx);

        var entropy = new CrossEntropyRows(n, smoothing32, Ignored);
        float[] loss = new float[rows], normalizers = new float[2 * rows], dx = new float[(rows * n) + 1];
        dx[^1] = 77;
        fixed (float* p = x, l = loss, m = normalizers, u = dy, d = dx)
        fixed (long* t = labels)
        {
            // In two parts, the second first: rows do not depend on each other.
            int middle = rows / 2;
            foreach ((int first, int last) in new[] { (middle, rows), (0, middle) })
            {
                Assert.Equal(-1, entropy.Forward(p, t, l, m, first, last));
                entropy.Backward(p, t, m, u, 1, d, first, last);
            }
        }
        for (int row = 0; row < rows; row++)
        {
            Assert.Equal(expectedLoss[row], loss[row], Tolerance * Math.Max(1, scale));
            for (int k = 0; k < n; k++)
            {
                Assert.Equal(expectedDx[(row * n) + k], dx[(row * n) + k], Tolerance);
            }
        }
        Assert.Equal(77, dx[^1]);
    }

    private static double[] Widen(float[] x) => [.. x.Select(v => (double)v)];
}
