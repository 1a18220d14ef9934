namespace Descent.Engine.Tests;

/// <summary>Values at the edges that PyTorch's file cannot say: truth tables, NaN, infinities, ties, element types.</summary>
public sealed class OpValueTests
{
    private static readonly double[] s_left = [1, 2, 3, double.NaN, 2, double.NaN];
    private static readonly double[] s_right = [2, 2, 2, 2, double.NaN, double.NaN];

    [Fact]
    public void Comparisons_are_those_of_C_sharp()
    {
        Tensor a = Vector(s_left), b = Vector(s_right);
        AssertBools(a > b, (x, y) => x > y);
        AssertBools(a < b, (x, y) => x < y);
        AssertBools(a >= b, (x, y) => x >= y);
        AssertBools(a <= b, (x, y) => x <= y);
        AssertBools(a.EqualTo(b), (x, y) => x == y);
        AssertBools(a.NotEqualTo(b), (x, y) => x != y);
        Assert.Equal([0, 1, 1, 0, 1, 0], Interpreter.Evaluate(a >= 2));
        Assert.Equal([1, 1, 0, 0, 1, 0], Interpreter.Evaluate(a <= 2));
    }

    [Fact]
    public void Logic_is_that_of_C_sharp()
    {
        Tensor a = Tensor.From([false, false, true, true], new(4)), b = Tensor.From([false, true, false, true], new(4));
        foreach ((Tensor y, double[] expected) in new (Tensor, double[])[]
        {
            (a & b, [0, 0, 0, 1]), (a | b, [0, 1, 1, 1]), (!a, [1, 1, 0, 0]), (Vector(0, 2, -1, 0).Not(), [1, 0, 0, 1]),
        })
        {
            Assert.Equal(DType.Bool, y.DType);
            Assert.Equal(expected, Interpreter.Evaluate(y));
        }
    }

    [Theory]
    [InlineData(new[] { 1.0, 3, 3, 2 }, 1, 0)]
    [InlineData(new[] { 5.0, 5, 5 }, 0, 0)]
    [InlineData(new[] { 1.0, double.NaN, 9, double.NaN }, 1, 1)]
    [InlineData(new[] { double.NegativeInfinity, -1, double.PositiveInfinity }, 2, 0)]
    public void Argmax_takes_the_first_and_nan_first_of_all(double[] x, int max, int min)
    {
        Assert.Equal([max], Interpreter.Evaluate(Vector(x).ArgMax()));
        Assert.Equal([min], Interpreter.Evaluate(Vector(x).ArgMin()));
        Assert.Equal(DType.I64, Vector(x).ArgMax().DType);
    }

    [Fact]
    public void Argmax_of_several_axes_counts_through_them()
    {
        Tensor x = Tensor.From([3.0, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8], new(2, 3, 2));
        Assert.Equal([5], Interpreter.Evaluate(x.ArgMax()));
        Assert.Equal(new Shape(1, 1, 1), x.ArgMin(keepDims: true).Shape);
        Assert.Equal([1], Interpreter.Evaluate(x.ArgMin()));
        Assert.Equal([2, 2], Interpreter.Evaluate(x.ArgMax([0, 1])));
        Assert.Equal([5, 5], Interpreter.Evaluate(x.ArgMax([-1, -2])));
        Assert.Equal([1, 0], Interpreter.Evaluate(x.ArgMin([2, 1])));
        Assert.Equal(new Shape(1, 3, 1), x.ArgMax([0, 2], keepDims: true).Shape);
        Assert.Equal([0], Interpreter.Evaluate(Tensor.Scalar(3).ArgMax()));
    }

    [Fact]
    public void Log_sum_exp_survives_infinities()
    {
        const double inf = double.PositiveInfinity;
        Assert.Equal(-inf, Single(Vector(-inf, -inf).LogSumExp()));
        Assert.Equal(inf, Single(Vector(1, inf).LogSumExp()));
        Assert.Equal(2, Single(Vector(-inf, 2).LogSumExp()));
        Assert.Equal(1000 + Math.Log(2), Single(Vector(1000, 1000).LogSumExp()), 1e-10);
    }

    [Fact]
    public void Softmax_of_far_apart_logits_is_exact()
    {
        Assert.Equal([1, 0], Interpreter.Evaluate(Vector(1000, -1000).Softmax()));
        Assert.Equal([0, -2000], Interpreter.Evaluate(Vector(1000, -1000).LogSoftmax()));
        Assert.Equal([2000], Interpreter.Evaluate(Vector(1000, -1000).Unsqueeze(0).CrossEntropy(Tensor.From([1L], new(1)))));
    }

    [Fact]
    public void Variance_does_not_cancel()
    {
        // With Σx² − (Σx)²/n all digits would be gone.
        Assert.Equal(1, Single(Vector(1e9 - 1, 1e9, 1e9 + 1).Variance()), 1e-9);
        Assert.Equal(DType.F32, Tensor.From([1, 2, 3], new(3)).Variance().DType);
    }

    [Fact]
    public void An_ignored_row_has_no_loss_and_no_gradient_even_where_its_logits_are_nan()
    {
        Tensor logits = Tensor.From([double.NaN, 1, 0.5, 0.5], new(2, 2));
        Tensor loss = logits.CrossEntropy(Tensor.From([7L, 0L], new(2)), ignoreIndex: 7);
        Assert.Equal([0, Math.Log(2)], Interpreter.Evaluate(loss), (a, b) => Math.Abs(a - b) < 1e-15);
        Assert.Equal([0, 0, -0.5, 0.5], Interpreter.Evaluate(loss.Sum().Backward(logits)[0]), (a, b) => Math.Abs(a - b) < 1e-15);
    }

    [Fact]
    public void Max_pooling_takes_the_first_of_equals_and_never_padding()
    {
        var (values, indices) = Tensor.Full(-5, new(1, 1, 3, 3), DType.F64).MaxPool2d(PoolWindow.Of(2, stride: 2, padding: 1));
        Assert.Equal([-5, -5, -5, -5], Interpreter.Evaluate(values));
        Assert.Equal([0, 1, 3, 4], Interpreter.Evaluate(indices));
        Assert.Equal(DType.I32, indices.DType);
    }

    [Fact]
    public void A_second_output_is_there_after_the_first_was_kept()
    {
        var (values, indices) = Vector(3, 1, 2, 7).Reshape(1, 1, 2, 2).MaxPool2d(PoolWindow.Of(2));
        Assert.Equal([7], values.ToArray<double>());
        Assert.Equal([3], indices.ToArray<int>());
    }

    [Fact]
    public void All_outputs_stay_right_when_one_is_read_again_and_again()
    {
        Tensor x = Tensor.From([1f, 2, 3, 6], new(2, 2)), ones = Tensor.Ones(new(2));
        var (y, mean, variance) = x.BatchNormTraining(ones, ones);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(4 + (4 * i), (y + i).Sum().Item(), 1e-5);
        }

        Assert.Equal([2f, 4], mean.ToArray<float>());
        Assert.Equal([1f, 4], variance.ToArray<float>());
    }

    [Fact]
    public void Signs_and_formulas_keep_integers_where_they_are_exact()
    {
        Tensor n = Tensor.From([-3, 0, 4], new(3));
        Assert.Equal(new TensorType(new(3), DType.I32), n.Sign().Type);
        Assert.Equal([-1, 0, 1], Interpreter.Evaluate(n.Sign()));
        Assert.Equal(DType.F32, n.Softplus().DType);
        Assert.Equal(DType.F32, n.Gelu().DType);
        Assert.Equal(new TensorType(new(3, 2), DType.U8), Tensor.From([1, 0, 1], new(3)).OneHot(2, DType.U8).Type);
    }

    [Fact]
    public void Padding_counts_in_a_mean_only_when_asked()
    {
        Tensor x = Tensor.Ones(new(1, 1, 2, 2), DType.F64);
        Assert.Equal([0.25, 0.25, 0.25, 0.25], Interpreter.Evaluate(x.AvgPool2d(2, padding: 1)));
        Assert.Equal([1, 1, 1, 1], Interpreter.Evaluate(x.AvgPool2d(2, padding: 1, countPadding: false)));
    }

    private static void AssertBools(Tensor actual, Func<double, double, bool> expected)
    {
        Assert.Equal(DType.Bool, actual.DType);
        Assert.Equal(s_left.Zip(s_right, (x, y) => expected(x, y) ? 1.0 : 0), Interpreter.Evaluate(actual));
    }

    private static Tensor Vector(params double[] values) => Tensor.From(values, new(values.Length));

    private static double Single(Tensor scalar) => Assert.Single(Interpreter.Evaluate(scalar));
}
