namespace Descent.Tests;

/// <summary>What a network's graph says of its layers, held to published figures.</summary>
public class NetworkProfileTests
{
    /// <summary>Multiply-adds in thousand millions: torchvision's documentation; MobileNet's are its paper's.</summary>
    [Theory]
    [InlineData("alexnet", 0.714)]
    [InlineData("vgg11", 7.609)]
    [InlineData("vgg16-bn", 15.470)]
    [InlineData("googlenet", 1.498)]
    [InlineData("resnet18", 1.814)]
    [InlineData("resnet50", 4.089)]
    [InlineData("resnet152", 11.514)]
    [InlineData("vit-b16", 17.564)]
    [InlineData("mobilenet", 0.569)]
    public void Multiply_adds_are_those_published(string name, double published)
    {
        NetworkProfile profile = ProfileOf(name);
        Assert.Equal(published, profile.MultiplyAdds / 1e9, 3);
        Assert.Equal(2 * profile.MultiplyAdds, profile.Flops);
        Assert.Equal(profile.Parameters, profile.Layers.Sum(layer => layer.Parameters));
    }

    /// <summary>Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill 2019.</summary>
    [Theory]
    [InlineData("alexnet", 195)]
    [InlineData("vgg16", 212)]
    [InlineData("mobilenet", 315)]
    public void Receptive_fields_are_those_published(string name, int side) => Assert.Equal(
        (side, side), ProfileOf(name).Layers.Last(layer => layer.ReceptiveField is not null).ReceptiveField);

    [Fact]
    public void All_models_are_profiled_in_little_memory()
    {
        long before = Environment.WorkingSet, parameters = 0;
        foreach (string name in Architecture.Names)
        {
            parameters += ProfileOf(name).Parameters;
        }

        const long little = 256 << 20;
        Assert.True(parameters * sizeof(float) > 10 * little);
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, little);
    }

    [Fact]
    public void A_summary_shows_layers_in_the_order_of_the_forward_pass()
    {
        string expected = """
              layer  kind       output           parameters  Mflop   sees
              conv1  Conv2d     (1, 6, 28, 28)          156    0.2    5×5
                     relu       (1, 6, 28, 28)                        5×5
                     maxpool2d  (1, 6, 14, 14)                        6×6
              conv2  Conv2d     (1, 16, 10, 10)       2,416    0.5  14×14
                     relu       (1, 16, 10, 10)                     14×14
                     maxpool2d  (1, 16, 5, 5)                       16×16
              fc1    Linear     (1, 120)             48,120    0.1    all
                     relu       (1, 120)                              all
              fc2    Linear     (1, 84)              10,164    0.0    all
                     relu       (1, 84)                               all
              fc3    Linear     (1, 10)                 850    0.0    all
            LeNet5: 61,706 parameters, 0.001 Gflop, 0.03 MB of activations

            """;
        string summary = new LeNet5(new Rng(1)).Summary(new Shape(1, 1, 28, 28));
        Assert.Equal(expected.ReplaceLineEndings("\n"), string.Join('\n', summary.Split('\n').Select(line => line.TrimEnd())));
    }

    [Fact]
    public void A_summary_of_a_network_without_feature_maps_says_nothing_of_what_they_see() =>
        Assert.StartsWith("  layer     kind    output  parameters  Mflop\n", new Mlp(4, [3], 2, new Rng(1)).Summary(new Shape(1, 4)));

    [Fact]
    public void Effective_fields_of_box_filters_are_their_sums()
    {
        var model = new Sequential(Box(), Box(), Box());
        model.Train();
        NetworkProfile profile = NetworkProfile.Of(model, Tensor.Ones(new(1, 1, 15, 15)));
        Assert.True(model.IsTraining);

        // One box of nine; two give [1 2 3 2 1]², all above 4.55 % of 9; of [1 3 6 7 6 3 1]² the four corners are below.
        double[] sides = [.. profile.Layers.Select(layer => layer.EffectiveReceptiveField!.Value)];
        Assert.Equal([3, 5, Math.Sqrt(45)], sides);
        Assert.Equal([(3, 3), (5, 5), (7, 7)], profile.Layers.Select(layer => layer.ReceptiveField!.Value));
        Assert.Contains("effectively", model.Summary(Tensor.Ones(new(1, 1, 15, 15))));

        static Conv2d Box() => new(1, 1, kernel: 3, new Rng(1), padding: 1, bias: false, init: (shape, _, rng) => Tensor.Ones(shape));
    }

    [Fact]
    public void A_transposed_convolution_and_a_shortcut_of_every_second_pixel_have_their_fields()
    {
        var rng = new Rng(1);
        var up = new Sequential(
            new Conv2d(1, 1, kernel: 2, rng, stride: 2), new ConvTranspose2d(1, 1, kernel: 4, rng, stride: 2, padding: 1));
        Assert.Equal([(2, 2), (4, 4)], NetworkProfile.Of(up, new Shape(1, 1, 8, 8)).Layers.Select(layer => layer.ReceptiveField!.Value));
        Assert.Equal((81, 81), ProfileOf("resnet20").Layers.Last(layer => layer.ReceptiveField is not null).ReceptiveField);
    }

    private static NetworkProfile ProfileOf(string name) =>
        NetworkProfile.Of(Architecture.Parse(name).Build(new Rng(1)), new Shape([1, .. Architecture.Parse(name).Input.Sizes]), Architecture.Parse(name).InputType);
}
