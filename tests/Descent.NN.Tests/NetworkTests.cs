using System.Text.Json;

namespace Descent.Tests;

/// <summary>Whole networks against PyTorch in double precision, and against published weights.</summary>
public class NetworkTests
{
    /// <summary>f32 against f64 through some twenty layers, relative to the largest value.</summary>
    private const double Rounding = 2e-4;

    /// <summary>
    /// Of gradients and what follows from them: a rectifier whose input is 0 but for rounding passes a gradient on one side and stops it on
    /// the other. PyTorch in double with noise of 2·10⁻⁶ behind each convolution, which is Winograd's rounding, moves gradients of ResNet-20
    /// by up to 2.2·10⁻² of their norm, and with 3·10⁻⁷ by 10⁻⁶. A wrong formula is of order 1.
    /// </summary>
    private const double BehindRectifiers = 3e-2;

    /// <summary>Of the networks that are as torchvision's but for the number of channels.</summary>
    private const double Narrow = 1.0 / 8;

    private static readonly Shape s_image = new(3, 32, 32), s_large = new(3, 224, 260);

    public static TheoryData<string, Func<Rng, Layer>> Networks { get; } = new()
    {
        { "lenet5_tanh_average", rng => new LeNet5(rng, tanh: true, averagePooling: true) },
        { "resnet20", rng => new CifarResNet(20, rng) },
        { "vgg", rng => new Vgg(VggLayout.Of("small"), s_image, rng, dropout: 0) },
        { "vit", rng => new VisionTransformer(VitLayout.Of("cifar"), s_image, rng) },
        { "alexnet", rng => new AlexNet(s_large, rng, classes: 10, dropout: 0, width: Narrow) },
        { "vgg11", rng => new Vgg(VggLayout.Of("11").Narrowed(Narrow), s_large, rng, dropout: 0) },
        { "vgg11-bn", rng => new Vgg(VggLayout.Of("11").Narrowed(Narrow), s_large, rng, batchNorm: true, dropout: 0) },
        { "googlenet", rng => new GoogLeNet(rng, classes: 10, auxiliary: true, dropout: 0, auxiliaryDropout: 0, width: Narrow) },
        { "resnet18", rng => new ResNet(18, rng, classes: 10, width: Narrow) },
        { "resnet50", rng => new ResNet(50, rng, classes: 10, width: Narrow) },
        { "mobilenet", rng => new MobileNet(rng, classes: 10, width: Narrow, dropout: 0) },
        { "fast-vgg", FilledFastVgg },
        { "vit-tiny", rng => new VisionTransformer(new("tiny", Patch: 4, Width: 12, Depth: 2, Heads: 3) { Hidden = 20 }, new(3, 12, 12), rng) },
    };

    /// <summary>The types of <see cref="Networks"/>.</summary>
    internal static IEnumerable<string> Covered => Networks.Select(row => LayerSamples.NameOf(row.Data.Item2(new Rng(1)).GetType()));

    [Theory]
    [MemberData(nameof(Networks))]
    public void Logits_gradients_and_steps_equal_the_reference(string name, Func<Rng, Layer> make)
    {
        JsonElement expected = NetworkReference.Network(name);
        Layer net = NetworkReference.Fill(make(new Rng(1)), expected.GetProperty("gradients"));
        Tensor images = NetworkReference.Noise(expected.GetProperty("input").Shape(), 0), labels = Tensor.From<int>([3, 1, 4, 1], new(4));
        var optimizer = new Sgd(net.Parameters(), 0.02, momentum: 0.9);
        float[] losses = new float[expected.GetProperty("losses").GetArrayLength()];
        for (int step = 0; step < losses.Length; step++)
        {
            var deep = net as IAuxiliaryHeads;
            IReadOnlyList<Tensor> heads = deep?.ForwardHeads(images) ?? [net.Forward(images)];
            Tensor logits = heads[0], loss = deep?.CrossEntropy(heads, labels) ?? Loss.CrossEntropy(logits, labels);
            Gradients gradients = loss.Backward();
            if (step == 0)
            {
                // Running statistics move in the run that computes the logits, so that this must be the step's own.
                Tensor[] inspected = [.. net.Parameters().Select(p => Norm(gradients[p])), .. net.Parameters().Select(p => First(gradients[p]))];
                losses[step] = (float)optimizer.Step(gradients, also: [logits, .. inspected]).Item();
                Reference.Equal(expected.GetProperty("logits").Numbers(), logits, Rounding);
                AssertGradients(expected.GetProperty("gradients"), net.Parameters(), inspected);
            }
            else
            {
                losses[step] = (float)optimizer.Step(gradients).Item();
            }
        }

        Reference.Equal(expected.GetProperty("losses").Numbers(), losses, BehindRectifiers);
        Reference.Equal(expected.GetProperty("logits_behind").Numbers(), net.Eval().Forward(images), BehindRectifiers);
    }

    /// <summary>With fixed filters as the reference has them.</summary>
    private static FastVgg FilledFastVgg(Rng rng)
    {
        const int Phase = 60;
        var net = new FastVgg(rng, width: 0.25);
        net.Whiten.Weight.Write<float>(NetworkReference.Values(net.Whiten.Weight.Shape.Count, Phase));
        return net;
    }

    [Fact]
    public void Networks_that_cannot_be_are_refused()
    {
        var rng = new Rng(1);
        Assert.Contains("6n + 2", Assert.Throws<ArgumentException>(() => new CifarResNet(21, rng)).Message);
        Assert.Contains("32×32", Assert.Throws<ArgumentException>(() => new Vgg(VggLayout.Of("16"), new(1, 28, 28), rng)).Message);
        Assert.Contains("odd", Assert.Throws<ArgumentException>(() => new PatchWhitening2d(3, 4, kernel: 2, rng)).Message);
        Assert.Contains("small, 11", Assert.Throws<ArgumentException>(() => VggLayout.Of("12")).Message);
        Assert.Contains("multiples of 5", Assert.Throws<ArgumentException>(() => new VisionTransformer(new("5", Patch: 5, 10, 1, 1), s_image, rng)).Message);
    }

    [Fact]
    public void A_published_residual_network_gives_its_published_logits()
    {
        string weights = SharedData.Path("weights", "resnet20-cifar10", "resnet20-12fca82f.safetensors");
        var net = new CifarResNet(20, new Rng(1));
        net.Load(weights);
        byte[] records = File.ReadAllBytes(SharedData.Path("cifar10", "lossless_train_first4000.bin"));
        using JsonDocument reference = JsonDocument.Parse(File.ReadAllText(SharedData.Path("weights", "resnet20-cifar10", "reference_logits.json")));
        JsonElement[] rows =
            [.. reference.RootElement.GetProperty("models").GetProperty("resnet20-12fca82f").GetProperty("logits_float64").EnumerateArray()];
        float[] images = Cifar10(records, rows.Length);
        float[] logits = net.Eval().Forward(Tensor.From(images, new(rows.Length, 3, 32, 32))).ToArray<float>();
        double[] expected = [.. rows.SelectMany(row => row.Numbers())];
        Assert.Equal(32 * 10, expected.Length);
        Assert.InRange(expected.Zip(logits, (a, b) => Math.Abs(a - b)).Max(), 0, 1e-3);
    }

    [Fact]
    public void A_published_network_for_MNIST_gives_its_published_probabilities()
    {
        string weights = SharedData.Path("weights", "mnist-convnet", "mnist.safetensors");
        var net = new MnistConvNet(new Rng(1));
        net.Load(weights);
        IdxArray images = IdxFile.Read(SharedData.Path("mnist", "t10k-images-idx3-ubyte.gz"), rank: 3);
        using JsonDocument reference = JsonDocument.Parse(File.ReadAllText(SharedData.Path("weights", "mnist-convnet", "reference_logits.json")));
        JsonElement[] rows = [.. reference.RootElement.GetProperty("log_probs_float64_first32").EnumerateArray()];
        float[] pixels = [.. images.Values.Take(rows.Length * 784).Select(pixel => ((pixel / 255f) - 0.1307f) / 0.3081f)];
        float[] actual = net.Eval().Forward(Tensor.From(pixels, new(rows.Length, 1, 28, 28))).LogSoftmax().ToArray<float>();
        Assert.Equal(32 * 10, actual.Length);
        Assert.InRange(rows.SelectMany(row => row.Numbers()).Zip(actual, (a, b) => Math.Abs(a - b)).Max(), 0, 1e-3);
    }

    /// <summary>Records of one byte label and 3,072 bytes of planes, normalised as the network was trained.</summary>
    private static float[] Cifar10(byte[] records, int count)
    {
        float[] mean = [0.485f, 0.456f, 0.406f], deviation = [0.229f, 0.224f, 0.225f];
        var images = new float[count * 3072];
        for (int i = 0; i < images.Length; i++)
        {
            int channel = i % 3072 / 1024;
            images[i] = ((records[(i / 3072 * 3073) + 1 + (i % 3072)] / 255f) - mean[channel]) / deviation[channel];
        }

        return images;
    }

    private static Tensor Norm(Tensor gradient) => gradient.Square().Sum().Sqrt();

    private static Tensor First(Tensor gradient) => gradient.Reshape(-1).Narrow(0, 0, (int)Math.Min(4, gradient.Shape.Count));

    private static void AssertGradients(JsonElement expected, IReadOnlyList<Parameter> parameters, Tensor[] inspected)
    {
        double largest = expected.EnumerateObject().Max(g => g.Value[0].GetDouble());
        for (int i = 0; i < parameters.Count; i++)
        {
            double[] values = expected.GetProperty(parameters[i].Name).Numbers();
            float[] actual = [(float)inspected[i].Item(), .. inspected[parameters.Count + i].ToArray<float>()];

            // A bias before batch normalisation has no gradient but rounding: the largest of the network is its scale.
            double error = values.Zip(actual, (a, b) => Math.Abs(a - b)).Max() / Math.Max(values[0], 1e-3 * largest);
            Assert.True(error <= BehindRectifiers, $"{parameters[i].Name}: norm and first values of the gradient differ by {error:E1}.");
        }
    }
}
