namespace Descent.Tests;

/// <summary>When values are computed, kept, consumed and stale.</summary>
public sealed class LifeOfAValueTests
{
    private readonly Device _device = Device.Cpu(threads: 2);

    private Parameter Weights(int rows, int columns, string name = "fc.weight", double scale = 0.3)
    {
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(Math.Sin(i * 1.3) * scale);
        }

        return new Parameter(Tensor.From(values, new Shape(rows, columns), _device)) { Name = name };
    }

    private Tensor Data(int rows, int columns, float phase = 0)
    {
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = MathF.Cos((i * 0.9f) + phase);
        }

        return Tensor.From(values, new Shape(rows, columns), _device);
    }

    private static Tensor LossOf(Tensor x, Parameter w, out Tensor logits)
    {
        logits = x.MatMul(w).Tanh();
        Tensor error = logits - 0.5;
        return (error * error).Mean();
    }

    [Fact]
    public void A_stale_read_harms_no_later_one()
    {
        Parameter w = Weights(6, 4);
        Tensor deep = Data(3, 6).MatMul(w.Read()).Tanh() + 1;
        w.Write<float>(new float[24]);
        Assert.Throws<StaleTensorException>(() => deep.ToArray<float>());
        Assert.All((Data(3, 6).MatMul(w.Read()).Tanh() + 1).ToArray<float>(), value => Assert.Equal(1, value));
    }

    [Fact]
    public void Item_after_Step_gives_the_loss_of_the_step()
    {
        Parameter w = Weights(6, 4);
        Tensor x = Data(8, 6);
        double expected = LossOf(x, w, out _).Item();
        Tensor loss = LossOf(x, w, out _);
        new PlainSgd(0.1, w).Step(loss.Backward());
        Assert.Equal(expected, loss.Item());
        Assert.NotEqual(expected, LossOf(x, w, out _).Item());
    }

    [Fact]
    public void Logits_read_after_Step_throw_and_name_the_fix()
    {
        Parameter w = Weights(6, 4);
        Tensor loss = LossOf(Data(8, 6), w, out Tensor logits);
        new PlainSgd(0.1, w).Step(loss.Backward());
        var error = Assert.Throws<StaleTensorException>(() => logits.ToArray<float>());
        Assert.Contains("also:", error.Message);
        Assert.Contains("tanh f32 (8, 4)", error.Message);
        Assert.Throws<StaleTensorException>(() => logits + 1);
    }

    [Fact]
    public void Logits_named_in_also_are_kept()
    {
        Parameter w = Weights(6, 4);
        Tensor x = Data(8, 6);
        float[] expected = x.MatMul(w).Tanh().ToArray<float>();
        Tensor loss = LossOf(x, w, out Tensor logits);
        new PlainSgd(0.1, w).Step(loss.Backward(), also: logits);
        Assert.Equal(expected, logits.ToArray<float>());
    }

    [Fact]
    public void Accuracy_built_before_Step_is_of_the_old_weights()
    {
        Parameter w = Weights(6, 4);
        Tensor x = Data(8, 6);
        double expected = (x.MatMul(w).Tanh() > 0.1).To(DType.F32).Mean().Item();
        Tensor loss = LossOf(x, w, out Tensor logits);
        Tensor accuracy = (logits > 0.1).To(DType.F32).Mean();
        new PlainSgd(5, w).Step(loss.Backward());
        Assert.Equal(expected, accuracy.Item());
    }

    [Fact]
    public void A_steady_step_keeps_only_the_loss()
    {
        Parameter w = Weights(6, 4);
        var optimizer = new PlainSgd(0.1, w);
        for (int i = 0; i < 3; i++)
        {
            optimizer.Step(LossOf(Data(8, 6), w, out _).Backward());
        }

        Assert.Single(_device.LastPlan!.OutputBuffers);
        Assert.Equal(3, optimizer.Steps);
    }

    [Fact]
    public void A_tensor_of_a_parameter_that_was_written_since_is_stale()
    {
        Parameter w = Weights(6, 4);
        Tensor x = Data(8, 6);
        Tensor old = x.MatMul(w);
        new PlainSgd(0.1, w).Step(LossOf(x, w, out _).Backward());
        var error = Assert.Throws<StaleTensorException>(() => old.ToArray<float>());
        Assert.Contains("fc.weight", error.Message);
    }

    [Fact]
    public void Two_versions_of_a_parameter_in_one_graph_throw()
    {
        Parameter w = Weights(6, 4);
        Tensor x = Data(8, 6);
        Tensor old = x.MatMul(w).Sum();
        w.Write<float>(new float[24]);
        Assert.Throws<StaleTensorException>(() => (old + x.MatMul(w).Sum()).Backward());
    }

    [Fact]
    public void Two_reads_of_one_parameter_add_up()
    {
        Parameter w = Weights(2, 2);
        Tensor loss = (w.Read() * 3.0).Sum() + (w.Read() * 4.0).Sum();
        Assert.All(loss.Backward()[w].ToArray<float>(), g => Assert.Equal(7f, g));
    }

    [Fact]
    public void A_growing_expression_that_is_read_every_step_stays_linear()
    {
        Tensor x = Data(1, 16);
        long longest = 0;
        for (int step = 0; step < 10_000; step++)
        {
            Tensor loss = (x * x).Sum();
            x = x - (0.01 * loss.Backward(x)[0]);
            loss.Item();
            longest = Math.Max(longest, _device.LastPlan!.Source.Nodes.Count);
        }

        Assert.True(longest < 60, $"A run computed {longest} nodes again.");
        Assert.True(_device.CompiledPlans < 12, $"{_device.CompiledPlans} plans were compiled.");
        Assert.True(Math.Abs(x.ToArray<float>()[3]) < 1e-6);
    }

    [Fact]
    public void A_NaN_in_a_layer_leaves_the_weights_and_is_named()
    {
        Parameter w = Weights(6, 4, "conv1.weight"), v = Weights(4, 3, "fc2.weight");
        float[] before = w.ToArray<float>();
        var optimizer = new PlainSgd(0.1, w, v);
        Tensor x = Data(8, 6);
        optimizer.Step((x.MatMul(w).Exp().MatMul(v)).Sum().Backward());
        float[] first = w.ToArray<float>();
        Assert.NotEqual(before, first);
        Tensor loss = (x.MatMul(w) - 100).Log().MatMul(v).Sum();
        var error = Assert.Throws<NonFiniteException>(() => optimizer.Step(loss.Backward()));
        Assert.Contains("log in layer conv1", error.Message);
        Assert.Equal(first, w.ToArray<float>());
        Assert.Equal(1, optimizer.Steps);
    }

    [Fact]
    public void A_parameter_that_already_holds_a_NaN_is_named()
    {
        Parameter w = Weights(2, 2, "fc3.weight");
        w.Write<float>([1, 2, float.NaN, 4]);
        var error = Assert.Throws<NonFiniteException>(() => new PlainSgd(0.1, w).Step(w.Read().Sum().Backward()));
        Assert.Contains("parameter fc3.weight", error.Message);
    }

    [Fact]
    public void A_clipped_step_commits_only_when_the_norm_is_finite()
    {
        Parameter w = Weights(4, 4);
        w.Write<float>([0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
        float[] before = w.ToArray<float>();
        // √x is 0 at 0, but its slope is infinite.
        Gradients gradients = w.Read().Sqrt().Sum().Backward().ClipNorm(1);
        Assert.Throws<NonFiniteException>(() => new PlainSgd(0.1, w).Step(gradients));
        Assert.Equal(before, w.ToArray<float>());
    }

    [Fact]
    public void Clipping_scales_the_gradients_to_the_norm()
    {
        Parameter w = Weights(3, 5);
        Gradients clipped = (w.Read() * 100.0).Sum().Backward().ClipNorm(1);
        Assert.Equal(1, Math.Sqrt(clipped[w].ToArray<float>().Sum(g => (double)g * g)), 5);
    }

    [Fact]
    public void A_frozen_parameter_has_no_gradient()
    {
        Parameter w = Weights(6, 4), v = Weights(4, 2);
        w.IsFrozen = true;
        Gradients gradients = Data(3, 6).MatMul(w).MatMul(v).Sum().Backward();
        Assert.Same(v, Assert.Single(gradients.All).Parameter);
        Assert.Throws<GradientException>(() => gradients[w]);
    }

    [Fact]
    public void Reading_the_loss_before_the_step_says_once_that_it_ran_twice()
    {
        var notices = new List<string>();
        _device.Notice = notices.Add;
        Parameter w = Weights(6, 4);
        var optimizer = new PlainSgd(0.1, w);
        for (int i = 0; i < 3; i++)
        {
            Tensor loss = LossOf(Data(8, 6), w, out Tensor logits);
            logits.Sum().Item();
            optimizer.Step(loss.Backward());
        }

        Assert.Single(notices);
    }

    [Fact]
    public void A_loop_that_compiles_every_time_is_told_what_differs()
    {
        var notices = new List<string>();
        _device.Notice = notices.Add;
        Tensor x = Data(1, 400);
        for (int i = 0; i < 300; i++)
        {
            x.Narrow(1, i, 10).Sum().Item();
        }

        Assert.Contains("Start = 254", Assert.Single(notices));
    }

    [Fact]
    public void Structure_decides_whether_plans_are_shared()
    {
        Tensor x = Data(3, 3), y = Data(3, 3, 1);
        (x + y).Realize();
        long plans = _device.CompiledPlans;
        (y + x).Realize();
        Assert.Equal(plans, _device.CompiledPlans);
        (x + x).Realize();
        Assert.Equal(plans + 1, _device.CompiledPlans);
        (x * 0.3).Realize();
        (x * 0.7).Realize();
        Assert.Equal(plans + 2, _device.CompiledPlans);
    }

    [Fact]
    public void An_eager_scope_computes_each_op_when_it_is_made_with_the_same_bits()
    {
        Parameter w = Weights(64, 32);
        Tensor x = Data(16, 64);
        Tensor Expression() => ((x.MatMul(w) + x.Narrow(1, 0, 32)).Tanh() * 1.7).Sum([0]);
        float[] planned = Expression().ToArray<float>();
        using (_device.Eager())
        {
            Tensor y = Expression();
            Assert.NotNull(x.MatMul(w).Value);
            Assert.Equal(planned, y.ToArray<float>());
        }

        Assert.Null(Expression().Value);
    }

    [Fact]
    public void Threads_do_not_change_a_bit()
    {
        float[]? expected = null;
        foreach (int threads in new[] { 1, 2, 3, 8 })
        {
            Device device = Device.Cpu(threads);
            float[] values = [.. Enumerable.Range(0, 200 * 300).Select(i => MathF.Sin(i * 0.37f))];
            var w = new Parameter(Tensor.From(values, new Shape(200, 300), device));
            Tensor x = Tensor.From(values, new Shape(300, 200), device);
            var optimizer = new PlainSgd(0.01, w);
            for (int i = 0; i < 3; i++)
            {
                optimizer.Step((x.MatMul(w).Tanh() * x.Sum()).Mean().Backward());
            }

            float[] actual = w.ToArray<float>();
            expected ??= actual;
            Assert.Equal(expected, actual);
        }
    }
}
