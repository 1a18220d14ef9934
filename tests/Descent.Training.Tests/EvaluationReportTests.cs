using System.Text.Json;

namespace Descent.Training.Tests;

public sealed class EvaluationReportTests
{
    [Fact]
    public void A_report_agrees_with_the_evaluation_and_does_not_depend_on_the_batches()
    {
        var rng = new Rng(3);
        (ImageDataset train, ImageDataset test) = Digits.Load(rng, 600, 203);
        var model = new Mlp(784, [16], 10, rng);
        new Trainer(model, new Adam(model.Parameters(), 3e-3), train, rng, new TrainerOptions { Epochs = 2 }).Run(TestContext.Current.CancellationToken);
        EvaluationReport report = EvaluationReport.Of(model.Eval(), test), parts = EvaluationReport.Of(model, test, batchSize: 41);
        Evaluation evaluation = Evaluation.Of(model, test);
        Assert.Equal((evaluation.Correct, (double?)evaluation.Accuracy), (report.Confusion!.Correct, report.Accuracy));
        Assert.Equal(evaluation.Loss, report.Loss, 1e-6);
        Assert.Equal(report.Predictions, parts.Predictions);
        Assert.Equal(report.Loss, report.LogLoss!.Value, 1e-5);
        Assert.Equal(203 * 10, report.ScoresOfSamples.Length);
        Assert.All(report.ScoresOfSamples.ToArray().Chunk(10), row => Assert.Equal(1, row.Sum(), 1e-5));
        Assert.InRange(report.TopFiveAccuracy!.Value, report.Accuracy!.Value, 1);
        Assert.InRange(report.MacroArea!.Value, 0.9, 1);
        Assert.Equal(203, report.Classes.Sum(c => c.Support));
        Assert.Equal(report.Accuracy!.Value, report.Weighted.Recall, 1e-12);

        using JsonDocument json = JsonDocument.Parse(Json.Line(report.WriteMembers));
        Assert.Equal(report.Accuracy!.Value, json.RootElement.GetProperty("test_accuracy").GetDouble());
        Assert.Equal(10, json.RootElement.GetProperty("confusion").GetArrayLength());
        Assert.Equal(15, json.RootElement.GetProperty("reliability").GetArrayLength());
    }

    [Fact]
    public void What_searches_on_the_host_is_evaluated_by_itself_and_inside_of_an_ensemble()
    {
        var rng = new Rng(1);
        (ImageDataset known, ImageDataset test) = Digits.Load(rng, 100, 30);
        Architecture knn = Architecture.Parse("knn:k=3").For(known);
        Layer neighbors = knn.Build(known, rng);
        knn.Fit(neighbors, known);
        var together = new Ensemble(neighbors, neighbors);
        Assert.Equal((false, false, true), (neighbors.IsCompilable, together.IsCompilable, new Ensemble(new Mlp(784, [2], 10, rng)).IsCompilable));
        Evaluation alone = Evaluation.Of(neighbors.Eval(), test);
        Assert.InRange(alone.Accuracy, 0.3, 1);
        Assert.Equal(alone.Correct, Evaluation.Of(together.Eval(), test).Correct);
    }

    [Fact]
    public void A_support_vector_machine_reports_its_own_objective_and_no_probabilities()
    {
        var rng = new Rng(1);
        (ImageDataset data, _) = Digits.Load(rng, 50, 1);
        var model = new LinearSvm(784, 10);
        EvaluationReport report = EvaluationReport.Of(model.Eval(), data, batchSize: 20);
        Assert.Equal(9, report.Loss, 1e-5);
        Assert.Null(report.LogLoss);
        Assert.Null(report.Calibration);
    }

    [Fact]
    public void Pixels_have_overlaps_and_no_predictions()
    {
        var rng = new Rng(1);
        (IDataset data, _) = ShapeScenes.Load(rng);
        var model = new FullyConvolutionalNet(3, data.ClassNames.Count, rng, 4);
        var few = new Subset(data, Enumerable.Range(0, 20));
        EvaluationReport report = EvaluationReport.Of(model.Eval(), few);
        Assert.Equal(Evaluation.Of(model, few).MeanIntersectionOverUnion, report.MeanIntersectionOverUnion);
        Assert.Equal(20 * data.LabelShape.Count, report.Confusion!.Total);
        Assert.Empty(report.Predictions);
    }

    [Fact]
    public void Numbers_yes_and_no_and_several_labels_have_metrics_of_their_own()
    {
        var rng = new Rng(1);
        float[] x = rng.Normal(new(60, 3)).ToArray<float>();
        float[] Targets(int columns, Func<int, int, float> of) => [.. Enumerable.Range(0, 60 * columns).Select(i => of(i / columns, i % columns))];
        var model = new Mlp(3, [], 2, rng);
        var several = NumberDataset.MultiLabel(new(3), x, Targets(2, (i, k) => x[(i * 3) + k] > 0 ? 1 : 0), ["a", "b"]);
        EvaluationReport labels = EvaluationReport.Of(model.Eval(), several);
        Assert.Equal(1 - labels.Accuracy!.Value, labels.SeveralLabels!.HammingLoss, 1e-12);
        Assert.Equal(Evaluation.Of(model, several).Accuracy, labels.Accuracy!.Value, 1e-12);
        var numbers = NumberDataset.Regression(new(3), x, Targets(2, (i, k) => x[(i * 3) + k]), ["a", "b"]);
        EvaluationReport regression = EvaluationReport.Of(model, numbers);
        Assert.Null(regression.Accuracy);
        Assert.Equal(regression.Loss, regression.Regression!.Value.MeanSquaredError, 1e-5);
        var one = new Mlp(3, [], 1, rng);
        var yesOrNo = NumberDataset.Binary(new(3), x, [.. Enumerable.Range(0, 60).Select(i => x[i * 3] > 0 ? 1 : 0)], ["no", "yes"]);
        EvaluationReport binary = EvaluationReport.Of(one.Eval(), yesOrNo);
        Assert.Equal(Evaluation.Of(one, yesOrNo).Accuracy, binary.Accuracy!.Value, 1e-12);
        Assert.Equal(binary.Loss, binary.LogLoss!.Value, 1e-5);
        Assert.Equal(binary.ClassAreas[0], binary.ClassAreas[1]);
    }

    [Fact]
    public void Damaged_weights_are_named()
    {
        var rng = new Rng(1);
        (ImageDataset data, _) = Digits.Load(rng, 10, 1);
        var model = new Mlp(784, [], 10, rng);
        model.Layers[0].Bias!.Write<float>([0, 0, float.NaN, 0, 0, 0, 0, 0, 0, 0]);
        Assert.Contains("output 2 of sample 0", Assert.Throws<NonFiniteException>(() => EvaluationReport.Of(model.Eval(), data)).Message);
    }
}
