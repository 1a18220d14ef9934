using System.Text.Json;

namespace Descent.Training.Tests;

public sealed class TrainingMonitorTests
{
    [Fact]
    public void A_healthy_training_is_described_behind_each_epoch_and_goes_on_as_one_that_is_not_watched()
    {
        (string hash, List<TrainingStatistics> statistics, List<Finding> findings, _) = Train(3e-3, watched: true);
        Assert.Equal(Train(3e-3, watched: false).Hash, hash);
        Assert.Empty(findings.Select(finding => finding.Says));
        Assert.Equal([1, 2, 3], statistics.Select(s => s.Epoch));
        Assert.All(statistics, s => Assert.Equal(4, s.UpdateRatios.Count));
        Assert.All(statistics[0].UpdateRatios.Values, ratio => Assert.InRange(ratio, 1e-5, 0.1));
        using JsonDocument line = JsonDocument.Parse(Json.Line(statistics[^1].WriteMembers));
        Assert.Equal("statistics", line.RootElement.GetProperty("kind").GetString());
        JsonElement relu = line.RootElement.GetProperty("layers").EnumerateArray().Single(layer => layer.GetProperty("kind").GetString() == "relu");
        Assert.Equal(Histogram.DefaultBins, relu.GetProperty("activations").GetProperty("counts").GetArrayLength());
        Assert.InRange(relu.GetProperty("activations").GetProperty("zero_part").GetDouble(), 0.1, 0.9);
        Assert.InRange(relu.GetProperty("dead_part").GetDouble(), 0, 0.4);
        Assert.Equal(4, line.RootElement.GetProperty("parameters").GetArrayLength());
    }

    [Fact]
    public void A_loss_that_explodes_ends_the_training_with_the_weights_from_before()
    {
        (_, _, List<Finding> findings, Trained trained) = Train(3, watched: true, sgd: true);
        Assert.True(trained.Monitor!.HasDiverged, string.Join(' ', trained.Result.Epochs.Select(e => e.TrainingLoss)));
        Assert.Equal("diverged", findings[0].Check);
        Assert.Contains("learning rate is too large", trained.Result.StopReason);
        Assert.InRange(trained.Result.Epochs.Count, 1, 2);
        Assert.Equal(trained.Start, Evaluation.Of(trained.Model.Eval(), trained.Data).Loss, 1e-6);
    }

    [Fact]
    public void A_rate_that_is_too_small_is_told_once()
    {
        (_, _, List<Finding> findings, _) = Train(1e-9, watched: true);
        Finding finding = Assert.Single(findings);
        Assert.Equal(("loss-stands", 2), (finding.Check, finding.Epoch));
    }

    [Fact]
    public void Learning_by_heart_is_told_by_the_gap()
    {
        var rng = new Rng(5);
        (ImageDataset train, _) = Digits.Load(rng, 300, 1);
        byte[] pixels = [.. Enumerable.Range(0, 300).SelectMany(i => train.Image(i).ToArray())], labels = [.. Enumerable.Range(0, 300).Select(i => (byte)train.Label(i))];
        int[] order = rng.Permutation(300);
        var shuffled = new ImageDataset(train.ImageShape, pixels, [.. order.Select(i => labels[i])], train.ClassNames);
        var model = new Mlp(784, [64], 10, rng);
        var findings = new List<Finding>();
        var options = new TrainerOptions { Epochs = 12, BatchSize = 16, ValidationPart = 0.3 };
        new Trainer(model, new Adam(model.Parameters(), 3e-3), shuffled, rng, options) { Callbacks = [new TrainingMonitor { OnFinding = findings.Add }] }
            .Run(TestContext.Current.CancellationToken);
        Assert.Contains("gap", findings.Select(finding => finding.Check));
    }

    [Fact]
    public void Units_that_die_on_the_way_are_told()
    {
        var rng = new Rng(5);
        (ImageDataset train, _) = Digits.Load(rng, 300, 1);
        var model = new Mlp(784, [32], 10, rng);
        float[] bias = new float[32];
        Array.Fill(bias, -1e4f);
        model.Layers[0].Bias!.Write<float>(bias);
        var findings = new List<Finding>();
        new Trainer(model, new Adam(model.Parameters(), 3e-3), train, rng, new TrainerOptions { Epochs = 1 }) { Callbacks = [new TrainingMonitor { OnFinding = findings.Add }] }
            .Run(TestContext.Current.CancellationToken);
        Assert.Equal(["dead-units"], findings.Select(finding => finding.Check));
    }

    private static (string Hash, List<TrainingStatistics> Statistics, List<Finding> Findings, Trained Trained) Train(double rate, bool watched, bool sgd = false)
    {
        var rng = new Rng(5);
        (ImageDataset train, _) = Digits.Load(rng, 600, 1);
        var model = new Mlp(784, [32], 10, rng);
        double start = Evaluation.Of(model.Eval(), train).Loss;
        var statistics = new List<TrainingStatistics>();
        var findings = new List<Finding>();
        var monitor = new TrainingMonitor { OnStatistics = statistics.Add, OnFinding = findings.Add };
        Optimizer optimizer = sgd ? new Sgd(model.Parameters(), rate) : new Adam(model.Parameters(), rate);
        var options = new TrainerOptions { Epochs = 3, BatchSize = 10, Schedule = sgd ? Schedule.Constant(rate) : null };
        TrainingResult result = new Trainer(model, optimizer, train, rng, options) { Callbacks = watched ? [monitor] : [] }
            .Run(TestContext.Current.CancellationToken);
        return (WeightsHash.Of(model), statistics, findings, new(model, train, monitor, result, start));
    }

    private sealed record Trained(Layer Model, IDataset Data, TrainingMonitor? Monitor, TrainingResult Result, double Start);
}
