namespace Descent.Tests;

public partial class ModuleTests
{
    [Fact]
    public void State_names_follow_the_properties_and_parameters_come_in_visit_order()
    {
        var net = new LeNet5(new Rng(1));
        Assert.Equal(
            [
                "conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias",
                "fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias", "fc3.weight", "fc3.bias",
            ],
            net.State().Keys);
        Assert.Equal(net.State().Keys, net.Parameters().Select(p => p.Name));
        Assert.Equal(61_706, net.Count);
        Assert.Equal(["layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"], new Mlp(4, [3], 2, new Rng(1)).State().Keys);
    }

    [Fact]
    public void A_shared_parameter_is_seen_once_under_its_first_name()
    {
        var tied = new Tied(new Rng(1));
        Assert.Equal(["first.weight", "bias"], tied.State().Keys);
        Assert.Equal(12, tied.Parameters().Sum(p => p.Shape.Count));
    }

    [Fact]
    public void A_walk_of_an_inner_module_leaves_the_longer_path_that_messages_show()
    {
        var net = new LeNet5(new Rng(1));
        net.Parameters();
        Assert.Equal(["weight", "bias"], net.Conv1.State().Keys);
        Assert.Equal("conv1.weight", net.Conv1.Weight.Name);
        var outer = new Sequential(net);
        outer.Parameters();
        Assert.Equal("0.conv1.weight", net.Conv1.Weight.Name);
    }

    [Fact]
    public void Modes_travel_to_every_module_and_return_the_module()
    {
        var net = new Sequential(new Sequential(new Dropout(0.5, new Rng(1))), new BatchNorm1d(4));
        Assert.Same(net, net.Eval());
        Layer inner = ((Sequential)net.Layers[0]).Layers[0];
        Assert.False(net.IsTraining || net.Layers[0].IsTraining || inner.IsTraining || net.Layers[1].IsTraining);
        net.Train();
        Assert.True(net.IsTraining && inner.IsTraining);
    }

    [Fact]
    public void Frozen_parameters_get_no_gradient()
    {
        var net = new Mlp(4, [3], 2, new Rng(1));
        net.Layers[0].Freeze();
        Gradients gradients = net.Forward(Reference.Fill(new(5, 4), 0.1)).Square().Sum().Backward();
        Assert.Equal(["layers.1.weight", "layers.1.bias"], Named(net, gradients));
        net.Unfreeze();
        Assert.Equal(4, net.Forward(Reference.Fill(new(5, 4), 0.1)).Square().Sum().Backward().All.Count);

        static IEnumerable<string> Named(Module net, Gradients gradients)
        {
            net.Parameters();
            return gradients.All.Select(g => g.Parameter.Name);
        }
    }

    [Fact]
    public void A_fingerprint_changes_with_mode_freezing_and_structure_and_allocates_nothing()
    {
        var net = new Switching(new Rng(1));
        long training = net.Fingerprint();
        Assert.Equal(training, net.Fingerprint());
        net.Eval();
        Assert.NotEqual(training, net.Fingerprint());
        net.Train();
        Assert.Equal(training, net.Fingerprint());
        net.Body.Bias!.IsFrozen = true;
        Assert.NotEqual(training, net.Fingerprint());
        net.Unfreeze();
        net.Body = new Linear(3, 3, new Rng(1));
        Assert.NotEqual(training, net.Fingerprint());
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            net.Fingerprint();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_compiled_step_traces_anew_when_the_mode_changes()
    {
        var net = new Sequential(new Linear(3, 3, new Rng(1)), new Dropout(0.5, new Rng(1)));
        net.Parameters();
        Tensor x = Reference.Fill(new(2, 3), 0.1).Realize();
        Compiled step = Device.Default.Compile(net.Forward);
        float[] first = step.Run(x).ToArray<float>();
        float[] second = step.Run(x).ToArray<float>();
        Assert.Equal(1, step.Traces);
        net.Eval();
        Assert.Equal(net.Forward(x).ToArray<float>(), step.Run(x).ToArray<float>());
        Assert.Equal(2, step.Traces);
        Assert.DoesNotContain(0f, step.Run(x).ToArray<float>());
        Assert.Contains(0f, first.Concat(second));
    }

    [Fact]
    public void Summary_lists_every_cell_and_draws_no_initial_value()
    {
        var net = new Sequential(new Conv2d(1, 2, kernel: 3, new Rng(1)), new BatchNorm2d(2));
        string summary = net.Summary();
        Assert.StartsWith("Sequential: 24 parameters\n", summary, StringComparison.Ordinal);
        Assert.Contains("  0.weight        Conv2d       (2, 1, 3, 3)  18\n", summary);
        Assert.Contains("  1.running_mean  BatchNorm2d  (2)           buffer\n", summary);

        // 8 GB, if they were drawn.
        var huge = new Linear(50_000, 40_000, new Rng(1));
        long before = Environment.WorkingSet;
        Assert.StartsWith("Linear: 2,000,040,000 parameters\n", huge.Summary(), StringComparison.Ordinal);
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 100_000_000);
    }

    [Fact]
    public void Two_cells_of_one_name_are_refused() =>
        Assert.Contains("both named twice", Assert.Throws<InvalidOperationException>(new Clash().State).Message);

    private sealed partial class Tied(Rng rng) : Module
    {
        public Linear First { get; } = new(4, 2, rng, bias: false);

        public Parameter Bias { get; } = new(Tensor.Zeros(new(4)));

        public Module Again => First;
    }

    private sealed partial class Switching(Rng rng) : Module
    {
        public Linear Body { get; set; } = new(3, 3, rng);

        public Linear[] Heads { get; } = [new(3, 1, rng), new(3, 1, rng)];
    }

    private sealed class Clash : Module
    {
        public override void Visit(IStateVisitor visitor)
        {
            visitor.Parameter("twice", new Parameter(Tensor.Zeros(new(1))));
            visitor.Parameter("twice", new Parameter(Tensor.Zeros(new(1))));
        }
    }
}
