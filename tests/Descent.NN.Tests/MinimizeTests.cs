namespace Descent.Tests;

/// <summary>Optimizers that are given the loss as a function of the parameters.</summary>
public sealed class MinimizeTests
{
    private static Parameter Point(params double[] values) => new(Tensor.From(values, new(values.Length)));

    private static Tensor Rosenbrock(Parameter point)
    {
        Tensor x = point.Read().Narrow(0, 0, 1), y = point.Read().Narrow(0, 1, 1);
        return ((1 - x).Square() + ((y - x.Square()).Square() * 100)).Sum();
    }

    [Fact]
    public void A_rule_of_one_gradient_takes_one_step()
    {
        var (one, two) = (new Affine(), new Affine());
        var (step, minimize) = (new Adam(one.Parameters(), 0.1), new Adam(two.Parameters(), 0.1));
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(step.Step(one.Loss().Backward()).Item(), minimize.Minimize(two.Loss).Item());
        }

        Assert.Equal(one.W.ToArray<float>(), two.W.ToArray<float>());
        Assert.Equal(3, minimize.StepCount);
        Assert.Throws<NonFiniteException>(() => minimize.Minimize(() => two.Loss() * double.NaN));
        Assert.Equal(one.W.ToArray<float>(), two.W.ToArray<float>());
    }

    [Fact]
    public void Lbfgs_descends_Rosenbrock()
    {
        Parameter point = Point(-1.2, 1);
        int evaluations = 0;
        var optimizer = new Lbfgs([point], iterations: 60);
        double before = optimizer.Minimize(() =>
        {
            evaluations++;
            return Rosenbrock(point);
        }).Item();
        Assert.Equal(24.2, before, 1e-9);
        Assert.All(point.ToArray<double>(), x => Assert.Equal(1, x, 1e-6));

        // Gradient descent needs thousands.
        Assert.InRange(evaluations, 20, 70);
        Assert.InRange(optimizer.StepCount, 15, 60);
    }

    [Fact]
    public void Bfgs_and_Newton_descend_Rosenbrock_in_fewer_steps()
    {
        Parameter point = Point(-1.2, 1);
        var bfgs = new Bfgs([point], iterations: 60);
        bfgs.Minimize(() => Rosenbrock(point));
        Assert.All(point.ToArray<double>(), x => Assert.Equal(1, x, 1e-6));
        Assert.InRange(bfgs.StepCount, 15, 45);

        Parameter other = Point(-1.2, 1);
        var newton = new Newton([other], iterations: 60, gradientTolerance: 1e-12);
        newton.Minimize(() => Rosenbrock(other));
        Assert.All(other.ToArray<double>(), x => Assert.Equal(1, x, 1e-9));
        Assert.InRange(newton.StepCount, 5, 25);
    }

    [Fact]
    public void Newton_has_exact_second_derivatives_solves_a_quadratic_at_once_and_leaves_saddles()
    {
        // f = 100·(y − x²)² + (1 − x)²: fxx = 1200·x² − 400·y + 2, fxy = −400·x, fyy = 200.
        Parameter point = Point(-1.2, 1), frozen = Point(3);
        frozen.IsFrozen = true;
        var newton = new Newton([point, frozen], iterations: 1);
        double[] hessian = newton.Hessian(() => Rosenbrock(point) * (1 + (0 * frozen.Read().Sum())));
        Assert.Equal([1330, 480, 0, 480, 200, 0, 0, 0, 0], hessian, (a, b) => Math.Abs(a - b) < 1e-9);

        Parameter a = Point(5, -7, 2);
        var once = new Newton([a]);
        once.Minimize(() => ((a.Read() - Tensor.From([1.0, 2, 3], new(3))).Square() * Tensor.From([1.0, 10, 100], new(3))).Sum() + a.Read().Sum().Square());
        Assert.Equal(1, once.StepCount);

        // Along x it curves down: the full matrix would lead back up to the saddle at 0.
        Parameter saddle = Point(0.1, 1);
        new Newton([saddle], iterations: 50).Minimize(() =>
        {
            Tensor x = saddle.Read().Narrow(0, 0, 1), y = saddle.Read().Narrow(0, 1, 1);
            return (x.Square().Square() - x.Square() + y.Square()).Sum();
        });
        Assert.Equal(Math.Sqrt(0.5), saddle.ToArray<double>()[0], 1e-6);
        Assert.Throws<ArgumentException>(() => new Newton([new Parameter(Tensor.Zeros(new(5000)))]));
    }

    [Fact]
    public void Bfgs_continues_from_saved_state_bit_for_bit()
    {
        string path = Path.Combine(Path.GetTempPath(), $"descent-{Guid.NewGuid():N}.safetensors");
        try
        {
            var (whole, resumed) = (new Affine(), new Affine());
            whole.B.IsFrozen = resumed.B.IsFrozen = true;
            var first = new Bfgs(whole.Parameters(), iterations: 3);
            first.Minimize(whole.Loss);
            first.Save(path);
            resumed.W.Write<float>(whole.W.ToArray<float>());
            var second = new Bfgs(resumed.Parameters(), iterations: 3);
            second.Load(path);
            first.Minimize(whole.Loss);
            second.Minimize(resumed.Loss);
            Assert.Equal(6, second.StepCount);
            Assert.Equal(whole.W.ToArray<float>(), resumed.W.ToArray<float>());
            Assert.Equal(new Affine().B.ToArray<float>(), whole.B.ToArray<float>());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Random_search_keeps_what_lowers_the_loss_and_resumes_exactly()
    {
        string path = Path.Combine(Path.GetTempPath(), $"descent-{Guid.NewGuid():N}.safetensors");
        try
        {
            Parameter whole = Point(3, -4), resumed = Point(3, -4), frozen = Point(1);
            frozen.IsFrozen = true;
            Tensor Loss(Parameter p) => (p.Read().Square() * Tensor.From([1.0, 5], new(2))).Sum();
            var first = new RandomSearch([whole, frozen], 0.3, new Rng(4));
            double last = double.PositiveInfinity;
            for (int i = 0; i < 150; i++)
            {
                double loss = first.Minimize(() => Loss(whole)).Item();
                Assert.True(loss <= last);
                last = loss;
                if (i == 60)
                {
                    first.Save(path);
                    resumed.Write<double>(whole.ToArray<double>());
                }
            }

            Assert.InRange(last, 0, 0.5);
            Assert.Equal([1], frozen.ToArray<double>());
            var second = new RandomSearch([resumed, frozen], 0.1, new Rng(4));
            second.Load(path);
            while (second.StepCount < first.StepCount)
            {
                second.Minimize(() => Loss(resumed));
            }

            Assert.Equal(whole.ToArray<double>(), resumed.ToArray<double>());
            double[] before = whole.ToArray<double>();
            Assert.Throws<NonFiniteException>(() => first.Minimize(() => Loss(whole) * double.NaN));
            int calls = 0;
            Assert.Throws<TimeoutException>(() => first.Minimize(() => calls++ < 1 ? Loss(whole) : throw new TimeoutException()));
            Assert.Equal(before, whole.ToArray<double>());
            Assert.Contains("Minimize", Assert.Throws<InvalidOperationException>(() => first.Step(Loss(whole).Backward(), missing: Missing.Skip)).Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Lbfgs_solves_a_quadratic_in_a_few_iterations_for_each_dimension()
    {
        double[] scales = [1, 3, 10, 30, 100, 300], target = [1, -2, 3, -4, 5, -6];
        Parameter a = Point(0, 0, 0), b = Point(0, 0, 0);
        Tensor Half(Parameter p, int from) =>
            ((p - Tensor.From(target[from..(from + 3)], new(3))).Square() * Tensor.From(scales[from..(from + 3)], new(3))).Sum();
        var optimizer = new Lbfgs([a, b], iterations: 60, gradientTolerance: 1e-7);
        optimizer.Minimize(() => Half(a, 0) + Half(b, 3));
        Assert.Equal(target, a.ToArray<double>().Concat(b.ToArray<double>()), (x, y) => Math.Abs(x - y) < 1e-8);
        // The condition number is 300; PyTorch takes 30 to 40.
        Assert.InRange(optimizer.StepCount, 10, 45);

        // At the minimum there is nothing to do.
        long steps = optimizer.StepCount;
        optimizer.Minimize(() => Half(a, 0) + Half(b, 3));
        Assert.Equal(steps, optimizer.StepCount);
    }

    [Fact]
    public void Logistic_regression_ends_where_PyTorch_ends()
    {
        var w = new Parameter(Tensor.Zeros(new(3, 3)));
        var b = new Parameter(Tensor.Zeros(new(3)));
        Tensor x = Reference.Fill(new(40, 3), 0.3, 2);
        Tensor labels = Tensor.From([.. Enumerable.Range(0, 40).Select(i => i * 7 % 5 % 3)], new(40));
        Tensor Objective() => Loss.CrossEntropy(x.MatMul(w) + b, labels) + (w.Read().Square().Sum() * 0.01) + (b.Read().Square().Sum() * 0.01);
        var optimizer = new Lbfgs([w, b], iterations: 50);
        optimizer.Minimize(Objective);

        // Both stop where the rounding of an f32 loss hides the slope.
        Reference.Equal(Reference.Values("minimize", "w"), w, 2e-3);
        Reference.Equal(Reference.Values("minimize", "b"), b, 2e-3);
        Assert.Equal(Reference.Values("minimize", "loss")[0], Objective().Item(), 1e-6);
    }

    [Fact]
    public void A_loss_that_is_not_finite_shortens_the_step_or_leaves_the_parameters()
    {
        // x − log x: the first step of −f′(0.1) = 9 is cut to 1, and later ones must not pass 0.
        Parameter x = Point(0.1);
        new Lbfgs([x], learningRate: 50).Minimize(() => (x.Read() - x.Read().Log()).Sum());
        Assert.Equal(1, x.ToArray<double>()[0], 1e-6);

        Parameter bad = Point(2, 3);
        var optimizer = new Lbfgs([bad]);
        Assert.Throws<NonFiniteException>(() => optimizer.Minimize(() => (bad.Read() - 10).Log().Sum()));
        Assert.Equal([2, 3], bad.ToArray<double>());
        int calls = 0;
        optimizer.Minimize(() => calls++ == 0 ? bad.Read().Square().Sum() : bad.Read().Square().Sum() * double.NaN);
        Assert.Equal([2, 3], bad.ToArray<double>());
        Assert.True(calls > 1);
        Assert.Equal(0, optimizer.StepCount);
    }

    [Fact]
    public void A_closure_that_throws_in_the_middle_leaves_the_parameters()
    {
        Parameter point = Point(-1.2, 1);
        int calls = 0;
        var lbfgs = new Lbfgs([point]);
        Assert.Throws<TimeoutException>(() => lbfgs.Minimize(() => calls++ < 1 ? Rosenbrock(point) : throw new TimeoutException()));
        Assert.Equal([-1.2, 1], point.ToArray<double>());
        var nesterov = new Nesterov([point], 1e-4);
        nesterov.Minimize(() => Rosenbrock(point));
        double[] before = point.ToArray<double>();
        Assert.Throws<TimeoutException>(() => nesterov.Minimize(() => throw new TimeoutException()));
        Assert.Throws<NonFiniteException>(() => nesterov.Minimize(() => Rosenbrock(point) * double.NaN));
        Assert.Equal(before, point.ToArray<double>());
        Assert.Equal(1, nesterov.StepCount);
    }

    [Fact]
    public void Lbfgs_leaves_frozen_parameters_and_continues_from_saved_state_bit_for_bit()
    {
        string path = Path.Combine(Path.GetTempPath(), $"descent-{Guid.NewGuid():N}.safetensors");
        try
        {
            var whole = new Affine();
            float[] frozen = whole.B.ToArray<float>();
            whole.B.IsFrozen = true;
            var first = new Lbfgs(whole.Parameters(), history: 3, iterations: 4);
            first.Minimize(whole.Loss);
            Assert.Equal(frozen, whole.B.ToArray<float>());
            Assert.Equal(4, first.StepCount);
            first.Save(path);
            var resumed = new Affine();
            resumed.B.IsFrozen = true;
            resumed.W.Write<float>(whole.W.ToArray<float>());
            var second = new Lbfgs(resumed.Parameters(), history: 3, iterations: 4);
            second.Load(path);
            first.Minimize(whole.Loss);
            second.Minimize(resumed.Loss);
            Assert.Equal(whole.W.ToArray<float>(), resumed.W.ToArray<float>());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Nesterov_takes_the_gradient_at_the_point_ahead()
    {
        const double rate = 0.05, momentum = 0.9;
        double[] x = [3, -4], v = [0, 0], scales = [1, 5];
        Parameter point = Point(x);
        var optimizer = new Nesterov([point], rate, momentum);
        for (int step = 0; step < 40; step++)
        {
            for (int i = 0; i < 2; i++)
            {
                v[i] = (momentum * v[i]) - (rate * 2 * scales[i] * (x[i] + (momentum * v[i])));
                x[i] += v[i];
            }

            optimizer.Minimize(() => (point.Read().Square() * Tensor.From(scales, new(2))).Sum());
        }

        // The rule's numbers are f32.
        Assert.Equal(x, point.ToArray<double>(), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Contains("Minimize", Assert.Throws<InvalidOperationException>(() => optimizer.Step(Rosenbrock(point).Backward())).Message);
        Assert.Contains("Minimize", Assert.Throws<InvalidOperationException>(() => new Lbfgs([point]).Step(Rosenbrock(point).Backward())).Message);
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(1)]
    [InlineData(100)]
    public void A_line_search_ends_where_the_strong_Wolfe_conditions_hold(double firstStep)
    {
        (Func<double, double> Loss, Func<double, double> Slope)[] functions =
        [
            (a => (a - 3) * (a - 3), a => 2 * (a - 3)),
            (a => -a / ((a * a) + 2), a => ((a * a) - 2) / (((a * a) + 2) * ((a * a) + 2))), // Moré and Thuente 1994, function 1.
            (a => Math.Pow(a + 0.004, 5) - (2 * Math.Pow(a + 0.004, 4)), a => (5 * Math.Pow(a + 0.004, 4)) - (8 * Math.Pow(a + 0.004, 3))), // Function 2.
            (a => a - Math.Log(a + 0.1), a => 1 - (1 / (a + 0.1))),
            (a => a < 2 ? -a : double.NaN, a => a < 2 ? -1 : double.NaN),
        ];
        foreach ((Func<double, double> loss, Func<double, double> slope) in functions)
        {
            var start = new Trial(0, loss(0), slope(0));
            Trial found = new WolfeLineSearch(a => new Trial(a, loss(a), slope(a)), start, 40).Run(firstStep)!.Value;
            Assert.True(found.Loss <= start.Loss + (1e-4 * found.Step * start.Slope), $"{found} does not descend enough from {start}.");
            bool mayBeSteep = ReferenceEquals(loss, functions[^1].Loss); // Falls without end up to where it is no number.
            Assert.True(mayBeSteep || Math.Abs(found.Slope) <= 0.9 * Math.Abs(start.Slope), $"{found} is too steep against {start}.");
        }

        Assert.Null(new WolfeLineSearch(a => new Trial(a, a, 1), new Trial(0, 0, -1), 20).Run(firstStep));
    }
}
