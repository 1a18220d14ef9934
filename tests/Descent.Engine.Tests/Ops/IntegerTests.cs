namespace Descent.Engine.Tests;

/// <summary>Integers on the device against C#'s own arithmetic: double precision, the interpreter's, ends at 2⁵³.</summary>
public sealed class IntegerTests
{
    private const long Big = (1L << 53) + 1;

    private static readonly Device s_device = Device.Cpu(threads: 3);
    private static readonly long[] s_left = [0, 1, -1, Big, -Big, long.MaxValue, long.MinValue, 77];
    private static readonly long[] s_right = [3, -1, 1, Big + 1, Big, 2, -1, -77];

    private static Tensor Left => Tensor.From(s_left, new(8), s_device);

    private static Tensor Right => Tensor.From(s_right, new(8), s_device);

    [Fact]
    public void Arithmetic_is_exact_and_wraps_around()
    {
        AssertLongs((a, b) => unchecked(a + b), Left + Right);
        AssertLongs((a, b) => unchecked(a - b), Left - Right);
        AssertLongs((a, b) => unchecked(a * b), Left * Right);
        AssertLongs(Math.Max, Left.Max(Right));
        AssertLongs(Math.Min, Left.Min(Right));
        AssertLongs((a, _) => unchecked(-a), -Left);
        AssertLongs((a, _) => a == long.MinValue ? a : Math.Abs(a), Left.Abs());
        AssertLongs((a, _) => Math.Sign(a), Left.Sign());
        AssertLongs((a, _) => Math.Clamp(a, -5, 6), Left.Clamp(-5, 6));
        AssertLongs((a, b) => a > b ? a : b - 1, Tensor.Select(Left > Right, Left, Right - 1));
    }

    [Fact]
    public void Comparisons_see_the_last_bit()
    {
        AssertBools((a, b) => a > b, Left > Right);
        AssertBools((a, b) => a <= b, Left <= Right);
        AssertBools((a, b) => a == b, Left.EqualTo(Right));
        AssertBools((a, b) => a != b, Left.NotEqualTo(Right));
        AssertBools((a, b) => a != 0 && b != 0, Left & Right);
        AssertBools((a, _) => a == 0, !Left);
    }

    [Fact]
    public void Narrow_types_wrap_around_and_wide_numbers_widen_them()
    {
        Tensor ints = Tensor.From([int.MaxValue, int.MinValue, -3], new(3), s_device), bytes = Tensor.From<byte>([0, 200, 255], new(3), s_device);
        Assert.Equal([int.MinValue, int.MinValue + 1, -2], (ints + 1).ToArray<int>());
        Assert.Equal([1, 0, 9], (ints * ints).ToArray<int>());
        Assert.Equal([0, 144, 254], (bytes + bytes).ToArray<byte>());
        Assert.Equal([-1, 199, 254], (bytes + -1).ToArray<int>());
        Assert.Equal([int.MaxValue + 3_000_000_000L, int.MinValue + 3_000_000_000L, 2_999_999_997], (ints + 3e9).ToArray<long>());
        Assert.Equal([false, true, false], bytes.EqualTo(200).ToArray<bool>());
        Assert.Equal([false, false, false], bytes.EqualTo(-56).ToArray<bool>());
    }

    [Fact]
    public void Beside_a_float_integers_become_floats()
    {
        Tensor n = Tensor.From([3L, -1, (1L << 24) + 1], new(3), s_device), x = Tensor.From([0.5f, 2, 0], new(3), s_device);
        Assert.Equal([3.5f, 1, 1 << 24], (n + x).ToArray<float>());
        Assert.Equal([0.75f, -0.25f, 4194304], (n / 4).ToArray<float>());
        Assert.Equal([true, false, true], (n > x).ToArray<bool>());
        Assert.Equal([3f, -1, 0], Tensor.Select(x, n, x).ToArray<float>());
        Assert.Equal([3L, -1, 0], Tensor.Select(x, n, n.Sum() * 0).ToArray<long>());
        Assert.Equal([0.5f, 2, 0], Tensor.Select(n, x, x * 7).ToArray<float>());
        Assert.Equal(MathF.Exp(-1), n.Exp().ToArray<float>()[1], 1e-6f);
    }

    [Fact]
    public void Operands_broadcast_and_may_be_views()
    {
        Tensor x = Tensor.From([.. Enumerable.Range(0, 6_000).Select(i => (long)i)], new(60, 100), s_device);
        Tensor rows = Tensor.From([.. Enumerable.Range(0, 60)], new(60), s_device);
        long[] y = ((x.T * rows) - x.Flip(0).T.Narrow(1, 0, 1)).ToArray<long>();
        for (int i = 0; i < y.Length; i++)
        {
            (int column, int row) = Math.DivRem(i, 60);
            Assert.Equal((((row * 100) + column) * (long)row) - (5_900 + column), y[i]);
        }
    }

    [Theory]
    [InlineData(new int[0])]
    [InlineData(new[] { 0 })]
    [InlineData(new[] { 1 })]
    [InlineData(new[] { 0, 2 })]
    public void Reductions_over_any_axes_are_exact(int[] axes)
    {
        var shape = new Shape(40, 30, 50);
        long[] values = [.. Enumerable.Range(0, (int)shape.Count).Select(i => ((i * 7919L) % 10_007) + Big)];
        Tensor x = Tensor.From(values, shape, s_device);
        int[] over = axes.Length == 0 ? [0, 1, 2] : axes;
        long[][] groups = [.. Enumerable.Range(0, values.Length).GroupBy(Kept).OrderBy(g => g.Key).Select(g => g.Select(i => values[i]).ToArray())];
        Assert.Equal(groups.Select(g => g.Aggregate(0L, (a, b) => unchecked(a + b))), x.Sum(axes).ToArray<long>());
        Assert.Equal(groups.Select(g => g.Max()), x.Max(axes).ToArray<long>());
        Assert.Equal(groups.Select(g => g.Min()), x.Min(axes).ToArray<long>());
        Assert.Equal(groups.Select(g => (long)Array.IndexOf(g, g.Max())), x.ArgMax(axes).ToArray<long>());
        Assert.Equal(groups.Select(g => (long)Array.IndexOf(g, g.Min())), x.ArgMin(axes).ToArray<long>());

        int Kept(int index)
        {
            int[] place = [index / 1500, index / 50 % 30, index % 50];
            return Enumerable.Range(0, 3).Where(axis => !over.Contains(axis)).Aggregate(0, (key, axis) => (key * 64) + place[axis]);
        }
    }

    [Fact]
    public void Narrow_types_add_up_to_i64()
    {
        byte[] bytes = [.. Enumerable.Repeat((byte)255, 70_000)];
        Assert.Equal(255L * 70_000, Tensor.From(bytes, new(70_000), s_device).Sum().ToArray<long>()[0]);
        Assert.Equal(2L * int.MaxValue, Tensor.From([int.MaxValue, int.MaxValue], new(2), s_device).Sum().ToArray<long>()[0]);
        Assert.Equal(2, Tensor.From([true, false, true], new(3), s_device).Sum().ToArray<long>()[0]);
        Assert.Equal([0L, 0], Tensor.From(Array.Empty<int>(), new(2, 0), s_device).Sum([1]).ToArray<long>());
        Assert.Equal([true, false], Tensor.From([true, false, false, false], new(2, 2), s_device).Max([1]).ToArray<bool>());
    }

    [Fact]
    public void Gathers_scatters_pads_and_joins_move_integers_whole()
    {
        Tensor index = Tensor.From<byte>([7, 0, 7], new(3), s_device);
        Assert.Equal([77, 0, 77], Left.Gather(index).ToArray<long>());
        Assert.Equal([77, 0, 77], Left.GatherAlong(index).ToArray<long>());
        Tensor sums = Tensor.Zeros(new(3), DType.I64, s_device).ScatterAdd(Tensor.From([2, 0, 2], new(3), s_device), Left.Narrow(0, 3, 3));
        Assert.Equal([-Big, 0, unchecked(Big + long.MaxValue)], sums.ToArray<long>());
        Tensor along = Tensor.Zeros(new(2), DType.I64, s_device).ScatterAddAlong(Tensor.From([1L, 1], new(2), s_device), Left.Narrow(0, 3, 2) - 1);
        Assert.Equal([0, -2], along.ToArray<long>());
        Assert.Equal([Big, 5, 5], Left.Narrow(0, 3, 1).Pad([0], [2], 5).ToArray<long>());
        Assert.Equal([.. s_left, .. s_right], Tensor.Concat(0, Left, Right).ToArray<long>());
        Assert.Equal([false, true], Tensor.Concat(0, Tensor.From([false], new(1), s_device), Tensor.From([true], new(1), s_device)).ToArray<bool>());
        Assert.Equal([0, 0, 1, 1, 0, 0], Tensor.From<byte>([2, 0], new(2), s_device).OneHot(3, DType.U8).ToArray<byte>());
    }

    [Fact]
    public void Casts_are_those_of_C_sharp()
    {
        Assert.Equal(s_left.Select(x => unchecked((int)x)), Left.To(DType.I32).ToArray<int>());
        Assert.Equal(s_left.Select(x => unchecked((byte)x)), Left.To(DType.U8).ToArray<byte>());
        Assert.Equal(s_left.Select(x => (float)x), Left.To(DType.F32).ToArray<float>());
        Assert.Equal(s_left.Select(x => (double)x), Left.To(DType.F64).ToArray<double>());
        Assert.Equal(s_left.Select(x => x != 0), Left.To(DType.Bool).ToArray<bool>());
        Tensor x = Tensor.From([1.9f, -1.9f, float.NaN, 3e9f, -0.5f], new(5), s_device);
        Assert.Equal([1, -1, 0, int.MaxValue, 0], x.To(DType.I32).ToArray<int>());
        Assert.Equal([1L, -1, 0, 3_000_000_000, 0], x.To(DType.I64).ToArray<long>());
        Assert.Equal([1, 0, 0, 255, 0], x.To(DType.U8).ToArray<byte>());
        Assert.Equal([1.9f, -1.9f, float.NaN, 3e9f, -0.5f], x.To(DType.F64).To(DType.F32).ToArray<float>());
        Tensor image = Tensor.From([.. Enumerable.Range(0, 24).Select(i => (float)i)], new(1, 2, 3, 4), s_device).AvgPool2d(1);
        Assert.Equal(Enumerable.Range(0, 24), image.To(DType.I32).ToArray<int>());
    }

    private static void AssertLongs(Func<long, long, long> expected, Tensor actual) =>
        Assert.Equal(s_left.Zip(s_right, expected), actual.ToArray<long>());

    private static void AssertBools(Func<long, long, bool> expected, Tensor actual) =>
        Assert.Equal(s_left.Zip(s_right, expected), actual.ToArray<bool>());
}
