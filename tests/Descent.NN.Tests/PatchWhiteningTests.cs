namespace Descent.Tests;

/// <summary>What begins from training images, or from its own input, and not at random.</summary>
public class PatchWhiteningTests
{
    [Fact]
    public void Fitted_filters_give_coordinates_of_deviation_one_that_do_not_depend_on_each_other_and_their_negatives()
    {
        const int Count = 70, Components = 5;
        Tensor images = Smooth(Count);
        var whitening = new PatchWhitening2d(channels: 2, Components, kernel: 3, new Rng(1), epsilon: 0);
        whitening.Fit(images);
        Tensor y = whitening.Forward(images);
        Assert.Equal(new Shape(Count, 2 * Components, 9, 8), y.Shape);

        // Where no patch reaches over the edge.
        Tensor rows = y.Narrow(2, 1, 7).Narrow(3, 1, 6).Permute(0, 2, 3, 1).Reshape(-1, 2 * Components);
        float[] moments = (rows.T.MatMul(rows) * (1.0 / rows.Shape[0])).ToArray<float>();
        for (int i = 0; i < 2 * Components; i++)
        {
            for (int k = 0; k < 2 * Components; k++)
            {
                double expected = i == k ? 1 : i % Components == k % Components ? -1 : 0;
                Assert.Equal(expected, moments[(i * 2 * Components) + k], 2e-3);
            }
        }
    }

    [Fact]
    public void The_first_direction_is_that_of_the_largest_variance_and_epsilon_damps_small_ones()
    {
        // Every patch is flat, so that one direction holds all there is.
        Tensor flat = Tensor.From(NetworkReference.Values(50, 0, scale: 1, shift: 0), new(50, 1, 1, 1)).Expand(new(50, 1, 5, 5)).Realize();
        var whitening = new PatchWhitening2d(channels: 1, components: 2, kernel: 3, new Rng(1), epsilon: 1e-2);
        whitening.Fit(flat);
        float[] filters = whitening.Weight.ToArray<float>();
        double variance = 9 * NetworkReference.Values(50, 0).Average(value => (double)value * value);
        Assert.All(filters[..9], value => Assert.Equal(1 / (3 * Math.Sqrt(variance + 1e-2)), value, 1e-5));
        Assert.Equal(1 / 1e-2, filters[9..18].Sum(value => (double)value * value), 0.1);
        Assert.Equal(filters[..18].Select(value => -value), filters[18..]);
    }

    [Fact]
    public void A_fast_vgg_takes_its_whitening_from_images_and_no_step_changes_it()
    {
        var net = new FastVgg(new Rng(1), channels: 2, width: 0.125);
        net.InitializeFrom(Smooth(20));
        float[] filters = net.Whiten.Weight.ToArray<float>();
        var alone = new PatchWhitening2d(channels: 2, components: 16, kernel: 3, new Rng(2));
        alone.Fit(Smooth(20));
        Assert.Equal(alone.Weight.ToArray<float>(), filters);
        var optimizer = new Sgd(net.Parameters(), 0.1);
        optimizer.Step(Loss.CrossEntropy(net.Forward(Smooth(4)), Tensor.From<int>([1, 2, 3, 4], new(4))).Backward());
        Assert.Equal(filters, net.Whiten.Weight.ToArray<float>());
    }

    [Fact]
    public void A_convolution_that_begins_as_dirac_passes_its_input_on()
    {
        var conv = new Conv2d(3, 5, kernel: 3, new Rng(1), padding: 1, bias: false, init: Init.Dirac);
        Tensor x = NetworkReference.Noise(new(2, 3, 4, 6), 0);
        Tensor y = conv.Forward(x);
        Assert.Equal(x.ToArray<float>(), y.Narrow(1, 0, 3).ToArray<float>());
        float[] weight = conv.Weight.ToArray<float>();
        Assert.All(weight[(3 * 27)..], value => Assert.InRange(value, -1 / Math.Sqrt(27), 1 / Math.Sqrt(27)));
        Assert.Equal(2 * 27, weight[(3 * 27)..].Distinct().Count());

        var fewer = new Conv2d(5, 2, kernel: 1, new Rng(1), bias: false, init: Init.Dirac);
        Assert.Equal([1, 0, 0, 0, 0, 0, 1, 0, 0, 0], fewer.Weight.ToArray<float>());
    }

    /// <summary>Noise of which neighbours share a part, as in photographs.</summary>
    private static Tensor Smooth(int count)
    {
        Tensor noise = NetworkReference.Noise(new(count, 2, 11, 10), 0);
        return noise.AvgPool2d(3, stride: 1) + (noise.Narrow(2, 0, 9).Narrow(3, 0, 8) * 0.1);
    }
}
