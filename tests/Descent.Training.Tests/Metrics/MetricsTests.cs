using System.Text.Json;

namespace Descent.Training.Tests;

/// <summary>Metrics held to what scikit-learn computes (tests/Reference/metrics.py), degenerate cases among them.</summary>
public sealed class MetricsTests
{
    /// <summary>Sums of at most a hundred numbers that were read as f32.</summary>
    private const double Tolerance = 1e-6;

    private static readonly JsonElement s_reference =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "metrics.json"))).RootElement;

    public static TheoryData<string> ClassCases => Names("classes");

    public static TheoryData<string> BinaryCases => Names("binary");

    public static TheoryData<string> LabelCases => Names("labels");

    public static TheoryData<string> RegressionCases => Names("regression");

    [Theory]
    [MemberData(nameof(ClassCases))]
    public void Metrics_of_classes_are_those_of_scikit_learn(string name)
    {
        JsonElement given = Case("classes", name);
        int classes = given.GetProperty("classes").GetInt32();
        int[] labels = [.. Numbers(given, "labels").Select(v => (int)v!)];
        float[] probabilities = Floats(given, "probabilities");
        int[] found = [.. probabilities.Chunk(classes).Select(row => Array.IndexOf(row, row.Max()))];
        ConfusionMatrix confusion = ConfusionMatrix.Of(labels, found, classes);
        Assert.Equal(Numbers(given, "confusion"), confusion.Counts.ToArray().Select(n => (double?)n));
        Near(given, "accuracy", confusion.Accuracy);
        Near(given, "mean_iou", confusion.MeanIntersectionOverUnion);
        ClassScores[] scores = [.. Enumerable.Range(0, classes).Select(k => ClassScores.Of(confusion, k))];
        Near(given, "precision", scores.Select(s => (double?)s.Precision));
        Near(given, "recall", scores.Select(s => (double?)s.Recall));
        Near(given, "f1", scores.Select(s => (double?)s.F1));
        Near(given, "support", scores.Select(s => (double?)s.Support));
        ClassScores[] present = [.. confusion.Present.Select(k => scores[k])];
        ClassScores macro = ClassScores.Macro(present), weighted = ClassScores.Weighted(present);
        Near(given, "macro", [macro.Precision, macro.Recall, macro.F1]);
        Near(given, "weighted", [weighted.Precision, weighted.Recall, weighted.F1]);
        Near(given, "areas", RocAuc.OneVersusRest(probabilities, labels));
        Near(given, "top2", TopKAccuracy.Of(probabilities, labels, 2));
        Near(given, "accuracy", TopKAccuracy.Of(probabilities, labels, 1));
        Assert.Equal(1, TopKAccuracy.Of(probabilities, labels, classes));
        Near(given, "log_loss", LogLoss.Of(probabilities, labels));
        Calibration calibration = Calibration.Of(probabilities, labels);
        Near(given, "calibration_error", calibration.ExpectedError);
        Near(given, "maximum_calibration_error", calibration.MaximumError);
        Assert.Equal(labels.Length, calibration.Bins.Sum(bin => bin.Count));
    }

    [Theory]
    [MemberData(nameof(BinaryCases))]
    public void Areas_and_average_precisions_are_those_of_scikit_learn(string name)
    {
        JsonElement given = Case("binary", name);
        float[] scores = Floats(given, "scores");
        bool[] truth = Flags(given, "truth");
        Near(given, "area", [RocAuc.Binary(scores, truth)]);
        Near(given, "average_precision", [AveragePrecision.Of(scores, truth)]);

        // The area depends on the order of the scores alone, and turns about ½ with it.
        Assert.Equal(RocAuc.Binary(scores, truth), RocAuc.Binary([.. scores.Select(s => (3 * s) - 7)], truth));
        Assert.Equal(RocAuc.Binary(scores, truth) ?? 0, 1 - RocAuc.Binary([.. scores.Select(s => -s)], truth) ?? 0, 1e-12);
    }

    [Theory]
    [MemberData(nameof(LabelCases))]
    public void Metrics_of_several_labels_are_those_of_scikit_learn(string name)
    {
        JsonElement given = Case("labels", name);
        MultiLabelScores scores = MultiLabelScores.Of(
            Floats(given, "probabilities"), Flags(given, "truth"), given.GetProperty("count").GetInt32());
        Near(given, "precision", scores.Labels.Select(s => (double?)s.Precision));
        Near(given, "recall", scores.Labels.Select(s => (double?)s.Recall));
        Near(given, "f1", scores.Labels.Select(s => (double?)s.F1));
        Near(given, "subset_accuracy", scores.SubsetAccuracy);
        Near(given, "hamming_loss", scores.HammingLoss);
        Near(given, "average_precisions", scores.AveragePrecisions);
        Assert.Equal(Numbers(given, "average_precisions").Average()!.Value, scores.MeanAveragePrecision!.Value, Tolerance);
    }

    [Theory]
    [MemberData(nameof(RegressionCases))]
    public void Metrics_of_numbers_are_those_of_scikit_learn(string name)
    {
        JsonElement given = Case("regression", name);
        RegressionScores scores = RegressionScores.Of(
            Floats(given, "predictions"), Floats(given, "targets"), given.GetProperty("outputs").GetInt32());
        Near(given, "r2", scores.R2);
        Near(given, "mse", scores.MeanSquaredError);
        Near(given, "mae", scores.MeanAbsoluteError);
    }

    [Fact]
    public void A_probability_that_is_no_number_is_refused_with_its_place()
    {
        float[] p = [0.5f, 0.5f, float.NaN, 1];
        int[] labels = [0, 1];
        foreach (Action metric in (Action[])[
            () => TopKAccuracy.Of(p, labels, 1), () => RocAuc.OneVersusRest(p, labels), () => LogLoss.Of(p, labels), () => Calibration.Of(p, labels),
            () => AveragePrecision.OfLabels(p, new bool[4], 2), () => MultiLabelScores.Of(p, new bool[4], 2)])
        {
            Assert.Contains("sample 1 for class 0 is NaN", Assert.Throws<ArgumentException>(metric).Message);
        }

        Assert.Throws<ArgumentException>(() => RegressionScores.Of(p, [1, 2, 3, 4]));
        Assert.Contains("softmax", Assert.Throws<ArgumentException>(() => Calibration.Of([-3, 9], [0])).Message);
    }

    [Fact]
    public void What_does_not_pair_up_is_refused()
    {
        Assert.Throws<ArgumentException>(() => LogLoss.Of([0.5f, 0.5f, 1], [0, 1]));
        Assert.Contains("label 2 of sample 1", Assert.Throws<ArgumentException>(() => LogLoss.Of([0.5f, 0.5f, 1, 0], [0, 2])).Message);
        Assert.Throws<ArgumentException>(() => ConfusionMatrix.Of([0, 1], [0], 2));
        Assert.Throws<ArgumentException>(() => ConfusionMatrix.Of([0, 1], [0, 2], 2));
        Assert.Throws<ArgumentException>(() => new ConfusionMatrix([1, 2, 3]));
        Assert.Throws<ArgumentException>(() => RegressionScores.Of([1], [1, 2]));
    }

    private static TheoryData<string> Names(string part) => [.. s_reference.GetProperty(part).EnumerateArray().Select(c => c.GetProperty("name").GetString()!)];

    private static JsonElement Case(string part, string name) =>
        s_reference.GetProperty(part).EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);

    private static double?[] Numbers(JsonElement given, string name)
    {
        JsonElement value = given.GetProperty(name);
        return value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(Number)] : [Number(value)];

        static double? Number(JsonElement element) => element.ValueKind == JsonValueKind.Null ? null : element.GetDouble();
    }

    private static float[] Floats(JsonElement given, string name) => [.. Numbers(given, name).Select(v => (float)v!)];

    private static bool[] Flags(JsonElement given, string name) => [.. given.GetProperty(name).EnumerateArray().Select(v => v.GetBoolean())];

    private static void Near(JsonElement given, string name, double actual) => Near(given, name, [actual]);

    private static void Near(JsonElement given, string name, IEnumerable<double?> actual)
    {
        double?[] expected = Numbers(given, name), values = [.. actual];
        Assert.Equal(expected.Select(v => v is null), values.Select(v => v is null));
        for (int i = 0; i < values.Length; i++)
        {
            Assert.Equal(expected[i] ?? 0, values[i] ?? 0, Tolerance * Math.Max(1, Math.Abs(expected[i] ?? 0)));
        }
    }
}
