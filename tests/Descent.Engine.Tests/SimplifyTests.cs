namespace Descent.Tests;

/// <summary>What the planner may leave out, and what it may not: the bits stay.</summary>
public sealed class SimplifyTests
{
    private readonly Device _device = Device.Cpu(threads: 1);

    private Tensor X(params float[] values) => Tensor.From(values, new Shape(values.Length), _device);

    private Tensor Number(double value, DType type = DType.F32) => Tensor.Scalar(value, type, _device);

    [Fact]
    public void Constants_are_computed_while_planning()
    {
        Tensor two = Number(1) + Number(1), x = X(1, 2, 3);
        Assert.Equal([2.5f, 4.5f, 6.5f], ((x * two) + (Number(1) / two)).ToArray<float>());
        Assert.Equal(2, Count("constants folded"));
        Assert.Equal([4096f, 4096f], (Tensor.Ones(new(2, 64, 64), device: _device).Sum([1, 2]) * 1).ToArray<float>());
        Assert.Equal(1, Count("constants folded"));
        Assert.Equal([1.4142135f], Tensor.Full(2, new(1), device: _device).Sqrt().ToArray<float>());
        Assert.Equal(1, Count("constants folded"));
        Assert.Equal([5L], Tensor.Select(Number(2, DType.I64) > 1, Number(2, DType.I64), Number(0, DType.I64)).Reshape(1).Max(5).ToArray<long>());
        Assert.Equal(0, Tensor.Ones(new(2, 0), device: _device).Sum().Item());
    }

    [Fact]
    public void Formulas_that_round_more_than_once_are_left_to_the_kernels()
    {
        Number(1).Exp().Item();
        Assert.Equal(0, Count("constants folded"));
        Number(2).Pow(Number(0.5)).Item();
        Assert.Equal(0, Count("constants folded"));

        // 2²⁴ and more addends: the partial sums round.
        Tensor.Ones(new(1 << 23), device: _device).Sum().Item();
        Assert.Equal(0, Count("constants folded"));
    }

    [Fact]
    public void A_negative_zero_is_no_constant()
    {
        float[] y = (X(1, -1) / (Number(-1) * Number(0))).ToArray<float>();
        Assert.Equal([float.NegativeInfinity, float.PositiveInfinity], y);
    }

    [Fact]
    public void Times_0_keeps_NaN_and_infinity()
    {
        Assert.Equal([0f, float.NaN, float.NaN], (X(1, float.NaN, float.PositiveInfinity) * Number(0)).ToArray<float>());
    }

    [Fact]
    public void Plus_0_is_left_out_only_where_there_is_no_negative_zero()
    {
        Assert.Equal(float.PositiveInfinity, (1 / (X(-0f) + 0)).ToArray<float>()[0]);
        Assert.Equal(0, Count("returns an input"));
        (X(-0f).Abs() + 0).Realize();
        Assert.Equal(1, Count("returns an input"));
        (0 + (X(1) > 0).To(DType.F32)).Realize();
        Assert.Equal(1, Count("returns an input"));
        Assert.Equal([3], (Tensor.From([3], new(1), _device) + 0).ToArray<int>());
        Assert.Equal(1, Count("returns an input"));
    }

    [Fact]
    public void Swapped_operands_are_one_expression_where_the_bits_are_the_same()
    {
        Tensor x = X(1, 2), y = X(3, 5);
        Assert.Equal([16f, 49], ((x + y) * (y + x)).ToArray<float>());
        Assert.Equal(1, Count("common sub-expression of swapped operands"));
        Assert.Equal([-1f, -1], ((x - y) / (y - x)).ToArray<float>());
        Assert.Equal(0, Count("common sub-expression of swapped operands"));

        // max(0, −0) and max(−0, 0) are not the same zero.
        (X(0f).Max(X(-0f)) + X(-0f).Max(X(0f))).Realize();
        Assert.Equal(0, Count("common sub-expression of swapped operands"));
    }

    [Fact]
    public void Equal_operands_and_known_conditions_choose_nothing()
    {
        Tensor x = X(1, float.NaN), y = X(3, 5);
        Assert.Equal([1f, float.NaN], x.Max(x).ToArray<float>());
        Assert.Equal(1, Count("returns an input"));
        Assert.Equal([1f, float.NaN], Tensor.Select(y > 4, x, x).ToArray<float>());
        Assert.Equal(1, Count("returns an input"));
        Assert.Equal([3f, 5], Tensor.Select(Number(1) > 2, x, y).ToArray<float>());
        Assert.Equal(1, Count("returns an input"));
        Assert.Equal([true, false], x.EqualTo(x).ToArray<bool>());
        Assert.Equal(0, Count("returns an input"));
    }

    private int Count(string rule) => _device.LastPlan!.Source.Simplified.Count(found => found == rule);
}
