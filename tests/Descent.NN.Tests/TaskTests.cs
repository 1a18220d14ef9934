namespace Descent.Tests;

/// <summary>Networks for pixels and for texts, from data to measure.</summary>
public sealed class TaskTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("descent-tasks-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_confusion_matrix_counts_each_label_by_what_it_was_taken_for()
    {
        Tensor logits = Tensor.From([3f, 0, 0, 5, 1, 9, 2, 0], new(1, 2, 2, 2));
        Tensor labels = Tensor.From([0, 1, 1, 0], new(1, 2, 2));

        // The larger of the two logits of each pixel: 0 (3 > 1), 1 (9 > 0), 1 (2 > 0), 0 (5 > 0).
        Assert.Equal([2, 0, 0, 2], Metrics.ConfusionMatrix(logits, labels).ToArray<long>());
        Tensor other = Tensor.From([1, 1, 1, 0], new(1, 2, 2));
        Assert.Equal([1, 0, 1, 2], Metrics.ConfusionMatrix(logits, other).ToArray<long>());
        Assert.Equal(3, Metrics.CorrectCount(logits, other).Item());
        Assert.Contains("labels (N, …)", Assert.Throws<ShapeException>(() => Metrics.ConfusionMatrix(logits, labels.Flatten())).Message);
    }

    [Fact]
    public void Pixels_are_evaluated_by_accuracy_and_mean_intersection_over_union()
    {
        byte[] masks = [0, 1, 1, 2];
        var data = new ImageDataset(
            new(1, 2, 2), [0, 0, 255, 255], masks, ["a", "b", "c", "d"], new Preprocessing([0], [1]), labelShape: new(2, 2));

        // Says class 0 where the pixel is 0, class 1 where it is 1.
        var net = new Conv2d(1, 4, kernel: 1, new Rng(1));
        net.Weight.Write<float>([0, 2, 0, 0]);
        net.Bias!.Write<float>([1, 0, 0, 0]);
        Evaluation result = Evaluation.Of(net.Eval(), data);
        Assert.Equal(0.5, result.Accuracy);

        // Class 0: 1 of 2, class 1: 1 of 3, class 2: 0 of 1; class 3 does not count.
        Assert.Equal((0.5 + (1.0 / 3) + 0) / 3, result.MeanIntersectionOverUnion!.Value, 1e-12);
    }

    [Theory]
    [InlineData("fcn:width=8")]
    [InlineData("context:width=8")]
    public void A_network_learns_to_tell_shapes_from_the_ground(string name)
    {
        var rng = new Rng(1);
        (ImageDataset train, ImageDataset test) = ShapeScenes.Load(rng, trainCount: 320, testCount: 32);
        Architecture architecture = Architecture.Parse(name);
        Layer net = architecture.Build(train, rng);
        new Trainer(net, new Adam(net.Parameters(), 1e-2), train, rng, new TrainerOptions { Epochs = 8, BatchSize = 16 }).Run(TestContext.Current.CancellationToken);
        Evaluation result = Evaluation.Of(net.Eval(), test);
        Assert.InRange(result.Accuracy, 0.85, 1);
        Assert.InRange(result.MeanIntersectionOverUnion!.Value, 0.3, 1);
    }

    [Fact]
    public void A_model_of_characters_learns_a_text_is_saved_and_writes_on()
    {
        string path = Path.Combine(_folder, "text"), saved = Path.Combine(_folder, "net.safetensors");
        File.WriteAllText(path, string.Concat(Enumerable.Repeat("abcdefgh\n", 400)));
        var rng = new Rng(1);
        (IDataset train, IDataset test) = DataSource.Parse($"text:{path}").Load(rng);
        Architecture architecture = Architecture.Parse("char-lstm:width=8,hidden=16,layers=1");
        Layer net = architecture.Build(train, rng);
        new Trainer(net, new Adam(net.Parameters(), 2e-2), train, rng, new TrainerOptions { Epochs = 20, BatchSize = 8 }).Run(TestContext.Current.CancellationToken);
        Assert.InRange(Evaluation.Of(net.Eval(), test).Accuracy, 0.9, 1);
        new Classifier(net, architecture, train.ImageShape, train.ClassNames, train.Preprocessing).Save(saved);

        var sampler = new TextSampler(Classifier.Load(saved));
        Assert.Equal("defgh\nabcdefg", sampler.Continue("abc", 13, temperature: 0.1, new Rng(1)));
        Assert.Equal(sampler.Continue("", 30, temperature: 5, new Rng(2)), sampler.Continue("", 30, temperature: 5, new Rng(2)));
        Assert.NotEqual(sampler.Continue("", 30, temperature: 5, new Rng(2)), sampler.Continue("", 30, temperature: 5, new Rng(3)));
        Assert.Contains("'x' is none of them", Assert.Throws<ArgumentException>(() => sampler.Continue("x", 1, 1, new Rng(1))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.Continue("a", 1, 0, new Rng(1)));
        Classifier classifier = Classifier.Load(saved);
        Assert.Contains("'sample'", Assert.Throws<ArgumentException>(() => Prediction.Of(classifier, test)).Message);
    }

    [Fact]
    public void A_classifier_learns_texts_by_their_words()
    {
        string[] good = ["well done", "very fine", "a joy to read"], bad = ["poorly made", "a waste of time", "quite dull"];
        Write("good", good);
        Write("bad", bad);
        var rng = new Rng(1);
        (IDataset train, IDataset test) = DataSource.Parse($"text:{_folder}").Load(rng);
        Architecture architecture = Architecture.Parse("text-cnn:width=4,filters=8,dropout=0");
        Layer net = architecture.Build(train, rng);
        new Trainer(net, new Adam(net.Parameters(), 1e-2), train, rng, new TrainerOptions { Epochs = 8, BatchSize = 16 }).Run(TestContext.Current.CancellationToken);
        Assert.Equal(1, Evaluation.Of(net.Eval(), test).Accuracy);
        var classifier = new Classifier(net, architecture, train.ImageShape, train.ClassNames, train.Preprocessing);
        Assert.All(Prediction.Of(classifier, test), p => Assert.Equal(p.Label, p.Class));

        void Write(string name, string[] words) => File.WriteAllLines(
            Path.Combine(_folder, name + ".txt"), Enumerable.Range(0, 120).Select(i => $"{new string('.', i % 7)}{words[i % 3]} {i}"));
    }

    [Fact]
    public void A_network_for_another_task_is_refused_with_one_that_fits()
    {
        ImageDataset data = ShapeScenes.Load(new Rng(1), 4, 1).Train;
        ArgumentException refused = Assert.Throws<ArgumentException>(() => Architecture.Parse("resnet20").Build(data, new Rng(1)));
        Assert.Contains("'resnet20' is made for classes of images, but this data is for segmentation; try --model fcn", refused.Message);
        Assert.Contains("at least 4×4", Assert.Throws<ArgumentException>(() => Architecture.Parse("fcn").Build(new(3, 2, 9), 4, new Rng(1))).Message);
    }
}
