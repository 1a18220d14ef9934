namespace Descent.Engine.Tests;

/// <summary>What the backward pass computes again instead of finding it kept, and what convolutions compute as they read.</summary>
public sealed class RecomputeTests
{
    private const int Channels = 16;
    private static readonly Shape s_images = new(32, Channels, 16, 16);

    [Fact]
    public void No_bit_changes_and_the_arena_shrinks()
    {
        (Plan keeping, Plan computing) = WithTheSameBits(Residual);

        // Of seven rectified sums and normalisations three are sums that too much would have to be read for.
        Assert.Equal(5, computing.Source.Simplified.Count(what => what == "computed again"));
        Assert.InRange(computing.ArenaBytes, 0, 0.75 * keeping.ArenaBytes);
    }

    [Fact]
    public void A_rectified_normalisation_between_convolutions_is_never_written()
    {
        (_, Plan plan) = WithTheSameBits(Straight);
        Assert.Single(plan.Launches, launch => launch.Name == "scale-shift+relu+conv2d");
        Assert.Single(plan.Launches, launch => launch.Name == "scale-shift+relu+conv2d-backward-weight");
        Assert.DoesNotContain(plan.Launches, launch => launch.Name is "multiply-add+relu" or "conv2d-backward-input+relu-backward");
    }

    [Fact]
    public void One_that_a_pooling_reads_too_is_written_for_both()
    {
        (_, Plan plan) = WithTheSameBits(WithPooling);
        Assert.DoesNotContain(plan.Launches, launch => launch.Name == "scale-shift+relu+conv2d");
        Assert.Single(plan.Launches, launch => launch.Name == "scale-shift+relu+conv2d-backward-weight");
    }

    [Fact]
    public void What_is_small_is_kept()
    {
        Device device = Device.Cpu(threads: 2);
        Run(device, Residual);
        Assert.DoesNotContain("computed again", device.LastPlan!.Source.Simplified);
    }

    /// <summary>Gradients of weights end more memory than they take: each runs as soon as it can.</summary>
    [Fact]
    public void Gradients_of_weights_run_between_those_of_inputs()
    {
        (_, Plan plan) = Gradients(Straight, keepsAll: true);
        string[] passes = [.. plan.Launches.Select(launch => launch.Name.Split('+')[0]).Where(name => name.StartsWith("conv2d-", StringComparison.Ordinal))];
        Assert.Equal(["conv2d-backward-weight", "conv2d-backward-input", "conv2d-backward-weight"], passes);
    }

    /// <summary>The plans that keep everything and that compute again, whose losses and gradients are equal bit for bit.</summary>
    private static (Plan Keeping, Plan Computing) WithTheSameBits(Func<Leaves, Tensor, Tensor> network)
    {
        (float[][] kept, Plan keeping) = Gradients(network, keepsAll: true);
        (float[][] again, Plan computing) = Gradients(network, keepsAll: false);
        Assert.Equal(kept, again);
        return (keeping, computing);
    }

    private static (float[][] Gradients, Plan Plan) Gradients(Func<Leaves, Tensor, Tensor> network, bool keepsAll)
    {
        Device device = Device.Cpu(threads: 2);
        device.RecomputeFrom = keepsAll ? long.MaxValue : s_images.Count;
        float[][] gradients = Run(device, network);
        return (gradients, device.LastPlan!);
    }

    private static float[][] Run(Device device, Func<Leaves, Tensor, Tensor> network)
    {
        var leaves = new Leaves(device);
        Gradients gradients = network(leaves, leaves.Data(s_images)).Square().Mean().Backward();
        device.Execute(new Request { Outputs = [gradients.Loss, .. gradients.All.Select(g => g.Gradient)], Caller = "test" });
        return [gradients.Loss.ToArray<float>(), .. gradients.All.Select(g => g.Gradient.ToArray<float>())];
    }

    private static Tensor Residual(Leaves leaves, Tensor x)
    {
        x = Normalised(leaves, x).Relu();
        for (int block = 0; block < 3; block++)
        {
            x = (x + Normalised(leaves, Normalised(leaves, x).Relu())).Relu();
        }

        return x;
    }

    private static Tensor Straight(Leaves leaves, Tensor x) => Normalised(leaves, Normalised(leaves, x).Relu());

    private static Tensor WithPooling(Leaves leaves, Tensor x)
    {
        Tensor y = Normalised(leaves, x).Relu();
        return Normalised(leaves, y) + y.AvgPool2d(3, 1, 1);
    }

    private static Tensor Normalised(Leaves leaves, Tensor x)
    {
        Tensor y = x.Conv2d(leaves.Next(new(Channels, Channels, 3, 3)), padding: 1);
        return y.BatchNormTraining(leaves.Next(new(Channels)), leaves.Next(new(Channels)), 1e-5).Y;
    }

    /// <summary>Parameters and images of small random numbers, one after the other.</summary>
    private sealed class Leaves(Device device)
    {
        private readonly Random _random = new(1);
        private int _count;

        public Parameter Next(Shape shape) => new(Data(shape)) { Name = $"p{_count}.weight", Order = _count++ };

        public Tensor Data(Shape shape) => Tensor.From([.. Enumerable.Range(0, (int)shape.Count).Select(_ => (float)_random.NextDouble() - 0.5f)], shape, device);
    }
}
