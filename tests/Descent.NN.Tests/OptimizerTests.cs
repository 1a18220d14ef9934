namespace Descent.Tests;

public class OptimizerTests
{
    /// <summary>Ten steps of f32; most rules divide by √v, which magnifies the rounding of small gradients.</summary>
    private const double TenSteps = 3e-6;

    public static TheoryData<string, Func<IReadOnlyList<Parameter>, Optimizer>> Optimizers { get; } = new()
    {
        { "sgd", p => new Sgd(p, 0.1) },
        { "sgd_decay", p => new Sgd(p, 0.1, weightDecay: 0.1) },
        { "sgd_decay_of_all", p => new Sgd(p, 0.1, groups: [ParameterGroup.Named("*", weightDecay: 0.1)]) },
        { "sgd_momentum", p => new Sgd(p, 0.1, momentum: 0.9) },
        { "sgd_momentum_decay", p => new Sgd(p, 0.1, momentum: 0.9, weightDecay: 0.1) },
        { "sgd_nesterov", p => new Sgd(p, 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.1) },
        { "adagrad", p => new AdaGrad(p, 0.1) },
        { "adagrad_decay", p => new AdaGrad(p, 0.1, epsilon: 1e-3, weightDecay: 0.1) },
        { "adadelta", p => new AdaDelta(p) },
        { "adadelta_decay", p => new AdaDelta(p, 0.5, rho: 0.8, epsilon: 1e-3, weightDecay: 0.1) },
        { "rmsprop", p => new RmsProp(p) },
        { "rmsprop_decay", p => new RmsProp(p, alpha: 0.9, epsilon: 1e-3, weightDecay: 0.1) },
        { "rmsprop_momentum", p => new RmsProp(p, momentum: 0.9) },
        { "rmsprop_centered", p => new RmsProp(p, alpha: 0.9, epsilon: 1e-3, centered: true) },
        { "rmsprop_centered_momentum", p => new RmsProp(p, alpha: 0.9, epsilon: 1e-3, momentum: 0.5, centered: true, weightDecay: 0.1) },
        { "adam", p => new Adam(p, 0.1) },
        { "adam_decay", p => new Adam(p, 0.1, beta1: 0.8, beta2: 0.99, epsilon: 1e-4, weightDecay: 0.1) },
        { "adam_amsgrad", p => new Adam(p, 0.1, beta1: 0.8, beta2: 0.5, weightDecay: 0.1, amsgrad: true) },
        { "adamw", p => new AdamW(p, 0.1, weightDecay: 0.3) },
        { "adamw_amsgrad", p => new AdamW(p, 0.1, beta1: 0.8, beta2: 0.5, weightDecay: 0.3, amsgrad: true) },
        { "adamw_groups", p => new AdamW(p, 0.1, weightDecay: 0.3, groups: [new(name => name == "b", RateFactor: 0.5, WeightDecay: 0)]) },
        { "nadam", p => new NAdam(p, 0.1) },
        { "nadam_decay", p => new NAdam(p, 0.1, beta1: 0.8, beta2: 0.99, epsilon: 1e-4, weightDecay: 0.1, momentumDecay: 0.5) },
        { "lars", p => new Lars(p, 2, weightDecay: 0.1, trust: 0.02) },
        { "lamb", p => new Lamb(p, 0.1, weightDecay: 0.1) },
        { "lamb_betas", p => new Lamb(p, 0.05, beta1: 0.8, beta2: 0.9, epsilon: 1e-3, weightDecay: 0) },
        { "lion", p => new Lion(p, 0.03) },
        { "lion_decay", p => new Lion(p, 0.03, beta1: 0.8, beta2: 0.95, weightDecay: 0.2) },
    };

    /// <summary>Optimizers that need the loss as a function have tests of their own.</summary>
    private static readonly Type[] s_minimizers = [typeof(Lbfgs), typeof(Bfgs), typeof(Newton), typeof(Nesterov), typeof(RandomSearch)];

    [Fact]
    public void Every_optimizer_has_a_row()
    {
        IEnumerable<Type> all = typeof(Optimizer).Assembly.GetExportedTypes().Where(t => t.IsAssignableTo(typeof(Optimizer)) && !t.IsAbstract);
        Assert.Empty(all.Except(s_minimizers).Except(Optimizers.Select(row => row.Data.Item2(new Affine().Parameters()).GetType())));
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Ten_steps_equal_the_reference(string name, Func<IReadOnlyList<Parameter>, Optimizer> make)
    {
        var net = new Affine();
        Optimizer optimizer = make(net.Parameters());
        for (int step = 0; step < 10; step++)
        {
            optimizer.Step(net.Loss().Backward());
        }

        Assert.Equal(10, optimizer.StepCount);
        Reference.Equal(Reference.Values("optimizers", name, "w"), net.W, TenSteps);
        Reference.Equal(Reference.Values("optimizers", name, "b"), net.B, TenSteps);
    }

    [Fact]
    public void A_reference_stands_for_every_optimizer_and_an_optimizer_for_every_reference() =>
        Assert.Equal(Reference.Names("optimizers").Order(), Optimizers.Select(row => row.Data.Item1).Order());

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void State_saved_and_loaded_continues_bit_for_bit(string name, Func<IReadOnlyList<Parameter>, Optimizer> make)
    {
        string path = Path.Combine(Path.GetTempPath(), $"descent-{Guid.NewGuid():N}.safetensors");
        try
        {
            var whole = new Affine();
            Optimizer optimizer = make(whole.Parameters());
            Steps(whole, optimizer, 4);
            optimizer.LearningRate *= 0.7;
            optimizer.Save(path);
            var resumed = new Affine();
            resumed.W.Write<float>(whole.W.ToArray<float>());
            resumed.B.Write<float>(whole.B.ToArray<float>());
            Optimizer second = make(resumed.Parameters());
            second.Load(path);
            Steps(whole, optimizer, 3);
            Steps(resumed, second, 3);
            Assert.Equal(7, second.StepCount);
            Assert.Equal(whole.W.ToArray<float>(), resumed.W.ToArray<float>());
            Assert.True(optimizer.State().All(s => s.Value.ToArray<float>().SequenceEqual(second.State()[s.Key].ToArray<float>())), name);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_compiled_step_changes_each_parameter_in_place_and_allocates_nothing(string name, Func<IReadOnlyList<Parameter>, Optimizer> make)
    {
        var (eager, compiled) = (new Affine(), new Affine());
        Optimizer one = make(eager.Parameters()), two = make(compiled.Parameters());
        Tensor scale = Tensor.Ones(new(1)).Realize();
        Compiled step = Device.Default.Compile(s => two.Step((compiled.Loss() * s.Sum()).Backward()));
        for (int i = 0; i < 10; i++)
        {
            one.Step((eager.Loss() * scale.Sum()).Backward());
            step.Run(scale);
        }

        Assert.True(eager.W.ToArray<float>().SequenceEqual(compiled.W.ToArray<float>()), name);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
        {
            step.Run(scale);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1, step.Traces);
    }

    [Theory]
    [InlineData("norm")]
    [InlineData("value")]
    public void Clipped_gradients_step_as_the_reference(string by)
    {
        var net = new Affine();
        var optimizer = new Sgd(net.Parameters(), 0.5, momentum: 0.9);
        for (int step = 0; step < 10; step++)
        {
            Gradients gradients = net.Loss().Backward();
            optimizer.Step(by == "norm" ? gradients.ClipNorm(0.25) : gradients.ClipValue(0.05));
        }

        // PyTorch adds 1e-6 to the norm.
        Reference.Equal(Reference.Values("clipped", by, "w"), net.W, 2e-5);
        Reference.Equal(Reference.Values("clipped", by, "b"), net.B, 2e-5);
    }

    [Fact]
    public void Weight_decay_skips_intercepts_and_norms_but_not_what_no_module_has_named()
    {
        var norm = new BatchNorm1d(3);
        var linear = new Linear(3, 2, new Rng(1));
        var loose = new Parameter(Tensor.Ones(new(3)));
        Parameter[] parameters = [.. norm.Parameters(), .. linear.Parameters(), loose];
        float[][] before = [.. parameters.Select(p => p.ToArray<float>())];
        Tensor loss = parameters.Select(p => (p.Read() * 0).Sum()).Aggregate((a, b) => a + b);
        new Sgd(parameters, 0.5, weightDecay: 1).Step(loss.Backward());
        float[][] after = [.. parameters.Select(p => p.ToArray<float>())];
        for (int i = 0; i < parameters.Length; i++)
        {
            bool decays = ReferenceEquals(parameters[i], linear.Weight) || ReferenceEquals(parameters[i], loose);
            Assert.Equal(before[i].Select(x => decays ? x / 2 : x), after[i]);
        }
    }

    [Fact]
    public void A_group_by_a_pattern_that_no_parameter_has_is_refused()
    {
        var net = new Affine();
        ArgumentException e = Assert.Throws<ArgumentException>(() => new Sgd(net.Parameters(), 0.1, groups: [ParameterGroup.Named("wieght*")]));
        Assert.Contains("no parameter is named like 'wieght*'; there are w, b", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sgd", 400, 1e-3)]
    [InlineData("adam", 400, 1e-3)]
    public void Parabola_and_Rosenbrock_are_descended(string name, int steps, double tolerance)
    {
        var at = new Parameter(Tensor.From<float>([3, -4], new(2)));
        Optimizer parabola = name == "sgd" ? new Sgd([at], 0.05, momentum: 0.9) : new Adam([at], 0.1);
        for (int step = 0; step < steps; step++)
        {
            parabola.Step((at.Read().Square() * Tensor.From<float>([1, 5], new(2))).Sum().Backward());
        }

        Assert.All(at.ToArray<float>(), x => Assert.InRange(x, -tolerance, tolerance));

        var point = new Parameter(Tensor.From<float>([-1.2f, 1], new(2)));
        Optimizer rosenbrock = name == "sgd" ? new Sgd([point], 2e-4, momentum: 0.98) : new Adam([point], 0.05);
        for (int step = 0; step < 8 * steps; step++)
        {
            Tensor x = point.Read().Narrow(0, 0, 1), y = point.Read().Narrow(0, 1, 1);
            rosenbrock.Step(((1 - x).Square() + ((y - x.Square()).Square() * 100)).Sum().Backward());
        }

        Assert.All(point.ToArray<float>(), x => Assert.InRange(x, 0.97, 1.03));
    }

    [Fact]
    public void A_parameter_without_a_gradient_is_named_unless_it_may_be_skipped_or_is_frozen()
    {
        var net = new Affine();
        var optimizer = new Sgd(net.Parameters(), 0.1);
        float[] before = net.B.ToArray<float>();
        Gradients ofW = net.W.Read().Square().Sum().Backward();
        Assert.StartsWith("b (4)", Assert.Throws<GradientException>(() => optimizer.Step(ofW)).Message, StringComparison.Ordinal);
        Assert.Equal(0, optimizer.StepCount);
        optimizer.Step(ofW, missing: Missing.Skip);
        net.B.IsFrozen = true;
        optimizer.Step(net.Loss().Backward());
        Assert.Equal(2, optimizer.StepCount);
        Assert.Equal(before, net.B.ToArray<float>());
    }

    [Fact]
    public void Accumulated_micro_batches_step_as_their_mean()
    {
        var (once, parts) = (new Affine(), new Affine());
        var whole = new Sgd(once.Parameters(), 0.1, momentum: 0.9);
        var accumulating = new Sgd(parts.Parameters(), 0.1, momentum: 0.9);
        for (int step = 0; step < 2; step++)
        {
            double loss = whole.Step(once.Loss().Backward()).Item();
            for (int micro = 0; micro < 5; micro++)
            {
                accumulating.Accumulate(parts.Loss(row: micro).Backward());
            }

            Assert.Equal(5, accumulating.Accumulated);
            Assert.Equal(loss, accumulating.Step().Item(), 1e-5);
            Assert.Equal(0, accumulating.Accumulated);
        }

        Assert.Equal(2, accumulating.StepCount);
        Reference.Equal([.. once.W.ToArray<float>().Select(w => (double)w)], parts.W, 1e-6);
    }

    [Fact]
    public void Accumulation_adds_in_a_pairwise_tree_by_index()
    {
        // In f32, (1 + 2⁻²⁴) + (−1 + 2⁻²⁴) = 0 pairwise, where a running sum would end with 2⁻²⁴.
        float tiny = MathF.Pow(2, -24);
        var p = new Parameter(Tensor.Zeros(new(1)));
        var optimizer = new Sgd([p], 1);
        foreach (float gradient in (float[])[1, tiny, -1, tiny])
        {
            optimizer.Accumulate((p.Read() * Tensor.From([gradient], new(1))).Sum().Backward());
        }

        optimizer.Step();
        Assert.Equal(-((1 + tiny) + (-1 + tiny)) / 4, p.ToArray<float>()[0]);
    }

    [Fact]
    public void A_clipped_mean_of_accumulated_gradients_counts_as_their_step()
    {
        var net = new Affine();
        float[] before = net.W.ToArray<float>();
        var optimizer = new Sgd(net.Parameters(), 1);
        optimizer.Accumulate(net.Loss(row: 0).Backward());
        optimizer.Accumulate(net.Loss(row: 1).Backward());
        optimizer.Step(optimizer.Mean().ClipNorm(1e-3));
        Assert.Equal(0, optimizer.Accumulated);
        Assert.InRange(net.W.ToArray<float>().Zip(before, (a, b) => Math.Abs(a - b)).Max(), 1e-6, 1e-3);
        Assert.Throws<InvalidOperationException>(optimizer.Step);
    }

    [Fact]
    public void A_loss_that_is_not_finite_changes_nothing()
    {
        var net = new Affine();
        var optimizer = new Adam(net.Parameters(), 0.1);
        optimizer.Step(net.Loss().Backward());
        float[] w = net.W.ToArray<float>();
        float[][] state = [.. optimizer.State().Values.Select(s => s.ToArray<float>())];
        Assert.Throws<NonFiniteException>(() => optimizer.Step((net.Loss() + (net.W.Read().Sum() * double.NaN)).Backward()));
        Assert.Equal(1, optimizer.StepCount);
        Assert.Equal(w, net.W.ToArray<float>());
        Assert.Equal(state, optimizer.State().Values.Select(s => s.ToArray<float>()));
    }

    [Fact]
    public void A_changed_learning_rate_takes_effect_in_a_compiled_step_and_compiles_nothing()
    {
        var (eager, compiled) = (new Affine(), new Affine());
        var one = new Adam(eager.Parameters(), 0.1);
        var two = new Adam(compiled.Parameters(), 0.1);
        Tensor scale = Tensor.Ones(new(1)).Realize();
        Compiled step = Device.Default.Compile(s => two.Step((compiled.Loss() * s.Sum()).Backward()));
        for (int i = 0; i < 6; i++)
        {
            one.LearningRate = two.LearningRate = 0.1 / (i + 1);
            one.Step((eager.Loss() * scale.Sum()).Backward());
            step.Run(scale);
        }

        Assert.Equal(1, step.Traces);
        Assert.Equal(6, two.StepCount);
        Assert.Equal(eager.W.ToArray<float>(), compiled.W.ToArray<float>());
    }

    [Fact]
    public void Wrong_lists_of_parameters_are_refused()
    {
        var p = new Parameter(Tensor.Zeros(new(2)));
        Assert.Throws<ArgumentException>(() => new Sgd([], 0.1));
        Assert.Throws<ArgumentException>(() => new Sgd([p, p], 0.1));
        Assert.Throws<ArgumentException>(() => new Sgd([p], 0.1, nesterov: true));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd([p], 0.1, momentum: 1));
    }

    private static void Steps(Affine net, Optimizer optimizer, int count)
    {
        for (int i = 0; i < count; i++)
        {
            optimizer.Step(net.Loss().Backward());
        }
    }
}

/// <summary>The problem of nn.py's optimizers: mean squared error of x·w + b.</summary>
internal sealed partial class Affine : Module
{
    private static readonly Tensor s_x = Reference.Fill(new(5, 3), 0.7), s_y = Reference.Fill(new(5, 4), 0.8);

    public Parameter W { get; } = new(Reference.Fill(new(3, 4), 0.5));

    public Parameter B { get; } = new(Reference.Fill(new(4), 0.6));

    public Tensor Loss() => Descent.Loss.MeanSquaredError(s_x.MatMul(W) + B, s_y);

    public Tensor Loss(int row) => Descent.Loss.MeanSquaredError(s_x.Narrow(0, row, 1).MatMul(W) + B, s_y.Narrow(0, row, 1));
}
