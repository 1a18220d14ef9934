namespace Descent.Tests;

/// <summary>What holds of normalisations and activations beyond their rows in <see cref="LayerSamples"/>.</summary>
public class NormalisationTests
{
    [Fact]
    public void Inputs_and_sizes_that_do_not_fit_are_refused_by_name()
    {
        var rng = new Rng(1);
        Refuses("GroupNorm: input must be (N, 4, …)", () => new GroupNorm(2, 4).Forward(Ones(2, 3, 5)));
        Refuses("more than one element", () => new InstanceNorm(3).Forward(Ones(2, 3, 1)));
        Refuses("InstanceNorm", () => new InstanceNorm(3).Forward(Ones(2, 3)));
        Refuses("RmsNorm: input must be (…, 5)", () => new RmsNorm(5).Forward(Ones(2, 3)));
        Refuses("LocalResponseNorm", () => new LocalResponseNorm(5).Forward(Ones(3)));
        Refuses("PRelu: input must be (N, 3, …)", () => new PRelu(3).Forward(Ones(2, 4)));
        Refuses("(…, 3) and (…, 2)", () => new Bilinear(3, 2, 4, rng).Forward(Ones(5, 3), Ones(4, 2)));
        Refuses("(…, 3) and (…, 2)", () => new Bilinear(3, 2, 4, rng).Forward(Ones(5, 3), Ones(5, 3)));
        Refuses("weight-standardization", () => WeightStandardization.Of(Ones(3)));
        Assert.Contains("multiple of groups", Assert.Throws<ArgumentException>(() => new GroupNorm(3, 4)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new LocalResponseNorm(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Maxout(3, 2, 0, rng));

        static Tensor Ones(params ReadOnlySpan<int> sizes) => Tensor.Ones(new(sizes));
        static void Refuses(string message, Func<Tensor> forward) =>
            Assert.Contains(message, Assert.Throws<ShapeException>(forward).Message);
    }

    [Fact]
    public void A_group_of_each_channel_is_an_instance_normalisation_and_one_group_is_the_whole_image()
    {
        Tensor x = NetworkReference.Noise(new(2, 4, 3, 5), 0);
        Reference.Equal(Values(new InstanceNorm(4).Forward(x)), new GroupNorm(4, 4).Forward(x), 1e-6);
        Reference.Equal(Values(x.Flatten().LayerNorm()), new GroupNorm(1, 4).Forward(x), 1e-6);

        static double[] Values(Tensor y) => [.. y.ToArray<float>().Select(value => (double)value)];
    }

    [Fact]
    public void Self_normalising_units_keep_mean_and_variance_through_layers()
    {
        var rng = new Rng(1);
        Tensor x = rng.Normal(new(200, 100));
        for (int layer = 0; layer < 8; layer++)
        {
            x = x.MatMul(rng.Normal(new(100, 100), 0, 0.1)).Selu();
        }

        float[] y = x.ToArray<float>();
        Assert.InRange(y.Average(), -0.15, 0.15);
        Assert.InRange(y.Average(v => (double)v * v), 0.75, 1.25);
    }
}
