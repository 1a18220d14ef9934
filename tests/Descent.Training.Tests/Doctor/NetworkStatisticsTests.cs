namespace Descent.Training.Tests;

public sealed class NetworkStatisticsTests
{
    [Fact]
    public void Statistics_are_those_of_the_values_computed_by_hand()
    {
        var rng = new Rng(2);
        var model = new Mlp(6, [5], 3, rng);
        Tensor x = rng.Normal(new(64, 6)).Realize(), labels = Tensor.From(Enumerable.Range(0, 64).Select(i => i % 3).ToArray(), new(64));
        NetworkStatistics statistics = NetworkStatistics.Of(model, x, () => Loss.CrossEntropy(model.Forward(x), labels));
        Assert.Equal(["layers.0 Linear", "layers.0 relu", "layers.1 Linear"], statistics.Layers.Select(layer => $"{layer.Name} {layer.Kind}"));

        Tensor hidden = model.Layers[0].Forward(x), active = hidden.Relu(), logits = model.Layers[1].Forward(active);
        Tensor loss = Loss.CrossEntropy(logits, labels);
        Tensor[] gradients = loss.Backward(hidden, active, logits, model.Layers[0].Weight.Read());
        Assert.Equal(loss.Item(), statistics.Loss, 1e-6);
        Tensor[] values = [hidden, active, logits];
        for (int i = 0; i < values.Length; i++)
        {
            Same(values[i].ToArray<float>(), statistics.Layers[i].Activations);
            Same(gradients[i].ToArray<float>(), statistics.Layers[i].Gradients!);
        }

        Assert.Equal(5, statistics.Layers[1].Units);
        ParameterStatistics weight = statistics.Parameters[0];
        Assert.Equal("layers.0.weight", weight.Name);
        Assert.Equal(Math.Sqrt(model.Layers[0].Weight.ToArray<float>().Sum(w => (double)w * w)), weight.Norm, 1e-5);
        Assert.Equal(Math.Sqrt(gradients[3].ToArray<float>().Sum(g => (double)g * g)), weight.GradientNorm!.Value, 1e-5);

        static void Same(float[] expected, ValueStatistics actual)
        {
            double mean = expected.Average(v => (double)v);
            Assert.Equal(mean, actual.Mean, 1e-6);
            Assert.Equal(Math.Sqrt(expected.Average(v => (v - mean) * (v - mean))), actual.Deviation, 1e-6);
            Assert.Equal((double)expected.Count(v => v == 0) / expected.Length, actual.ZeroPart, 1e-6);
            Assert.Equal((expected.Min(), expected.Max()), ((float)actual.Histogram.Low, (float)actual.Histogram.High));
            Assert.Equal(expected.Length, actual.Histogram.Counts.Sum());
        }
    }

    [Fact]
    public void Looking_changes_nothing_and_normalises_by_the_batch()
    {
        var rng = new Rng(2);
        var model = new CifarResNet(20, rng, 4, 1);
        Tensor x = rng.Normal(new(16, 1, 16, 16)).Realize(), labels = Tensor.From(Enumerable.Range(0, 16).Select(i => i % 4).ToArray(), new(16));
        model.Train();
        string before = WeightsHash.Of(model);
        NetworkStatistics statistics = NetworkStatistics.Of(model, x, () => Loss.CrossEntropy(model.Forward(x), labels));
        Assert.Equal(before, WeightsHash.Of(model));
        Assert.True(model.IsTraining);
        LayerStatistics norm = statistics.Layers.First(layer => layer.Kind == "BatchNorm2d");
        Assert.Equal(0, norm.Activations.Mean, 1e-4);
        Assert.Equal(1, norm.Activations.Deviation, 1e-2);
        Assert.Equal(statistics.Layers.Count, statistics.Layers.Select(layer => (layer.Name, layer.Kind)).Distinct().Count());
        Assert.Equal(statistics.Parameters.Count, model.Parameters().Count);
        Assert.Equal(statistics.Loss, NetworkStatistics.Of(model, x, () => Loss.CrossEntropy(model.Forward(x), labels)).Loss);
    }

    [Fact]
    public void Dead_and_saturated_units_are_counted()
    {
        var rng = new Rng(2);
        var model = new Sequential(new Linear(4, 8, rng), new Activation<Relu>(), new Linear(8, 6, rng), new Activation<Tanh>(), new Linear(6, 2, rng), new Activation<Sigmoid>());
        var first = (Linear)model.Layers[0];
        float[] bias = new float[8];
        bias.AsSpan(0, 2).Fill(-100);
        first.Bias!.Write<float>(bias);
        ((Linear)model.Layers[2]).Bias!.Write<float>([50, 50, 50, 0, 0, 0]);
        ((Linear)model.Layers[4]).Bias!.Write<float>([50, 0]);
        Tensor x = rng.Normal(new(200, 4)).Realize();
        NetworkStatistics statistics = NetworkStatistics.Of(model, x, () => model.Forward(x).Sum());
        Assert.Equal(0.25, statistics.Layers.Single(layer => layer.Kind == "relu").DeadPart!.Value, 1e-6);
        Assert.InRange(statistics.Layers.Single(layer => layer.Kind == "tanh").SaturatedPart!.Value, 0.5, 0.75);
        Assert.DoesNotContain(statistics.Layers, layer => layer.Kind == "sigmoid");
    }
}
