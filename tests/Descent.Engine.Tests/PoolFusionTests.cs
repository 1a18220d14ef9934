namespace Descent.Engine.Tests;

/// <summary>Where a convolution and the pooling after it run as one, and where they must not.</summary>
public sealed class PoolFusionTests
{
    private static readonly Shape s_image = new(3, 6, 14, 14), s_weight = new(16, 6, 5, 5);

    [Fact]
    public void A_pooled_layer_and_its_gradients_are_three_launches_without_its_own_output()
    {
        Device device = Device.Cpu(threads: 2);
        var (image, weight, bias) = (Leaf(s_image, device, 1), Leaf(s_weight, device, 2), Leaf(new(1, 16, 1, 1), device, 3));
        Tensor loss = Pooled(image, weight, bias).Square().Mean();
        device.Execute(new Request { Outputs = [loss, .. loss.Backward().All.Select(g => g.Gradient)], Caller = "test" });
        string[] launches = [.. device.LastPlan!.Launches.Select(launch => launch.Name).Where(name => name.Contains("conv2d", StringComparison.Ordinal))];
        Assert.Equal(
            ["conv2d+bias+relu+maxpool2d", "maxpool2d-backward+conv2d-backward-input", "maxpool2d-backward+conv2d-backward-weight"],
            launches.Order());
        Assert.DoesNotContain(device.LastPlan.Buffers, buffer => buffer.Bytes == 3 * 16 * 10 * 10 * sizeof(float));
    }

    [Fact]
    public void Without_gradients_nothing_says_where_the_maxima_stood()
    {
        Device device = Device.Cpu(threads: 2);
        Pooled(Leaf(s_image, device, 1), Leaf(s_weight, device, 2), Leaf(new(1, 16, 1, 1), device, 3)).ToArray<float>();
        Launch launch = Assert.Single(device.LastPlan!.Launches, launch => launch is PackedLaunch);
        Assert.Single(launch.Writes);
    }

    [Fact]
    public void The_pooled_values_have_the_bits_of_op_by_op()
    {
        Device device = Device.Cpu(threads: 2);
        Parameter[] leaves = [Leaf(s_image, device, 1), Leaf(s_weight, device, 2), Leaf(new(1, 16, 1, 1), device, 3)];
        float[] fused = Pooled(leaves[0], leaves[1], leaves[2]).ToArray<float>();
        using (device.Eager())
        {
            Assert.Equal(fused, Pooled(leaves[0], leaves[1], leaves[2]).ToArray<float>());
        }
    }

    [Fact]
    public void What_others_read_is_computed_on_its_own()
    {
        Device device = Device.Cpu(threads: 2);
        Tensor image = Leaf(s_image, device, 1), convolved = image.Conv2d(Leaf(s_weight, device, 2));
        Assert.Empty(Packed([convolved.MaxPool2d(2), convolved.Mean()], device));

        // Indices that somebody asks for, windows that overlap, and more channels than these kernels are for.
        (Tensor values, Tensor indices) = image.Conv2d(Leaf(s_weight, device, 3)).MaxPool2d(PoolWindow.Of(2));
        Assert.Empty(Packed([values, indices], device));
        Assert.Empty(Packed([image.Conv2d(Leaf(s_weight, device, 4)).MaxPool2d(3, stride: 2) * 2], device));
        Assert.Empty(Packed([Leaf(new(1, 16, 9, 9), device, 5).Read().Conv2d(Leaf(new(8, 16, 3, 3), device, 6)).MaxPool2d(2) * 2], device));
        Assert.Single(Packed([image.Conv2d(Leaf(s_weight, device, 7)).MaxPool2d(2) * 2], device));
    }

    private static IEnumerable<Launch> Packed(Tensor[] outputs, Device device)
    {
        device.Execute(new Request { Outputs = outputs, Caller = "test" });
        return device.LastPlan!.Launches.OfType<PackedLaunch>();
    }

    // Not the pooling itself: of an op whose value is kept, all outputs are.
    private static Tensor Pooled(Tensor image, Tensor weight, Tensor bias) => (image.Conv2d(weight) + bias).Relu().MaxPool2d(2) * 2;

    private static Parameter Leaf(Shape shape, Device device, int seed)
    {
        var random = new Random(seed);
        return new Parameter(Tensor.From([.. Enumerable.Range(0, (int)shape.Count).Select(_ => (float)random.NextDouble() - 0.5f)], shape, device))
        {
            Name = $"p{seed}.weight",
            Order = seed,
        };
    }
}
