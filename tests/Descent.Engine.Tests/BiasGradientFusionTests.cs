namespace Descent.Engine.Tests;

/// <summary>The gradient of a convolution's bias comes with that of its weight.</summary>
public sealed class BiasGradientFusionTests
{
    [Theory]
    [InlineData(2, 3, 9, 5)] // direct
    [InlineData(2, 17, 8, 19)] // Winograd, block by block
    [InlineData(3, 128, 8, 120)] // Winograd, plane by plane
    public void One_launch_computes_both_and_they_are_what_op_by_op_gives(int n, int c, int side, int k)
    {
        Device device = Device.Cpu(threads: 2);
        Parameter weight = Leaf(new(k, c, 3, 3), device, 1), bias = Leaf(new(1, k, 1, 1), device, 2);
        Tensor image = Leaf(new(n, c, side, side), device, 3).Read().Detach();
        float[][] fused = Gradients();
        Assert.Single(device.LastPlan!.Launches, launch => launch.Name == "conv2d-backward-weight+bias");
        Assert.DoesNotContain(device.LastPlan.Launches, launch => launch.Name == "sum" && launch.Detail.Contains($"→ (1, {k})", StringComparison.Ordinal));
        using (device.Eager())
        {
            foreach ((float[] expected, float[] actual) in Gradients().Zip(fused))
            {
                float largest = expected.Max(Math.Abs);
                Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5f * largest));
            }
        }

        float[][] Gradients()
        {
            Tensor loss = (image.Conv2d(weight, padding: 1) + bias).Square().Mean();
            Gradients gradients = loss.Backward();
            device.Execute(new Request { Outputs = [.. gradients.All.Select(g => g.Gradient)], Caller = "test" });
            return [.. gradients.All.Select(g => g.Gradient.ToArray<float>())];
        }
    }

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
