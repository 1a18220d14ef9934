namespace Descent.Kernels.Tests;

[Trait(SimdTiers.Trait, SimdTiers.All)]
public sealed unsafe class SoftmaxRowsTests
{
    // Two exponentials and a sum of up to 1,000 terms over at least 4 lanes: some tens of roundings at worst.
    private const double Tolerance = 1e-6;

    public static TheoryData<double> Scales => [0, 1, 30, 1e4];

    // Without hardware vectors every lane is a call; there a few lengths do.
    private static int Step => SimdTiers.Current == SimdTier.Software ? 7 : 1;

    private delegate void FastForward(float* x, float* y, nint n, nint firstRow, nint lastRow);

    private delegate void FastBackward(float* y, float* dy, float* dx, nint n, nint firstRow, nint lastRow);

    private delegate void Naive(ReadOnlySpan<double> x, int n, Span<double> y);

    private delegate void NaiveBackward(ReadOnlySpan<double> y, ReadOnlySpan<double> dy, int n, Span<double> dx);

    [Theory]
    [MemberData(nameof(Scales))]
    public void Rows_of_every_length_equal_the_reference(double scale)
    {
        for (int n = 1; n <= 257; n += Step)
        {
            int rows = n % 5;
            float[] x = Values(rows * n, scale, seed: n);
            Compare(SoftmaxRows.Softmax, SoftmaxReference.Softmax, x, rows, n, absolute: Tolerance);
            Compare(SoftmaxRows.LogSoftmax, SoftmaxReference.LogSoftmax, x, rows, n, absolute: Tolerance * Math.Max(1, scale));
        }
    }

    [Fact]
    public void Gradients_of_every_length_equal_the_reference()
    {
        for (int n = 1; n <= 257; n += Step)
        {
            int rows = n % 5;
            double[] x = [.. Values(rows * n, 3, seed: n).Select(v => (double)v)], y = new double[rows * n];
            float[] dy = Values(rows * n, 1, seed: n + 1000);
            SoftmaxReference.Softmax(x, n, y);
            CompareBackward(SoftmaxRows.SoftmaxBackward, SoftmaxReference.SoftmaxBackward, y, dy, rows, n);
            SoftmaxReference.LogSoftmax(x, n, y);
            CompareBackward(SoftmaxRows.LogSoftmaxBackward, SoftmaxReference.LogSoftmaxBackward, y, dy, rows, n);
        }
    }

    [Fact]
    public void Gradients_of_the_reference_are_slopes()
    {
        double[] x = [0.3, -1.2, 2.0, 0.7, 0.1], dy = [1.5, -0.5, 0.25, 2, -1];
        double[] y = new double[5], dx = new double[5];
        SoftmaxReference.Softmax(x, 5, y);
        SoftmaxReference.SoftmaxBackward(y, dy, 5, dx);
        AssertSlopes(SoftmaxReference.Softmax, x, dy, dx);
        SoftmaxReference.LogSoftmax(x, 5, y);
        SoftmaxReference.LogSoftmaxBackward(y, dy, 5, dx);
        AssertSlopes(SoftmaxReference.LogSoftmax, x, dy, dx);
    }

    [Fact]
    public void Large_logits_overflow_nowhere()
    {
        float[] x = [1e4f, -1e4f, 1e4f, 9_999, 3e38f, -3e38f, 0, 1];
        float[] y = new float[8];
        fixed (float* p = x, q = y)
        {
            SoftmaxRows.Softmax(p, q, 4, 0, 2);
            Assert.All(y, v => Assert.True(float.IsFinite(v)));
            Assert.Equal(0.4223188, y[0], 1e-6);
            Assert.Equal(0, y[1]);
            Assert.Equal([1, 0, 0, 0], y[4..]);
        }
    }

    [Fact]
    public void Infinite_and_NaN_logits_do_as_documented()
    {
        const float infinity = float.PositiveInfinity;
        float[] x = [-infinity, 0, -infinity, 0, -infinity, -infinity, -infinity, -infinity, 1, float.NaN, 2, 3];
        float[] y = new float[12];
        fixed (float* p = x, q = y)
        {
            SoftmaxRows.Softmax(p, q, 4, 0, 3);
            Assert.Equal([0, 0.5f, 0, 0.5f], y[..4]);
            Assert.All(y[4..], v => Assert.True(float.IsNaN(v)));
            SoftmaxRows.LogSoftmax(p, q, 4, 0, 3);
            Assert.Equal([-infinity, -infinity], [y[0], y[2]]);
            Assert.Equal(-MathF.Log(2), y[1], 1e-6f);
            Assert.All(y[4..], v => Assert.True(float.IsNaN(v)));
        }
    }

    private static void Compare(FastForward fast, Naive naive, float[] x, int rows, int n, double absolute)
    {
        double[] expected = new double[rows * n];
        naive([.. x.Select(v => (double)v)], n, expected);
        float[] together = new float[(rows * n) + 1], apart = new float[(rows * n) + 1];
        together[^1] = apart[^1] = 77;
        fixed (float* p = x, q = together, r = apart)
        {
            fast(p, q, n, 0, rows);
            for (int row = rows - 1; row >= 0; row--)
            {
                fast(p, r, n, row, row + 1);
            }
        }
        Assert.Equal(together, apart);
        Assert.Equal(77, together[^1]);
        for (int i = 0; i < expected.Length; i++)
        {
            bool close = Math.Abs(expected[i] - together[i]) <= absolute;
            Assert.True(close, $"{fast.Method.Name}, n = {n}, {i}: {together[i]}, expected {expected[i]}");
        }
    }

    private static void CompareBackward(FastBackward fast, NaiveBackward naive, double[] y, float[] dy, int rows, int n)
    {
        float[] y32 = [.. y.Select(v => (float)v)], dx = new float[rows * n];
        double[] expected = new double[rows * n];
        naive([.. y32.Select(v => (double)v)], [.. dy.Select(v => (double)v)], n, expected);
        fixed (float* p = y32, q = dy, r = dx)
        {
            fast(p, q, r, n, 0, rows);
            for (int i = 0; i < dx.Length; i++)
            {
                Assert.Equal(expected[i], dx[i], 4e-6);
            }
            // Over its own upstream gradient, as a plan may place it.
            fast(p, q, q, n, 0, rows);
        }
        Assert.Equal(dx, dy);
    }

    private static void AssertSlopes(Naive forward, double[] x, double[] dy, double[] dx)
    {
        const double step = 1e-6;
        double[] up = new double[x.Length], down = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            double[] moved = [.. x];
            moved[i] = x[i] + step;
            forward(moved, x.Length, up);
            moved[i] = x[i] - step;
            forward(moved, x.Length, down);
            double slope = up.Zip(down, dy).Sum(t => (t.First - t.Second) / (2 * step) * t.Third);
            Assert.Equal(slope, dx[i], 1e-8);
        }
    }

    private static float[] Values(int count, double scale, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(scale * ((2 * random.NextDouble()) - 1)))];
    }
}
