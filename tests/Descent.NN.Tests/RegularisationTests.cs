namespace Descent.Tests;

/// <summary>What dropout and noise do in training.</summary>
public class RegularisationTests
{
    private static readonly Tensor s_ones = Tensor.Ones(new(100, 100));

    [Fact]
    public void Dropout_zeroes_its_part_scales_the_rest_and_passes_in_evaluation()
    {
        var dropout = new Dropout(0.25, new Rng(1));
        float[] y = dropout.Forward(s_ones).ToArray<float>();
        Assert.All(y, value => Assert.True(value is 0 or (> 1.33332f and < 1.33334f)));

        // Standard deviation of the count: √(10⁴ · ¼ · ¾) = 43.
        Assert.InRange(y.Count(value => value == 0), 2500 - 220, 2500 + 220);
        Assert.NotEqual(y, dropout.Forward(s_ones).ToArray<float>());
        Assert.Equal(y, new Dropout(0.25, new Rng(1)).Forward(s_ones).ToArray<float>());
        Assert.Same(s_ones, dropout.Eval().Forward(s_ones));
    }

    [Fact]
    public void Two_dropouts_of_one_rng_draw_different_masks()
    {
        var rng = new Rng(1);
        var (a, b) = (new Dropout(0.5, rng), new Dropout(0.5, rng));
        Tensor ones = Tensor.Ones(new(1000));
        Assert.NotEqual(a.Forward(ones).ToArray<float>(), b.Forward(ones).ToArray<float>());
    }

    [Fact]
    public void Dropout_of_the_paper_keeps_values_in_training_and_scales_at_prediction()
    {
        var dropout = new Dropout(0.25, new Rng(1), scaleAtPrediction: true);
        float[] y = dropout.Forward(s_ones).ToArray<float>();
        Assert.All(y, value => Assert.True(value is 0 or 1));
        Assert.InRange(y.Count(value => value == 0), 2500 - 220, 2500 + 220);
        Assert.All(dropout.Eval().Forward(s_ones).ToArray<float>(), value => Assert.Equal(0.75f, value));
    }

    [Fact]
    public void Spatial_dropout_takes_channels_and_stochastic_depth_takes_samples()
    {
        Tensor ones = Tensor.Ones(new(50, 40, 3, 2));
        AssertWhole(new SpatialDropout(0.25, new Rng(1)).Forward(ones).ToArray<float>(), size: 6, count: 2000);
        AssertWhole(new StochasticDepth(0.25, new Rng(1)).Forward(ones).ToArray<float>(), size: 240, count: 50);
        Assert.Throws<ShapeException>(() => new SpatialDropout(0.25, new Rng(1)).Forward(s_ones));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StochasticDepth(1, new Rng(1)));

        static void AssertWhole(float[] y, int size, int count)
        {
            float[][] parts = [.. y.Chunk(size)];
            Assert.All(parts, part => Assert.All(part, value => Assert.Equal(part[0], value)));
            Assert.All(parts, part => Assert.True(part[0] is 0 or (> 1.33332f and < 1.33334f)));

            // Five deviations of the count, √(n · ¼ · ¾).
            double deviation = Math.Sqrt(count * 0.1875);
            Assert.InRange(parts.Count(part => part[0] == 0), (0.25 * count) - (5 * deviation), (0.25 * count) + (5 * deviation));
        }
    }

    [Fact]
    public void Gaussian_noise_has_its_deviation_and_goes_in_evaluation()
    {
        var noise = new GaussianNoise(0.2, new Rng(1));
        float[] z = [.. noise.Forward(s_ones).ToArray<float>().Select(y => y - 1)];
        Assert.InRange(z.Average(), -0.01, 0.01);
        Assert.InRange(Math.Sqrt(z.Average(x => x * x)), 0.195, 0.205);
        Assert.NotEqual(z[0], noise.Forward(s_ones).ToArray<float>()[0] - 1);
        Assert.Same(s_ones, noise.Eval().Forward(s_ones));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GaussianNoise(-1, new Rng(1)));
    }

    [Fact]
    public void Gradients_in_training_equal_central_differences()
    {
        var rng = new Rng(3);
        var x = new Parameter(NetworkReference.Noise(new(4, 3, 5), 0));
        Layer[] layers =
        [
            new Dropout(0.5, rng), new Dropout(0.5, rng, scaleAtPrediction: true), new SpatialDropout(0.5, rng), new StochasticDepth(0.5, rng),
            new GaussianNoise(0.5, rng),
        ];
        Assert.All(layers, layer => GradCheck.Verify(() => layer.Forward(x).Square(), [x]));
    }

    [Fact]
    public void Max_norm_shortens_long_units_and_leaves_the_others_bit_for_bit()
    {
        var linear = new Linear(3, 2, new Rng(1));
        linear.Weight.Write<float>([3, 0, 4, 0.1f, 0.2f, 0.3f]);
        float[] bias = linear.Bias!.ToArray<float>();
        MaxNorm.Apply(linear.Parameters(), 2);
        float[] w = linear.Weight.ToArray<float>();
        Assert.Equal([1.2f, 0, 1.6f], w[..3], (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal([0.1f, 0.2f, 0.3f], w[3..]);
        Assert.Equal(bias, linear.Bias.ToArray<float>());
        linear.Weight.IsFrozen = true;
        MaxNorm.Apply(linear.Parameters(), 0.1);
        Assert.Equal(w, linear.Weight.ToArray<float>());
        Assert.Throws<ArgumentException>(() => MaxNorm.Apply([], 1));
        Assert.Throws<ShapeException>(() => MaxNorm.Limited(Tensor.Ones(new(3)), 1));
    }

    [Fact]
    public void Max_norm_holds_in_every_replay_of_a_compiled_step()
    {
        var linear = new Linear(3, 2, new Rng(1));
        var optimizer = new Sgd(linear.Parameters(), 0.5);
        Compiled step = Device.Default.Compile(x =>
        {
            Tensor loss = optimizer.Step((-linear.Forward(x).Sum()).Backward());
            MaxNorm.Apply(linear.Parameters(), 1);
            return loss;
        });
        Tensor x = Tensor.Ones(new(1, 3)).Realize();
        for (int i = 0; i < 4; i++)
        {
            step.Run(x);
            Assert.All(linear.Weight.ToArray<float>().Chunk(3), row => Assert.InRange(row.Sum(w => w * w), 0, 1.0001f));
        }

        // Four steps of ½ for each weight are far beyond the limit.
        Assert.All(linear.Weight.ToArray<float>().Chunk(3), row => Assert.InRange(row.Sum(w => w * w), 0.9999f, 1.0001f));
    }

    [Fact]
    public void A_penalty_without_weights_is_refused_and_that_of_squares_is_weight_decay()
    {
        var (punished, decayed) = (new Linear(3, 2, new Rng(1)), new Linear(3, 2, new Rng(1)));
        Tensor x = NetworkReference.Noise(new(4, 3), 0);
        var (one, two) = (new Sgd(punished.Parameters(), 0.1), new Sgd(decayed.Parameters(), 0.1, weightDecay: 0.2));
        for (int step = 0; step < 3; step++)
        {
            one.Step((punished.Forward(x).Square().Mean() + Penalty.L2(punished.Parameters(), 0.2)).Backward());
            two.Step(decayed.Forward(x).Square().Mean().Backward());
        }

        Assert.Equal(decayed.Weight.ToArray<float>(), punished.Weight.ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal(decayed.Bias!.ToArray<float>(), punished.Bias!.ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Contains("all: true", Assert.Throws<ArgumentException>(() => Penalty.L1([.. punished.Parameters().Skip(1)], 1)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Penalty.ElasticNet(punished.Parameters(), 1, l1Ratio: 2));
    }
}
