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

    private static readonly Shape s_image = new(3, 32, 32);

    public static TheoryData<string, Func<Rng, Layer>> Networks { get; } = new()
    {
        { "lenet5_tanh_average", rng => new LeNet5(rng, tanh: true, averagePooling: true) },
        { "resnet20", rng => new CifarResNet(20, rng) },
        { "vgg", rng => new Vgg(VggLayout.Of("small"), s_image, rng, dropout: 0) },
        { "vit", rng => new VisionTransformer(VitLayout.Of("cifar"), s_image, rng) },
    };

    /// <summary>The types of <see cref="Networks"/>.</summary>
    internal static IEnumerable<string> Covered => Networks.Select(row => LayerSamples.NameOf(row.Data.Item2(new Rng(1)).GetType()));

    [Theory]
    [MemberData(nameof(Networks))]
    public void Logits_gradients_and_three_steps_equal_the_reference(string name, Func<Rng, Layer> make)
    {
        JsonElement expected = NetworkReference.Network(name);
        Layer net = NetworkReference.Fill(make(new Rng(1)), expected.GetProperty("gradients"));
        Shape shape = name.StartsWith("lenet", StringComparison.Ordinal) ? new(4, 1, 28, 28) : new(4, 3, 32, 32);
        Tensor images = NetworkReference.Noise(shape, 0), labels = Tensor.From<int>([3, 1, 4, 1], new(4));
        var optimizer = new Sgd(net.Parameters(), 0.02, momentum: 0.9);
        float[] losses = new float[3];
        for (int step = 0; step < losses.Length; step++)
        {
            Tensor logits = net.Forward(images);
            Gradients gradients = Loss.CrossEntropy(logits, labels).Backward();
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

    [Theory]
    [InlineData("small", false, 2_196_810)]
    [InlineData("11", false, 132_863_336)]
    [InlineData("13", false, 133_047_848)]
    [InlineData("16", false, 138_357_544)]
    [InlineData("19", false, 143_667_240)]
    [InlineData("16", true, 138_365_992)]
    public void Vgg_has_the_parameters_of_its_paper(string layout, bool batchNorm, long parameters) => Assert.Equal(
        parameters,
        layout == "small"
            ? new Vgg(VggLayout.Of(layout), s_image, new Rng(1)).Count
            : new Vgg(VggLayout.Of(layout), new(3, 224, 224), new Rng(1), classes: 1000, batchNorm).Count);

    [Theory]
    [InlineData(20, 269_722)]
    [InlineData(32, 464_154)]
    [InlineData(44, 658_586)]
    [InlineData(56, 853_018)]
    [InlineData(110, 1_727_962)]
    public void Residual_networks_have_the_parameters_of_their_paper(int depth, long parameters) =>
        Assert.Equal(parameters, new CifarResNet(depth, new Rng(1)).Count);

    [Fact]
    public void Networks_that_cannot_be_are_refused()
    {
        var rng = new Rng(1);
        Assert.Contains("6n + 2", Assert.Throws<ArgumentException>(() => new CifarResNet(21, rng)).Message);
        Assert.Contains("32×32", Assert.Throws<ArgumentException>(() => new Vgg(VggLayout.Of("16"), new(1, 28, 28), rng)).Message);
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
