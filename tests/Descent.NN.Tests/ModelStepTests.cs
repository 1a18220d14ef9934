namespace Descent.Tests;

/// <summary>
/// One training step and one inference of every network for classes of images by name: narrow and small here, at its paper's sizes in the slow
/// suite.
/// </summary>
public class ModelStepTests
{
    /// <summary>Names with the options that make them small, the images, and the classes.</summary>
    public static TheoryData<string, int, int, int> Small { get; } = new()
    {
        { "lenet5", 1, 28, 28 },
        { "lenet5:activation=tanh,pool=average", 1, 28, 28 },
        { "mlp:hidden=8-7-6", 2, 5, 3 },
        { "softmax-regression", 2, 5, 3 },
        { "linear-svm", 2, 5, 3 },
        { "perceptron", 2, 5, 3 },
        { "conv-relu:n=2,filters=4-6,hidden=8,dropout=0.1", 3, 9, 11 },
        { "conv-relu:n=1,filters=4,hidden=none,pool=average,norm=batch", 1, 6, 8 },
        { "alexnet:width=0.03125", 3, 63, 95 },
        { "vgg-small:width=0.125", 3, 16, 17 },
        { "vgg-small-bn:width=0.125", 3, 16, 17 },
        { "fast-vgg:width=0.125", 1, 8, 11 },
        { "vgg11:width=0.03125", 3, 33, 64 },
        { "vgg11-bn:width=0.03125", 3, 33, 64 },
        { "vgg13:width=0.03125", 3, 33, 64 },
        { "vgg13-bn:width=0.03125", 3, 33, 64 },
        { "vgg16:width=0.03125", 3, 33, 64 },
        { "vgg16-bn:width=0.03125", 3, 33, 64 },
        { "vgg19:width=0.03125", 3, 33, 64 },
        { "vgg19-bn:width=0.03125", 3, 33, 64 },
        { "googlenet:width=0.0625,auxiliary=yes", 3, 33, 47 },
        { "resnet18:width=0.0625", 1, 33, 47 },
        { "resnet34:width=0.0625", 3, 33, 47 },
        { "resnet50:width=0.0625", 3, 33, 47 },
        { "resnet101:width=0.03125", 3, 33, 47 },
        { "resnet152:width=0.03125", 3, 33, 47 },
        { "resnet20", 3, 8, 9 },
        { "resnet32", 3, 8, 9 },
        { "resnet44", 3, 8, 9 },
        { "resnet56:shortcut=projection", 1, 8, 9 },
        { "resnet110", 3, 8, 9 },
        { "mobilenet:width=0.0625", 3, 33, 47 },
        { "vit-ti16:width=12,depth=2,hidden=20", 3, 32, 16 },
        { "vit-s16:width=12,depth=2,hidden=20", 3, 32, 16 },
        { "vit-b16:width=12,depth=2,hidden=20,dropout=0.1", 3, 32, 16 },
        { "vit-cifar:width=12,depth=2,hidden=20", 3, 8, 12 },
    };

    public static TheoryData<string> Names { get; } =
        [.. Architecture.Names.Where(name => Architecture.Parse(name) is { Task: LearningTask.Classification, IsFitted: false })];

    [Fact]
    public void Every_name_has_a_row() =>
        Assert.Empty(Names.Select(row => row.Data).Except(Small.Select(row => row.Data.Item1.Split(':')[0])));

    [Theory]
    [MemberData(nameof(Small))]
    public void A_small_network_steps_and_infers(string text, int channels, int height, int width) =>
        StepAndInfer(Architecture.Parse(text), new(channels, height, width), classes: 5, batch: 4);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_network_steps_and_infers_at_its_papers_size(string name)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("DESCENT_SLOW") == "1", "Whole networks run with DESCENT_SLOW=1.");
        Architecture architecture = Architecture.Parse(name);
        StepAndInfer(architecture, architecture.Input, architecture.Classes, batch: 2);
    }

    private static void StepAndInfer(Architecture architecture, Shape image, int classes, int batch)
    {
        Layer model = architecture.Build(image, classes, new Rng(1, Device.Cpu()));
        Device device = model.Parameters()[0].Read().Device;
        float[] pixels = NetworkReference.Values(batch * image.Count, 0);
        Tensor images = Tensor.From(pixels, new([batch, .. image.Sizes]), device);
        Tensor labels = Tensor.From<int>([.. Enumerable.Range(0, batch)], new(batch), device);
        var optimizer = new Sgd(model.Parameters(), learningRate: 1e-3);
        string before = WeightsHash.Of(model);
        Tensor loss = model is IAuxiliaryHeads deep
            ? deep.CrossEntropy(deep.ForwardHeads(images), labels)
            : Loss.CrossEntropy(model.Forward(images), labels);
        Assert.InRange(optimizer.Step(loss.Backward()).Item(), 0.1, 5 * Math.Log(classes) + 5);
        Assert.NotEqual(before, WeightsHash.Of(model));

        Tensor logits = model.Eval().Forward(images);
        Assert.Equal(new Shape(batch, classes), logits.Shape);
        Assert.All(logits.ToArray<float>(), value => Assert.True(float.IsFinite(value)));
        if (model is IFeatureExtractor extractor)
        {
            Assert.Equal(batch, extractor.ForwardFeatures(images).Shape[0]);
        }
    }
}
