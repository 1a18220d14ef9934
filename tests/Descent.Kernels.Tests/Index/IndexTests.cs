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
        CheckGather<float>(outer, n, inner, count);
        CheckGather<byte>(outer, n, inner, count);
        CheckGather<double>(outer, n, inner, count);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Scatter_add_equals_the_reference_bit_for_bit_for_any_split(int outer, int n, int inner, int count)
    {
        CheckScatter<float>(outer, n, inner, count);
        CheckScatter<double>(outer, n, inner, count);
        CheckScatter<long>(outer, n, inner, count);
        CheckScatter<byte>(outer, n, inner, count);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gather_and_scatter_add_along_an_axis_equal_the_reference_for_any_split(int outer, int n, int inner, int count)
    {
        CheckAlong<float>(outer, n, inner, count);
        CheckAlong<int>(outer, n, inner, count);
        CheckAlong<double>(outer, n, inner, count);
    }

    [Fact]
    public void Scatter_add_of_every_length_equals_the_reference()
    {
        for (int inner = 0; inner <= 257; inner++)
        {
            CheckScatter<float>(2, 3, inner, 5);
            CheckAlong<float>(2, 3, inner, 5);
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(-1)]
    [InlineData(1L << 32)]
    [InlineData(long.MinValue)]
    public void The_first_index_out_of_range_is_reported(long bad)
    {
        float[] x = new float[8], y = new float[12];
        Array.Fill(y, -1);
        long[] index = [3, 0, bad, 1, bad, 2];
        int[] workspace = new int[11];
        fixed (float* p = x, q = y)
        fixed (long* t = index)
        fixed (int* w = workspace)
        {
            var gather = new Gather(outer: 1, n: 4, inner: 2, count: 6);
            Assert.Equal(2, gather.Run(p, t, q, 0, 6));
            Assert.Equal(4, gather.Run(p, t, q, 3, 6));
            Assert.Equal(-1, gather.Run(p, t, q, 0, 2));
            Assert.Equal([0, 0, 0, 0, -1, -1, 0, 0, -1, -1, 0, 0], y);
            Assert.Equal(2, new ScatterAdd(outer: 1, n: 4, inner: 2, count: 6).Sort(t, w));
            Assert.Equal(2, OneHot.Run(t, 2, q, 1, 6));
            Assert.Equal(0, OneHot.Run(t, 2, q, 0, 6));
            Assert.Equal(2, new GatherAlong(outer: 1, n: 4, inner: 2, count: 3).Run(p, t, q, 0, 3));
            Assert.Equal(4, new GatherAlong(outer: 1, n: 4, inner: 2, count: 3).Run(p, t, q, 2, 3));
            Assert.Equal(2, new ScatterAddAlong(outer: 1, n: 4, inner: 2, count: 3).Run(q, t, p, 0, 1));
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => IndexReference.Gather<float>(x, [bad], 1, 4, 2, y));
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
            CheckArg(3, n, 1, distinct: 5);
            CheckArg(2, n, 1, distinct: 100_000);
        }
        CheckArg(1, 100_000, 1, distinct: 1_000_000);
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
        CheckArg(outer, n, inner, distinct: 4);
        CheckArg(outer, n, inner, distinct: 1000);
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
                return ArgReduce<MaxReduction>.Row(p, x.Length);
            }
        }
    }

    private static void CheckGather<T>(int outer, int n, int inner, int count)
        where T : unmanaged, INumberBase<T>
    {
        long[] index = Indices(n, count);
        T[] x = [.. Enumerable.Range(0, outer * n * inner).Select(i => T.CreateTruncating(i))];
        T[] expected = new T[outer * count * inner], y = new T[expected.Length];
        IndexReference.Gather<T>(x, index, outer, n, inner, expected);
        var gather = new Gather(outer, n, inner, count);
        Assert.Equal(outer * count, gather.Rows);
        fixed (T* p = x, q = y)
        fixed (long* t = index)
        {
            nint middle = gather.Rows / 3;
            Assert.Equal(-1, gather.Run(p, t, q, middle, gather.Rows));
            Assert.Equal(-1, gather.Run(p, t, q, 0, middle));
        }
        Assert.Equal(expected, y);
    }

    private static void CheckScatter<T>(int outer, int n, int inner, int count)
        where T : unmanaged, INumberBase<T>
    {
        long[] index = Indices(n, count);
        T[] x = Numbers<T>(outer * count * inner), expected = new T[outer * n * inner], y = Numbers<T>(expected.Length);
        IndexReference.ScatterAdd<T>(x, index, outer, n, inner, expected);
        var scatter = new ScatterAdd(outer, n, inner, count);
        int[] workspace = new int[scatter.WorkspaceElements];
        Array.Fill(workspace, 12_345);
        fixed (T* p = x, q = y)
        fixed (int* w = workspace)
        fixed (long* t = index)
        {
            Assert.Equal(-1, scatter.Sort(t, w));
            for (nint row = scatter.Rows - 1; row >= 0; row--)
            {
                scatter.Run(p, w, q, row, row + 1);
            }
        }
        Assert.Equal(expected, y);
    }

    private static void CheckAlong<T>(int outer, int n, int inner, int count)
        where T : unmanaged, INumberBase<T>
    {
        long[] index = Indices(n, outer * count * inner);
        T[] x = Numbers<T>(outer * n * inner), gathered = new T[index.Length], scattered = new T[x.Length];
        T[] expectedGathered = new T[index.Length], expectedScattered = new T[x.Length];
        IndexReference.GatherAlong<T>(x, index, outer, n, inner, count, expectedGathered);
        IndexReference.ScatterAddAlong<T>(expectedGathered, index, outer, n, inner, count, expectedScattered);
        Array.Fill(scattered, T.One);
        var gather = new GatherAlong(outer, n, inner, count);
        var scatter = new ScatterAddAlong(outer, n, inner, count);
        fixed (T* p = x, q = gathered, r = scattered)
        fixed (long* t = index)
        {
            nint middle = gather.Rows / 3;
            Assert.Equal(-1, gather.Run(p, t, q, middle, gather.Rows));
            Assert.Equal(-1, gather.Run(p, t, q, 0, middle));
            for (nint unit = scatter.Units - 1; unit >= 0; unit--)
            {
                Assert.Equal(-1, scatter.Run(q, t, r, unit, unit + 1));
            }
        }
        Assert.Equal(expectedGathered, gathered);
        Assert.Equal(expectedScattered, scattered);
    }

    private static void CheckArg(int outer, int n, int inner, int distinct)
    {
        var random = new Random((n * 1000) + inner + distinct);
        float[] x = [.. Enumerable.Range(0, outer * n * inner).Select(_ => (float)random.Next(distinct))];
        long[] whole = [.. x.Select(v => (long)v)];
        for (int i = 0; i < x.Length; i += 1 + random.Next(3 * n))
        {
            x[i] = distinct == 4 ? float.NaN : x[i];
        }
        CheckArg<MaxReduction, float>(x, outer, n, inner);
        CheckArg<MinReduction, float>(x, outer, n, inner);
        CheckArg<MaxReduction, double>([.. x.Select(v => (double)v)], outer, n, inner);
        CheckArg<MinReduction, long>(whole, outer, n, inner);
        CheckArg<MaxReduction, byte>([.. whole.Select(v => (byte)v)], outer, n, inner);
    }

    private static void CheckArg<R, T>(T[] x, int outer, int n, int inner)
        where R : struct, IExtremum
        where T : unmanaged, INumber<T>
    {
        long[] expected = new long[outer * inner], y = new long[expected.Length];
        IndexReference.ArgReduce<R>([.. x.Select(double.CreateChecked)], outer, n, inner, expected);
        var kernel = new ArgReduce<R>(outer, n, inner);
        fixed (T* p = x)
        fixed (long* q = y)
        {
            for (nint unit = kernel.Units - 1; unit >= 0; unit--)
            {
                kernel.Run(p, q, unit, unit + 1);
            }
        }
        Assert.Equal(expected, y);
    }

    /// <summary>Numbers whose sums round where T does.</summary>
    private static T[] Numbers<T>(int count)
        where T : unmanaged, INumberBase<T>
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating(random.NextDouble() * 100))];
    }

    private static long[] Indices(int n, int count)
    {
        var random = new Random((n * 100) + count);
        return [.. Enumerable.Range(0, count).Select(_ => (long)random.Next(n))];
    }
}
