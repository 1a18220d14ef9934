namespace Descent.Tests;

/// <summary>A compiled step notices what changed in a model, walked by a visitor before or not.</summary>
public sealed partial class CompiledGuardTests
{
    private readonly Device _device = Device.Cpu(threads: 1);
    private readonly Tensor _x;

    public CompiledGuardTests() => _x = Tensor.From(Reference.Values(6, 0.1), new(2, 3), _device);

    [Fact]
    public void The_mode_of_a_dropout_without_any_parameter()
    {
        var dropout = new Dropout(0.5, new Rng(1, _device));
        Compiled step = _device.Compile(x => dropout.Forward(x) + 0);
        Assert.Contains(0f, Enumerable.Range(0, 8).SelectMany(_ => step.Run(_x).ToArray<float>()));
        dropout.Eval();
        Assert.Equal(_x.ToArray<float>(), step.Run(_x).ToArray<float>());
        Assert.Equal(2, step.Traces);
        dropout.Train();
        Assert.Contains(0f, Enumerable.Range(0, 8).SelectMany(_ => step.Run(_x).ToArray<float>()));
        Assert.Equal(3, step.Traces);
    }

    [Fact]
    public void The_mode_of_a_normalisation_that_no_visitor_has_walked()
    {
        var norm = new BatchNorm1d(3, device: _device);
        Compiled step = _device.Compile(norm.Forward), lambda = _device.Compile(x => norm.Forward(x));
        Assert.Equal(step.Run(_x).ToArray<float>(), lambda.Run(_x).ToArray<float>());
        norm.Eval();
        Assert.Equal(norm.Forward(_x).ToArray<float>(), step.Run(_x).ToArray<float>());
        Assert.Equal(norm.Forward(_x).ToArray<float>(), lambda.Run(_x).ToArray<float>());
        Assert.Equal((2, 2), (step.Traces, lambda.Traces));
    }

    [Fact]
    public void A_parameter_of_no_module_that_is_frozen_or_trains_again()
    {
        var (w, v) = (Weights(0.3), Weights(0.4));
        var optimizer = new Sgd([w, v], 0.1);
        Compiled step = _device.Compile(x => optimizer.Step((x.MatMul(w) * x.MatMul(v)).Sum().Backward()));
        step.Run(_x);
        step.Run(_x);
        v.IsFrozen = true;
        float[] kept = v.ToArray<float>(), moved = w.ToArray<float>();
        step.Run(_x);
        Assert.Equal(kept, v.ToArray<float>());
        Assert.NotEqual(moved, w.ToArray<float>());
        v.IsFrozen = false;
        step.Run(_x);
        Assert.NotEqual(kept, v.ToArray<float>());
        Assert.Equal(3, step.Traces);
    }

    [Fact]
    public void Structure_of_a_model_that_no_visitor_has_walked()
    {
        var net = new Switching(new Rng(1, _device));
        Compiled step = _device.Compile(net.Forward);
        step.Run(_x);
        net.Body = new Linear(3, 3, new Rng(2, _device));
        Assert.Equal(net.Forward(_x).ToArray<float>(), step.Run(_x).ToArray<float>());
        net.Tail.Add(new Linear(3, 3, new Rng(3, _device)));
        Assert.Equal(net.Forward(_x).ToArray<float>(), step.Run(_x).ToArray<float>());
        step.Run(_x);
        Assert.Equal(3, step.Traces);
    }

    [Fact]
    public void Structure_of_a_model_that_is_called_in_a_lambda_and_was_walked()
    {
        var net = new Switching(new Rng(1, _device));
        net.Parameters();
        Compiled step = _device.Compile(x => net.Forward(x) * 2);
        step.Run(_x);
        net.Body = new Linear(3, 3, new Rng(2, _device));
        Assert.Equal((net.Forward(_x) * 2).ToArray<float>(), step.Run(_x).ToArray<float>());
        Assert.Equal(2, step.Traces);
    }

    [Fact]
    public void Replays_with_guards_allocate_nothing()
    {
        var net = new Sequential(new Linear(3, 3, new Rng(1, _device)), new Dropout(0.5, new Rng(1, _device)), new BatchNorm1d(3, device: _device));
        Compiled step = _device.Compile(net.Forward);
        for (int i = 0; i < 10; i++)
        {
            step.Run(_x);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            step.Run(_x);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1, step.Traces);
    }

    private Parameter Weights(double phase) => new(Tensor.From(Reference.Values(9, phase), new(3, 3), _device));

    private sealed partial class Switching(Rng rng) : Layer
    {
        public Linear Body { get; set; } = new(3, 3, rng);

        public List<Linear> Tail { get; } = [];

        public override Tensor Forward(Tensor x)
        {
            x = Body.Forward(x);
            foreach (Linear layer in Tail)
            {
                x = layer.Forward(x);
            }

            return x;
        }
    }
}
