using System.Numerics;

namespace Descent.Kernels.Tests;

[Trait(SimdTiers.Trait, SimdTiers.All)]
public sealed unsafe class IndexTests
{
    public static TheoryData<int, int, int, int> Shapes => new()
    {
        { 1, 1, 1, 1 }, { 1, 5, 1, 17 }, { 3, 5, 7, 9 }, { 1, 10, 257, 33 }, { 4, 3, 16, 2 }, { 2, 100, 3, 10 },
        { 1, 7, 5, 0 }, { 0, 7, 5, 3 }, { 2, 7, 0, 3 }, { 1, 2, 33, 1000 }, { 5, 1, 8, 4 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gather_equals_the_reference_for_any_split(int outer, int n, int inner, int count)
    {
        CheckGather<float, int>(outer, n, inner, count);
        CheckGather<float, long>(outer, n, inner, count);
        CheckGather<byte, int>(outer, n, inner, count);
        CheckGather<double, long>(outer, n, inner, count);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Scatter_add_equals_the_reference_bit_for_bit_for_any_split(int outer, int n, int inner, int count)
    {
        CheckScatter<int>(outer, n, inner, count);
        CheckScatter<long>(outer, n, inner, count);
    }

    [Fact]
    public void Scatter_add_of_every_length_equals_the_reference()
    {
        for (int inner = 0; inner <= 257; inner++)
        {
            CheckScatter<int>(2, 3, inner, 5);
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void The_first_index_out_of_range_is_reported(int bad)
    {
        float[] x = new float[8], y = new float[12];
        Array.Fill(y, -1);
        int[] index = [3, 0, bad, 1, bad, 2], workspace = new int[11];
        fixed (float* p = x, q = y)
        fixed (int* t = index, w = workspace)
        {
            var gather = new Gather(outer: 1, n: 4, inner: 2, count: 6);
            Assert.Equal(2, gather.Run(p, t, q, 0, 6));
            Assert.Equal(4, gather.Run(p, t, q, 3, 6));
            Assert.Equal(-1, gather.Run(p, t, q, 0, 2));
            Assert.Equal([0, 0, 0, 0, -1, -1, 0, 0, -1, -1, 0, 0], y);
            Assert.Equal(2, new ScatterAdd(outer: 1, n: 4, inner: 2, count: 6).Sort(t, w));
            Assert.Equal(2, OneHot.Run(t, 2, q, 1, 6));
            Assert.Equal(0, OneHot.Run(t, 2, q, 0, 6));
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => IndexReference.Gather<float>(x, [bad], 1, 4, 2, y));
    }

    [Fact]
    public void An_out_of_range_long_is_not_cut_to_an_int()
    {
        long[] index = [1L << 32];
        float x = 1, y = 2;
        fixed (long* t = index)
        {
            Assert.Equal(0, new Gather(1, 1, 1, 1).Run(&x, t, &y, 0, 1));
            Assert.Equal(0, OneHot.Run(t, 1, &y, 0, 1));
        }
    }

    [Fact]
    public void One_hot_equals_the_reference()
    {
        long[] labels = [3, 0, 9, 9, 5];
        double[] expected = new double[50];
        IndexReference.OneHot(labels, 10, expected);
        float[] floats = new float[50];
        Array.Fill(floats, 7);
        byte[] bytes = new byte[50];
        fixed (long* t = labels)
        fixed (float* f = floats)
        fixed (byte* b = bytes)
        {
            Assert.Equal(-1, OneHot.Run(t, 10, f, 0, 5));
            Assert.Equal(-1, OneHot.Run(t, 10, b, 0, 5));
        }
        Assert.Equal(expected, floats.Select(v => (double)v));
        Assert.Equal(expected, bytes.Select(v => (double)v));
        Assert.Equal(5, expected.Sum());
    }

    [Fact]
    public void Argmax_of_every_length_equals_the_reference()
    {
        for (int n = 1; n <= 257; n++)
        {
            CheckArgMax(3, n, 1, distinct: 5);
            CheckArgMax(2, n, 1, distinct: 100_000);
        }
        CheckArgMax(1, 100_000, 1, distinct: 1_000_000);
    }

    [Theory]
    [InlineData(1, 7, 5)]
    [InlineData(3, 10, 64)]
    [InlineData(2, 4, 257)]
    [InlineData(5, 1, 3)]
    [InlineData(0, 3, 3)]
    [InlineData(2, 3, 0)]
    public void Argmax_along_any_axis_equals_the_reference(int outer, int n, int inner)
    {
        CheckArgMax(outer, n, inner, distinct: 4);
        CheckArgMax(outer, n, inner, distinct: 1000);
    }

    [Fact]
    public void The_first_of_equal_maxima_wins_and_any_NaN_before_it()
    {
        Assert.Equal(1, Row(0, 5, 5, 5));
        Assert.Equal(0, Row(-0f, 0f));
        Assert.Equal(2, Row(0, 5, float.NaN, float.NaN, 9));
        Assert.Equal(0, Row(float.NegativeInfinity, float.NegativeInfinity));
        Assert.Equal(1, Row(3, float.PositiveInfinity, float.PositiveInfinity));
        Assert.Equal(19, Row([.. Enumerable.Repeat(1f, 19), 2f, .. Enumerable.Repeat(2f, 30)]));

        static nint Row(params float[] x)
        {
            fixed (float* p = x)
            {
                return ArgMax.Row(p, x.Length);
            }
        }
    }

    private static void CheckGather<T, TIndex>(int outer, int n, int inner, int count)
        where T : unmanaged, INumberBase<T>
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        long[] index = Indices(n, count);
        T[] x = [.. Enumerable.Range(0, outer * n * inner).Select(i => T.CreateTruncating(i))];
        T[] expected = new T[outer * count * inner], y = new T[expected.Length];
        IndexReference.Gather<T>(x, index, outer, n, inner, expected);
        var gather = new Gather(outer, n, inner, count);
        Assert.Equal(outer * count, gather.Rows);
        fixed (T* p = x, q = y)
        fixed (TIndex* t = index.Select(TIndex.CreateTruncating).ToArray())
        {
            nint middle = gather.Rows / 3;
            Assert.Equal(-1, gather.Run(p, t, q, middle, gather.Rows));
            Assert.Equal(-1, gather.Run(p, t, q, 0, middle));
        }
        Assert.Equal(expected, y);
    }

    private static void CheckScatter<TIndex>(int outer, int n, int inner, int count)
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        long[] index = Indices(n, count);
        var random = new Random(n + inner);
        float[] x = [.. Enumerable.Range(0, outer * count * inner).Select(_ => (float)random.NextDouble())];
        float[] expected = [.. Enumerable.Range(0, outer * n * inner).Select(_ => (float)random.NextDouble())], y = [.. expected];
        IndexReference.ScatterAdd<float>(x, index, outer, n, inner, expected);
        var scatter = new ScatterAdd(outer, n, inner, count);
        int[] workspace = new int[scatter.WorkspaceElements];
        Array.Fill(workspace, 12_345);
        fixed (float* p = x, q = y)
        fixed (int* w = workspace)
        fixed (TIndex* t = index.Select(TIndex.CreateTruncating).ToArray())
        {
            Assert.Equal(-1, scatter.Sort(t, w));
            for (nint row = scatter.Rows - 1; row >= 0; row--)
            {
                scatter.Run(p, w, q, row, row + 1);
            }
        }
        Assert.Equal(expected, y);
    }

    private static void CheckArgMax(int outer, int n, int inner, int distinct)
    {
        var random = new Random((n * 1000) + inner + distinct);
        float[] x = [.. Enumerable.Range(0, outer * n * inner).Select(_ => (float)random.Next(distinct))];
        for (int i = 0; i < x.Length; i += 1 + random.Next(3 * n))
        {
            x[i] = distinct == 4 ? float.NaN : x[i];
        }
        long[] expected = new long[outer * inner], y = new long[expected.Length];
        int[] y32 = new int[expected.Length];
        IndexReference.ArgMax([.. x.Select(v => (double)v)], outer, n, inner, expected);
        var argMax = new ArgMax(outer, n, inner);
        fixed (float* p = x)
        fixed (long* q = y)
        fixed (int* r = y32)
        {
            argMax.Run(p, r, 0, argMax.Units);
            for (nint unit = argMax.Units - 1; unit >= 0; unit--)
            {
                argMax.Run(p, q, unit, unit + 1);
            }
        }
        Assert.Equal(expected, y);
        Assert.Equal(expected, y32.Select(v => (long)v));
    }

    private static long[] Indices(int n, int count)
    {
        var random = new Random((n * 100) + count);
        return [.. Enumerable.Range(0, count).Select(_ => (long)random.Next(n))];
    }
}
