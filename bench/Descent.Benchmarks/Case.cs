namespace Descent.Benchmarks;

/// <summary>One network at one batch size, with synthetic data that every side gets: eight batches that come in turn.</summary>
/// <param name="Name">As the peers know it.</param>
/// <param name="ImageShape">Shape of one input.</param>
/// <param name="Macs">Multiply-adds of the forward pass of one image.</param>
/// <param name="FirstMacs">Those of the first layer, whose gradient by the input nobody asks for.</param>
internal sealed record Case(string Name, int Batch, Shape ImageShape, Func<Rng, Layer> Create, long Macs, long FirstMacs)
{
    public const int Ring = 8;

    public static IReadOnlyList<Case> All { get; } =
    [
        new("mlp-b64", 64, new(784), rng => new Mlp(784, [256], 10, rng), (784 * 256) + (256 * 10), 784 * 256),
        new("twolayer-b100", 100, new(3072), rng => new Mlp(3072, [50], 10, rng), (3072 * 50) + (50 * 10), 3072 * 50),
        LeNet5(64),
        LeNet5(256),
    ];

    /// <summary>Floating-point operations of one image: forward, or forward and both gradients.</summary>
    public double Flops(bool training) => training ? 2.0 * ((3 * Macs) - FirstMacs) : 2.0 * Macs;

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
        const int conv1 = 28 * 28 * 6 * 25, conv2 = 10 * 10 * 16 * 6 * 25, affine = (400 * 120) + (120 * 84) + (84 * 10);
        return new($"lenet5-b{batch}", batch, new(1, 28, 28), rng => new LeNet5(rng), conv1 + conv2 + affine, conv1);
    }
}
