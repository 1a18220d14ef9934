namespace Descent.Engine.Tests;

public sealed class GradCheckTests
{
    [Fact]
    public void A_wrong_gradient_is_found_and_named()
    {
        Tensor x = Tensor.From([1.5, -0.5, 2.0], new(3));
        var thrown = Assert.Throws<GradientException>(() => GradCheck.Verify(t => Tensor.Apply(new WrongCube(), t[0]), at: [x]));
        Assert.Contains("gradcheck: input 0 at (", thrown.Message, StringComparison.Ordinal);
        Assert.True(GradCheck.Error(t => Tensor.Apply(new WrongCube(), t[0]), x) > 1e-2);
    }

    [Fact]
    public void A_wrong_gradient_of_a_parameter_is_found_and_named()
    {
        var p = new Parameter(Tensor.From([1.5f, -0.5f, 2], new(3))) { Name = "fc.weight" };
        GradCheck.Verify(() => p.Read().Square() * p.Read(), [p]);
        var thrown = Assert.Throws<GradientException>(() => GradCheck.Verify(() => Tensor.Apply(new WrongCube(), p.Read()), [p]));
        Assert.Contains("gradcheck: fc.weight at (", thrown.Message, StringComparison.Ordinal);

        // Of three elements the first and the last: the wrong one between them is not looked at.
        var q = new Parameter(Tensor.From([0, 0.1f, 0], new(3)));
        GradCheck.Verify(() => Tensor.Apply(new WrongCube(), q.Read()), [q], most: 2);
        Assert.Throws<GradientException>(() => GradCheck.Verify(() => Tensor.Apply(new WrongCube(), q.Read()), [q]));
    }

    [Fact]
    public void A_wrong_second_derivative_is_found()
    {
        Tensor x = Tensor.From([1.5, -0.5], new(2));
        Func<Tensor[], Tensor> square = t => Tensor.Apply(new DetachedSquare(), t[0]);
        Assert.InRange(GradCheck.Error(square, x), 0, 1e-9);
        Assert.True(GradCheck.SecondOrderError(square, x) > 0.1);
    }

    [Fact]
    public void A_gradient_by_a_result_asks_nothing_of_what_made_it()
    {
        Tensor drawn = new Rng(seed: 1).Uniform(new(3)), made = Tensor.Apply(new NoRule(), Tensor.From([1.0], new(1)));
        Assert.Equal([2f, 2, 2], (drawn * 2).Sum().Backward([drawn])[0].ToArray<float>());
        Assert.Equal([3.0], (made * 3).Sum().Backward([made])[0].ToArray<double>());
    }

    [Fact]
    public void A_missing_gradient_rule_throws() =>
        Assert.Throws<GradientException>(() => GradCheck.Error(t => Tensor.Apply(new NoRule(), t[0]), Tensor.From([1.0], new(1))));

    [Fact]
    public void Integers_are_left_as_they_are()
    {
        Tensor x = Tensor.From([1.5, -0.5], new(2)), n = Tensor.From([3, 4], new(2));
        Assert.InRange(GradCheck.Error(t => t[0] * t[1], x, n), 0, 1e-9);
    }

    /// <summary>
    /// A Hessian times a vector, as the gradient of a gradient: f = Σ x³/6 + x₀·x₁ has the Hessian diag(x) + [[0, 1], [1, 0]].
    /// </summary>
    [Fact]
    public void Hessian_vector_products_are_exact()
    {
        Tensor x = Tensor.From([2.0, -3.0], new(2)), v = Tensor.From([0.5, 7.0], new(2));
        Tensor f = (x * x * x / 6).Sum() + (x.Narrow(0, 0, 1) * x.Narrow(0, 1, 1)).Sum();
        Tensor product = (f.Backward(x)[0] * v).Sum().Backward(x)[0];
        double[] expected = [(2 * 0.5) + 7, 0.5 + (-3 * 7)];
        Assert.Equal(expected, Interpreter.Evaluate(product).Select(y => Math.Round(y, 12)));
    }

    /// <summary>y = x³ with dx = 2·x²·dy.</summary>
    private sealed record WrongCube : Op
    {
        public override string Name => "wrong-cube";

        public override OpTypes Infer(ReadOnlySpan<TensorType> x) => x[0];

        public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) => [x[0].Square() * 2 * dy];

        public override void Reference(ReferenceCall call)
        {
            for (int i = 0; i < call.X(0).Length; i++)
            {
                call.Y(0)[i] = Math.Pow(call.X(0)[i], 3);
            }
        }
    }

    /// <summary>y = x² whose gradient forgets that it depends on x.</summary>
    private sealed record DetachedSquare : Op
    {
        public override string Name => "detached-square";

        public override OpTypes Infer(ReadOnlySpan<TensorType> x) => x[0];

        public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) => [x[0].Detach() * 2 * dy];

        public override void Reference(ReferenceCall call)
        {
            for (int i = 0; i < call.X(0).Length; i++)
            {
                call.Y(0)[i] = call.X(0)[i] * call.X(0)[i];
            }
        }
    }

    private sealed record NoRule : Op
    {
        public override string Name => "no-rule";

        public override OpTypes Infer(ReadOnlySpan<TensorType> x) => x[0];

        public override void Reference(ReferenceCall call) => call.X(0).CopyTo(call.Y(0));
    }
}
