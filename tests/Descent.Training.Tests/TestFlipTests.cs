namespace Descent.Training.Tests;

/// <summary>Mirror images are asked about where that is wanted and makes sense.</summary>
public sealed class TestFlipTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("descent-flip-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Scores_are_the_mean_of_those_of_an_image_and_its_mirror_image()
    {
        (ImageDataset data, _) = Digits.Load(new Rng(1), 30, 1);
        var model = new Mlp(784, [8], 10, new Rng(2));
        model.Eval();
        (Tensor images, Tensor labels) = data.InOrder(30).Single();
        float[] pixels = images.ToArray<float>();
        float[] mirrored = [.. pixels.Chunk(28).SelectMany(row => row.Reverse())];
        Tensor scores = (model.Forward(images) + model.Forward(Tensor.From(mirrored, images.Shape))) * 0.5;
        float[] expected = scores.Softmax().ToArray<float>();

        EvaluationReport report = EvaluationReport.Of(model, data, batchSize: 7, testFlip: true);
        AssertNear(expected, report.ScoresOfSamples.ToArray());
        Assert.Equal(Loss.CrossEntropy(scores, labels).Item(), report.Loss, 1e-5);
        Assert.Equal(report.Loss, Evaluation.Of(model, data, testFlip: true).Loss, 1e-6);
        Assert.NotEqual(report.Loss, EvaluationReport.Of(model, data).Loss);
    }

    [Fact]
    public void A_model_file_says_it_and_predictions_follow()
    {
        (ImageDataset data, _) = Digits.Load(new Rng(1), 12, 1);
        Architecture architecture = Architecture.Parse("mlp:hidden=8");
        var plain = new Classifier(architecture.Build(data, new Rng(2)).Eval(), architecture, data.ImageShape, data.ClassNames, data.Preprocessing);
        string path = Path.Combine(_folder, "model.safetensors");
        (plain with { TestFlip = true }).Save(path);
        Classifier read = Classifier.Load(path);
        Assert.True(read.TestFlip);
        float[] expected = EvaluationReport.Of(plain.Model, data, testFlip: true).ScoresOfSamples.ToArray();
        AssertNear(expected, [.. Prediction.Of(read, data).SelectMany(prediction => prediction.Probabilities)]);
        Assert.NotEqual(expected, [.. Prediction.Of(plain, data).SelectMany(prediction => prediction.Probabilities)]);

        plain.Save(path);
        Assert.False(Classifier.Load(path).TestFlip);
        Assert.False(Classifier.Together([read, plain]).TestFlip);
        Assert.True(Classifier.Together([read, read]).TestFlip);
    }

    [Theory]
    [InlineData(LearningTask.Segmentation, "classes of pixels")]
    [InlineData(LearningTask.Regression, "numbers")]
    [InlineData(LearningTask.TextClassification, "texts")]
    [InlineData(LearningTask.NextCharacter, "texts")]
    public void Other_tasks_are_refused(LearningTask task, string what) => Assert.Contains(
        $"not for {what}", Assert.Throws<ArgumentException>(() => TestFlip.MustSuit(new Mlp(4, [2], 2, new Rng(1)), task, new(1, 2, 2))).Message);

    [Fact]
    public void Inputs_without_a_mirror_image_and_losses_of_a_networks_own_are_refused()
    {
        NumberDataset rows = NumberDataset.Classification(new(2), [1, 10, 2, 20], [0, 1], ["no", "yes"]);
        Assert.Contains("no images", Refused(new Mlp(2, [2], 2, new Rng(1)), rows));
        (ImageDataset digits, _) = Digits.Load(new Rng(1), 12, 1);
        Assert.Contains("its own", Refused(new LinearSvm(784, 10), digits));
        Assert.Contains("no images", Refused(new Mlp(5, [2], 10, new Rng(1)), digits.With(PreprocessingKind.Parse("pca:5").Fit(digits))));

        static string Refused(Layer model, IDataset data) =>
            Assert.Throws<ArgumentException>(() => Evaluation.Of(model.Eval(), data, testFlip: true)).Message;
    }

    private static void AssertNear(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }
}
