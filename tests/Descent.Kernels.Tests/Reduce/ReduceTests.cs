namespace Descent.Kernels.Tests;

[Trait(SimdTiers.Trait, SimdTiers.All)]
public sealed unsafe class ReduceTests
{
    // Chains have at most 1,024 additions (16,384 elements over 16 lanes), whose roundings partly cancel: 80 of them at worst.
    private const double SumTolerance = 80 * 6e-8;

    [Fact]
    public void Rows_of_every_length_equal_the_reference()
    {
        for (int n = 0; n <= 257; n++)
        {
            float[] x = Values(n, seed: n);
            CheckRow<SumReduction>(x);
            CheckRow<MaxReduction>(x);
            CheckRow<MinReduction>(x);
        }
    }

    [Fact]
    public void Columns_of_every_width_equal_the_reference_and_do_not_depend_on_their_neighbours()
    {
        foreach (int rows in new[] { 0, 1, 2, 3, 4, 7, 65 })
        {
            for (int cols = 1; cols <= 131; cols++)
            {
                CheckColumns<SumReduction>(rows, cols);
                CheckColumns<MaxReduction>(rows, cols);
            }
        }
    }

    [Theory]
    [InlineData(16_384)]
    [InlineData(16_385)]
    [InlineData(90_000)]
    [InlineData(1_000_003)]
    public void Rows_of_many_blocks_equal_the_reference(int n)
    {
        float[] x = Values(n, seed: n);
        CheckRow<SumReduction>(x);
        CheckRow<MaxReduction>(x);
    }

    [Fact]
    public void Integers_reduce_exactly_and_sums_wrap_around()
    {
        var random = new Random(1);
        for (int n = 0; n <= 70; n++)
        {
            long[] x = [.. Enumerable.Range(0, n).Select(_ => random.NextInt64(long.MinValue, long.MaxValue))];
            fixed (long* p = x)
            {
                Assert.Equal(x.Aggregate(0L, (sum, v) => unchecked(sum + v)), IntegerReduce.Run<SumReduction>(p, n));
                Assert.Equal(x.Append(long.MinValue).Max(), IntegerReduce.Run<MaxReduction>(p, n));
                Assert.Equal(x.Append(long.MaxValue).Min(), IntegerReduce.Run<MinReduction>(p, n));
            }
        }
    }

    [Fact]
    public void A_long_sum_keeps_its_digits()
    {
        // Ten million tenths: a single chain of additions ends at 1,087,937.
        float[] x = new float[10_000_000];
        Array.Fill(x, 0.1f);
        fixed (float* p = x)
        {
            Assert.Equal(1_000_000f, RowReduce.Row<SumReduction>(p, x.Length), 20f);
        }
    }

    [Fact]
    public void A_NaN_anywhere_becomes_the_maximum_and_the_minimum()
    {
        float* y = stackalloc float[140];
        float[] values = Values(140, seed: 0);
        for (int n = 1; n <= 140; n++)
        {
            for (int at = 0; at < n; at++)
            {
                float[] x = values[..n];
                x[at] = float.NaN;
                fixed (float* p = x)
                {
                    Assert.True(float.IsNaN(RowReduce.Row<MaxReduction>(p, n)), $"max, {at} of {n}");
                    Assert.True(float.IsNaN(RowReduce.Row<MinReduction>(p, n)), $"min, {at} of {n}");
                    ColumnReduce.Run<MaxReduction>(p, n, 1, n, y);
                    Assert.True(float.IsNaN(y[at]), $"column max, {at} of {n}");
                }
            }
        }
    }

    [Fact]
    public void An_empty_set_reduces_to_the_identity()
    {
        Assert.Equal(0, RowReduce.Row<SumReduction>(null, 0));
        Assert.Equal(float.NegativeInfinity, RowReduce.Row<MaxReduction>(null, 0));
        Assert.Equal(float.PositiveInfinity, RowReduce.Row<MinReduction>(null, 0));
    }

    [Fact]
    public void The_reference_reduces_any_axes()
    {
        double[] x = [.. Enumerable.Range(0, 24).Select(i => (double)i)];
        double[] y = new double[2 * 4], z = new double[3];
        ReduceReference.Run<SumReduction>(x, [2, 3, 4], axes: 0b010, y);
        Assert.Equal([12, 15, 18, 21, 48, 51, 54, 57], y);
        ReduceReference.Run<MaxReduction>(x, [2, 3, 4], axes: 0b101, z);
        Assert.Equal([15, 19, 23], z);
        ReduceReference.Run<MinReduction>(x, [2, 3, 4], axes: 0b101, z);
        Assert.Equal([0, 4, 8], z);
    }

    private static void CheckRow<R>(float[] x)
        where R : struct, IReduction
    {
        fixed (float* p = x)
        {
            float actual = RowReduce.Row<R>(p, x.Length);
            AssertClose<R>(Expected<R>(x, 1, x.Length, 1)[0], actual, Magnitudes(x), $"{R.Name} of {x.Length}");
        }
    }

    private static void CheckColumns<R>(int rows, int cols)
        where R : struct, IReduction
    {
        int stride = cols + 3;
        float[] x = Values((rows * stride) + 1, seed: (rows * 1000) + cols), y = new float[cols + 1];
        y[cols] = 77;
        fixed (float* p = x, q = y)
        {
            ColumnReduce.Run<R>(p, stride, rows, cols, q);
            for (int c = 0; c < cols; c++)
            {
                float alone;
                ColumnReduce.Run<R>(p + c, stride, rows, 1, &alone);
                Assert.Equal(alone, y[c]);
                float[] column = [.. Enumerable.Range(0, rows).Select(r => x[(r * stride) + c])];
                AssertClose<R>(Expected<R>(column, 1, rows, 1)[0], y[c], Magnitudes(column), $"{R.Name}, column {c} of {rows} × {cols}");
            }
        }
        Assert.Equal(77, y[cols]);
    }

    private static double[] Expected<R>(float[] x, int outer, int n, int inner)
        where R : struct, IReduction
    {
        double[] y = new double[outer * inner];
        ReduceReference.Run<R>([.. x.Select(v => (double)v)], [outer, n, inner], axes: 0b010, y);
        return y;
    }

    private static void AssertClose<R>(double expected, float actual, double magnitudes, string what)
        where R : struct, IReduction
    {
        double tolerance = typeof(R) == typeof(SumReduction) ? SumTolerance * magnitudes : 0;
        Assert.True(expected.Equals(actual) || Math.Abs(expected - actual) <= tolerance, $"{what}: {actual}, expected {expected}");
    }

    private static double Magnitudes(float[] x) => x.Sum(v => Math.Abs((double)v));

    private static float[] Values(int count, int seed)
    {
        var random = new Random(seed);
        float[] x = new float[count];
        for (int i = 0; i < count; i++)
        {
            x[i] = (float)((random.NextDouble() * 16) - 8);
        }
        return x;
    }
}
