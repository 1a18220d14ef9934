namespace Descent.Benchmarks;

/// <summary>One network at one batch size, with synthetic data that every side gets: eight batches that come in turn.</summary>
/// <param name="Name">As the peers know it.</param>
/// <param name="ImageShape">Shape of one input.</param>
/// <param name="Macs">Multiply-adds of the forward pass of one image.</param>
/// <param name="UnaskedMacs">Those of gradients that nobody asks for: that of the first layer by the input, and what fixed filters would take.</param>
internal sealed record Case(string Name, int Batch, Shape ImageShape, Func<Rng, Layer> Create, long Macs, long UnaskedMacs)
{
    public const int Ring = 8;

    /// <summary>What is run where nothing is named.</summary>
    public static IReadOnlyList<Case> Standard { get; } =
    [
        new("mlp-b64", 64, new(784), rng => new Mlp(784, [256], 10, rng), (784 * 256) + (256 * 10), 784 * 256),
        new("twolayer-b100", 100, new(3072), rng => new Mlp(3072, [50], 10, rng), (3072 * 50) + (50 * 10), 3072 * 50),
        LeNet5(64),
        LeNet5(256),
        ResNet20(128),
        Vgg(64),
        Vit(32),
    ];

    /// <summary>What can be named: the network of docs/cifar10.md too.</summary>
    public static IReadOnlyList<Case> All { get; } = [.. Standard, FastVgg(128)];

    /// <summary>Floating-point operations of one image: forward, or forward and both gradients.</summary>
    public double Flops(bool training) => training ? 2.0 * ((3 * Macs) - UnaskedMacs) : 2.0 * Macs;

    /// <summary>At most so many training steps, and no more than 2 where more would take longer than a second or so.</summary>
    public int Few(int most) => (int)Math.Clamp(3e10 / (3.0 * Macs * Batch), Math.Min(2, most), most);

    /// <summary>The shape of so many images.</summary>
    public Shape Shape(int batch) => new([batch, .. ImageShape.Sizes]);

    /// <summary>The values of a batch of the ring: uniform in [0, 1), classes uniform too.</summary>
    public (float[] Images, int[] Labels) Data(int index)
    {
        var random = new Random(1 + index);
        var images = new float[Batch * ImageShape.Count];
        var labels = new int[Batch];
        for (int i = 0; i < images.Length; i++)
        {
            images[i] = random.NextSingle();
        }

        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = random.Next(10);
        }

        return (images, labels);
    }

    private static Case LeNet5(int batch)
    {
        long conv1 = Conv(28, 1, 6, kernel: 5);
        long macs = conv1 + Conv(10, 6, 16, kernel: 5) + (400 * 120) + (120 * 84) + (84 * 10);
        return new($"lenet5-b{batch}", batch, new(1, 28, 28), rng => new LeNet5(rng), macs, conv1);
    }

    private static Case ResNet20(int batch)
    {
        long first = Conv(32, 3, 16);
        long macs = first + (6 * Conv(32, 16, 16)) + Conv(16, 16, 32) + (5 * Conv(16, 32, 32))
            + Conv(8, 32, 64) + (5 * Conv(8, 64, 64)) + (64 * 10);
        return new($"resnet20-b{batch}", batch, new(3, 32, 32), rng => new CifarResNet(20, rng), macs, first);
    }

    private static Case Vgg(int batch)
    {
        long first = Conv(32, 3, 64);
        long macs = first + Conv(32, 64, 64) + Conv(16, 64, 128) + Conv(16, 128, 128) + Conv(8, 128, 256) + Conv(8, 256, 256)
            + (256 * 4 * 4 * 256) + (256 * 10);
        Shape image = new(3, 32, 32);
        return new($"vgg-b{batch}", batch, image, rng => new Vgg(VggLayout.Of("small"), image, rng, dropout: 0), macs, first);
    }

    private static Case FastVgg(int batch)
    {
        long whiten = Conv(32, 3, 32), first = Conv(32, 32, 64);
        long macs = whiten + first + Conv(16, 64, 64) + Conv(16, 64, 128) + Conv(8, 128, 128) + Conv(8, 128, 256) + Conv(4, 256, 256) + (256 * 10);
        return new($"fast-vgg-b{batch}", batch, new(3, 32, 32), rng => new FastVgg(rng), macs, (2 * whiten) + first);
    }

    private static Case Vit(int batch)
    {
        const long t = 65, d = 192, hidden = 768, patches = 64 * d * 3 * 4 * 4;
        const long maps = 4 * t * d * d, attention = 2 * t * t * d, perceptron = 2 * t * d * hidden;
        const long macs = patches + (6 * (maps + attention + perceptron)) + (d * 10);
        Shape image = new(3, 32, 32);
        return new($"vit-b{batch}", batch, image, rng => new VisionTransformer(VitLayout.Of("cifar"), image, rng), macs, patches);
    }

    /// <summary>Multiply-adds of a convolution that gives a square image of this side.</summary>
    private static long Conv(int side, int from, int to, int kernel = 3) => (long)side * side * from * to * kernel * kernel;
}
