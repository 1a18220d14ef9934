namespace Descent.Kernels.Tests;

[Trait(SimdTiers.Trait, SimdTiers.All)]
public sealed unsafe class ReduceTests
{
    // Chains have at most 1,024 additions (16,384 elements over 16 lanes), whose roundings partly cancel: 80 of them at worst.
    private const double SumTolerance = 80 * 6e-8;

    public static TheoryData<int, int, int> AxisShapes => new()
    {
        { 1, 0, 3 }, { 1, 3, 0 }, { 0, 3, 3 }, { 1, 1, 1 }, { 3, 1, 5 }, { 7, 10, 1 }, { 64, 10, 1 }, { 1, 64, 10 }, { 1, 64, 257 },
        { 5, 33, 17 }, { 100, 4, 3 }, { 2, 9, 1100 }, { 1, 5000, 16 }, { 1, 40_000, 6 }, { 2, 20_000, 33 }, { 1, 100_003, 1 },
        { 3, 16_384, 1 }, { 3, 16_385, 1 }, { 2, 49_153, 1 }, { 1, 1_100_000, 1 }, { 1, 70_000, 20 },
    };

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
    [MemberData(nameof(AxisShapes))]
    public void Any_axis_equals_the_reference_for_any_split_of_units(int outer, int n, int inner)
    {
        float[] x = Values(outer * n * inner, seed: n);
        CheckAxis<SumReduction>(x, outer, n, inner);
        CheckAxis<MaxReduction>(x, outer, n, inner);
        CheckAxis<MinReduction>(x, outer, n, inner);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16_384)]
    [InlineData(16_385)]
    [InlineData(90_000)]
    [InlineData(1_000_003)]
    public void Chunks_of_a_row_come_to_the_bits_of_the_whole_row(int n)
    {
        float[] x = Values(n, seed: n);
        var reduce = new AxisReduce<SumReduction>(1, n, 1);
        float[] workspace = new float[reduce.WorkspaceElements];
        float y = 0;
        fixed (float* p = x, w = workspace)
        {
            reduce.Run(p, w is null ? &y : w, 0, reduce.Units);
            if (reduce.Chunks > 1)
            {
                reduce.Combine(w, &y);
            }
            Assert.Equal(RowReduce.Row<SumReduction>(p, n), y);
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
        ReduceReference.Sum(x, [2, 3, 4], axes: 0b010, y);
        Assert.Equal([12, 15, 18, 21, 48, 51, 54, 57], y);
        ReduceReference.Max(x, [2, 3, 4], axes: 0b101, z);
        Assert.Equal([15, 19, 23], z);
        ReduceReference.Min(x, [2, 3, 4], axes: 0b101, z);
        Assert.Equal([0, 4, 8], z);
        ReduceReference.Mean(x, [2, 3, 4], axes: 0b101, z);
        Assert.Equal([7.5, 11.5, 15.5], z);
        double[] one = new double[1];
        ReduceReference.Variance([1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 4], [4], axes: 1, correction: 0, one);
        Assert.Equal(1.25, one[0], 1e-12);
        ReduceReference.Variance([1, 2, 3, 4], [4], axes: 1, correction: 1, one);
        Assert.Equal(5.0 / 3, one[0], 1e-12);
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

    private static void CheckAxis<R>(float[] x, int outer, int n, int inner)
        where R : struct, IReduction
    {
        var reduce = new AxisReduce<R>(outer, n, inner);
        float[] once = Run(units => units);
        float[] single = Run(_ => 1);
        Assert.Equal(once, single);
        double[] expected = Expected<R>(x, outer, n, inner);
        for (int i = 0; i < expected.Length; i++)
        {
            AssertClose<R>(expected[i], once[i], 8 * Math.Max(1, n), $"{R.Name} of ({outer}, {n}, {inner}) at {i}");
        }

        float[] Run(Func<int, int> step)
        {
            float[] y = new float[outer * inner], workspace = new float[reduce.WorkspaceElements];
            Array.Fill(y, -99);
            Array.Fill(workspace, -99);
            fixed (float* from = x, to = y, w = workspace)
            {
                int by = Math.Max(1, step(reduce.Units));
                for (int unit = 0; unit < reduce.Units; unit += by)
                {
                    reduce.Run(from, reduce.Chunks > 1 ? w : to, unit, unit + by);
                }
                if (reduce.Chunks > 1)
                {
                    reduce.Combine(w, to);
                }
            }
            return y;
        }
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
