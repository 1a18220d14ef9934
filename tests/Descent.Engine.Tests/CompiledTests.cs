namespace Descent.Tests;

/// <summary>Compiled steps: traced once per shape, replayed without a graph and without allocation.</summary>
public sealed class CompiledTests
{
    private readonly Device _device = Device.Cpu(threads: 2);

    private Tensor Data(int rows, int columns, float phase = 0) => Tensor.From(
        [.. Enumerable.Range(0, rows * columns).Select(i => MathF.Cos((i * 0.9f) + phase))], new Shape(rows, columns), _device);

    private Parameter Weights(int rows, int columns) => new(Tensor.From(
        [.. Enumerable.Range(0, rows * columns).Select(i => MathF.Sin(i * 1.3f) * 0.2f)], new Shape(rows, columns), _device));

    private static Tensor LossOf(Tensor x, Tensor y, Parameter w)
    {
        Tensor error = x.MatMul(w).Tanh() - y;
        return (error * error).Mean();
    }

    [Fact]
    public void Replays_equal_the_ordinary_loop_bit_for_bit()
    {
        Parameter w1 = Weights(6, 4), w2 = Weights(6, 4);
        PlainSgd plain = new(0.1, w1), compiled = new(0.1, w2);
        Compiled step = _device.Compile((x, y) => compiled.Step(LossOf(x, y, w2).Backward()));
        for (int i = 0; i < 10; i++)
        {
            Tensor x = Data(8, 6, i), y = Data(8, 4, -i);
            double expected = plain.Step(LossOf(x, y, w1).Backward()).Item();
            Assert.Equal(expected, step.Run(x, y).Item());
        }

        Assert.Equal(w1.ToArray<float>(), w2.ToArray<float>());
        Assert.Equal(1, step.Traces);
        Assert.Equal(10, compiled.Steps);
    }

    [Fact]
    public void A_changed_learning_rate_takes_effect_without_compiling()
    {
        Parameter w1 = Weights(6, 4), w2 = Weights(6, 4);
        PlainSgd plain = new(0.1, w1), compiled = new(0.1, w2);
        Compiled step = _device.Compile((x, y) => compiled.Step(LossOf(x, y, w2).Backward()));
        Tensor data = Data(8, 6), target = Data(8, 4);
        for (int i = 0; i < 5; i++)
        {
            plain.Rate = compiled.Rate = 0.1 / (i + 1);
            plain.Step(LossOf(data, target, w1).Backward());
            step.Run(data, target);
        }

        Assert.Equal(w1.ToArray<float>(), w2.ToArray<float>());
        Assert.Equal(1, step.Traces);
    }

    [Fact]
    public void A_smaller_last_batch_is_traced_once()
    {
        Parameter w = Weights(6, 4);
        PlainSgd optimizer = new(0.1, w);
        Compiled step = _device.Compile((x, y) => optimizer.Step(LossOf(x, y, w).Backward()));
        for (int epoch = 0; epoch < 3; epoch++)
        {
            step.Run(Data(8, 6), Data(8, 4));
            step.Run(Data(8, 6, 1), Data(8, 4, 1));
            step.Run(Data(3, 6), Data(3, 4));
        }

        Assert.Equal(2, step.Traces);
        Assert.Equal(9, optimizer.Steps);
    }

    [Fact]
    public void Steady_replays_allocate_nothing()
    {
        Parameter w = Weights(6, 4);
        PlainSgd optimizer = new(0.1, w);
        Compiled step = _device.Compile((x, y) => optimizer.Step(LossOf(x, y, w).Backward()));
        Tensor[] inputs = [Data(8, 6), Data(8, 6, 1)], targets = [Data(8, 4), Data(8, 4, 1)];
        for (int i = 0; i < 10; i++)
        {
            step.Run(inputs[i % 2], targets[i % 2]).Item();
        }

        // Of this thread: tests beside this one allocate too.
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            step.Run(inputs[i % 2], targets[i % 2]).Item();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Steady_replays_with_indices_masks_and_integers_allocate_nothing()
    {
        Parameter embedding = Weights(50, 8), head = Weights(8, 6);
        PlainSgd optimizer = new(0.1, embedding, head);
        Compiled step = _device.Compile((words, labels) =>
        {
            Tensor seen = embedding.Read().Gather(words).Mean([1]);
            Tensor logits = seen.MatMul(head) + labels.OneHot(6);
            Tensor correct = logits.ArgMax(1).EqualTo(labels).Sum() + ((words * 3) - 1).Max();
            Tensor loss = logits.CrossEntropy(labels, labelSmoothing: 0.1).Mean() - (logits.GatherAlong(labels.Unsqueeze(1)).Mean() * 0.01)
                + (correct.To(DType.F32) * 0.01);
            return optimizer.Step(loss.Backward());
        });
        Tensor[] words = [Numbers(0), Numbers(1)];
        Tensor[] labels = [Tensor.From<byte>([0, 1, 2, 3], new(4), _device), Tensor.From<byte>([5, 5, 0, 1], new(4), _device)];
        for (int i = 0; i < 10; i++)
        {
            step.Run(words[i % 2], labels[i % 2]).Item();
        }

        Assert.DoesNotContain(_device.LastPlan!.Launches, launch => launch is ReferenceLaunch);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            step.Run(words[i % 2], labels[i % 2]).Item();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        Tensor Numbers(int seed) => Tensor.From([.. Enumerable.Range(0, 4 * 7).Select(i => ((i * 13) + seed) % 50)], new Shape(4, 7), _device);
    }

    [Fact]
    public void Reading_a_value_while_tracing_throws()
    {
        Parameter w = Weights(6, 4);
        Compiled step = _device.Compile(x => x.MatMul(w).Sum().Item() > 0 ? x : -x);
        var error = Assert.Throws<InvalidOperationException>(() => step.Run(Data(2, 6)));
        Assert.Contains("compiled", error.Message);
    }

    [Fact]
    public void A_NaN_in_a_replay_leaves_the_weights()
    {
        Parameter w = Weights(6, 4);
        PlainSgd optimizer = new(0.1, w);
        Compiled step = _device.Compile((x, y) => optimizer.Step(LossOf(x, y, w).Backward()));
        step.Run(Data(8, 6), Data(8, 4));
        float[] before = w.ToArray<float>();
        Tensor bad = Tensor.From([.. Enumerable.Repeat(float.NaN, 48)], new Shape(8, 6), _device);
        Assert.Throws<NonFiniteException>(() => step.Run(bad, Data(8, 4)));
        Assert.Equal(before, w.ToArray<float>());
        step.Run(Data(8, 6), Data(8, 4));
        Assert.NotEqual(before, w.ToArray<float>());
    }

    [Fact]
    public void Inference_compiles_too()
    {
        Parameter w = Weights(6, 4);
        Compiled forward = _device.Compile(x => x.MatMul(w).Tanh());
        for (int i = 0; i < 3; i++)
        {
            Tensor x = Data(5, 6, i);
            Assert.Equal(x.MatMul(w).Tanh().ToArray<float>(), forward.Run(x).ToArray<float>());
        }
    }

    [Fact]
    public void What_depends_on_parameters_alone_is_kept_until_one_is_written()
    {
        Device device = Device.Cpu(threads: 2);
        var weight = new Parameter(Tensor.From([.. Enumerable.Range(0, 48 * 64).Select(i => MathF.Sin(i))], new Shape(48, 64), device));
        var gamma = new Parameter(Tensor.From([.. Enumerable.Range(0, 48).Select(i => 1 + (i * 0.1f))], new Shape(48), device));
        var variance = new Buffer(Tensor.From([.. Enumerable.Range(0, 48).Select(i => 2 + (i * 0.2f))], new Shape(48), device));
        double epsilon = 0.75;
        Tensor Forward(Tensor x) => x.MatMul(weight.T).BatchNormInference(gamma, gamma, variance, variance, epsilon);
        Tensor input = Tensor.From([.. Enumerable.Range(0, 32 * 64).Select(i => MathF.Cos(i))], new Shape(32, 64), device);
        Compiled compiled = device.Compile(Forward);
        void Agrees()
        {
            float[] actual = compiled.Run(input).ToArray<float>();
            double[] expected = Interpreter.Evaluate(Forward(input));
            Assert.All(actual.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-3));
        }

        Agrees();
        Assert.Contains(device.LastPlan!.Launches, launch => launch.Inputs is not null);
        Agrees();
        gamma.Write<float>([.. gamma.ToArray<float>().Select(v => v * 3)]);
        Agrees();
        weight.Write<float>([.. weight.ToArray<float>().Select(v => v + 1)]);
        Agrees();

        // The same structure with another number runs the same plan.
        float[] before = Forward(input).ToArray<float>();
        long plans = device.CompiledPlans;
        epsilon = 4;
        Assert.NotEqual(before, Forward(input).ToArray<float>());
        Assert.Equal(plans, device.CompiledPlans);
    }
}
