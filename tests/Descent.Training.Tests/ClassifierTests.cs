namespace Descent.Training.Tests;

/// <summary>A model file says all that is needed to use the network again.</summary>
public sealed class ClassifierTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("descent-classifier-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_network_for_yes_or_no_is_read_back_with_its_single_output_and_refuses_other_tasks()
    {
        float[] rows = [1, 10, 2, 20, 3, 60, 4, 50];
        NumberDataset data = NumberDataset.Binary(new(2), rows, [0, 1, 0, 1], ["no", "yes"]);
        IDataset whitened = data.With(PreprocessingKind.Parse("zca:0.01").Fit(data));
        Architecture architecture = Architecture.Parse("mlp:hidden=3");
        Layer model = architecture.Build(whitened, new Rng(1)).Eval();
        string path = Path.Combine(_folder, "model.safetensors");
        var saved = new Classifier(model, architecture, data.ImageShape, data.ClassNames, whitened.Preprocessing) { Task = data.Task };
        saved.Save(path);
        Classifier read = Classifier.Load(path);
        Assert.Equal((LearningTask.BinaryClassification, whitened.Preprocessing), (read.Task, read.Preprocessing));

        (Tensor x, _) = whitened.InOrder(4).Single();
        float[] expected = model.Forward(x).ToArray<float>();
        (Tensor again, _) = read.Adapt(data).InOrder(4).Single();
        Assert.Equal(4, expected.Length);
        Assert.Equal(expected, read.Model.Forward(again).ToArray<float>());

        IReadOnlyList<Prediction> predictions = Prediction.Of(read, data);
        Assert.Equal(expected.Select(score => score > 0 ? 1 : 0), predictions.Select(prediction => prediction.Class));
        Assert.All(predictions.Zip(expected), pair => Assert.Equal(1 / (1 + Math.Exp(-pair.Second)), pair.First.Probabilities[1], 1e-6));
        Assert.Equal([0, 1, 0, 1], predictions.Select(prediction => prediction.Label));

        IDataset regression = NumberDataset.Regression(new(2), rows, [0, 1, 0, 1], ["y"]);
        Assert.Contains("made for yes or no, but this data is for numbers", Assert.Throws<ArgumentException>(() => read.Adapt(regression)).Message);
    }
}
