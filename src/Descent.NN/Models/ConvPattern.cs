namespace Descent;

/// <summary>
/// The sizes of a convolutional network of the usual pattern, <c>[(CONV-RELU)*N-POOL?]*M-(FC-RELU)*K</c> and an affine layer behind it.
/// </summary>
/// <remarks>The defaults are <c>[(CONV-RELU)*2-POOL]*3-(FC-RELU)*1</c> with 32, 64 and 128 filters and 256 hidden values.</remarks>
public sealed record ConvPattern
{
    /// <summary>The filters of each convolution of each of the M blocks; <see cref="Repeat"/> makes blocks of N equal ones.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Blocks { get; init; } = Repeat(2, [32, 64, 128]);

    /// <summary>The widths of the K hidden affine layers; none for K = 0.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [256];

    /// <summary>What stands at the end of each block.</summary>
    public ConvPatternPool Pool { get; init; } = ConvPatternPool.Max;

    /// <summary>The side of every filter, odd, so that a convolution keeps the size of its image.</summary>
    public int Kernel { get; init; } = 3;

    /// <summary>Whether batch normalisation follows each convolution.</summary>
    public bool BatchNorm { get; init; }

    /// <summary>The part of hidden values that training drops, in [0, 1).</summary>
    public double Dropout { get; init; }

    /// <summary>A block of so many equal convolutions for each number of filters.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is to be no convolution in a block.</exception>
    public static IReadOnlyList<IReadOnlyList<int>> Repeat(int convolutions, IReadOnlyList<int> filters) =>
        [.. filters.Select(width => (IReadOnlyList<int>)[.. Enumerable.Repeat(width, Require.Positive(convolutions))])];

    /// <summary>The blocks as layers.</summary>
    /// <exception cref="ArgumentException">The kernel is even.</exception>
    internal Sequential Features(int channels, Rng rng)
    {
        if (Kernel % 2 == 0)
        {
            throw new ArgumentException(
                $"A filter of an even side, {Kernel}, has no middle, so that the image would not keep its size; take an odd one.");
        }

        var layers = new List<Layer>();
        foreach (IReadOnlyList<int> block in Blocks)
        {
            foreach (int filters in block)
            {
                layers.Add(new Conv2d(channels, filters, Kernel, rng, padding: Kernel / 2, init: Init.He));
                if (BatchNorm)
                {
                    layers.Add(new BatchNorm2d(filters, device: rng.Device));
                }

                layers.Add(new Activation<Relu>());
                channels = filters;
            }

            if (Pool != ConvPatternPool.None)
            {
                layers.Add(Pool == ConvPatternPool.Max
                    ? new MaxPool2d(2, rounding: SizeRounding.Floor)
                    : new AvgPool2d(2, rounding: SizeRounding.Floor));
            }
        }

        return new([.. layers]);
    }

    /// <summary>The affine layers.</summary>
    internal Sequential Classifier(int inputs, int classes, Rng rng)
    {
        var layers = new List<Layer>();
        foreach (int width in Hidden)
        {
            layers.AddRange(new Linear(inputs, width, rng, init: Init.He), new Activation<Relu>(), new Dropout(Dropout, rng));
            inputs = width;
        }

        // Small, so that the first loss is near ln K and the first steps do not run away.
        layers.Add(new Linear(inputs, classes, rng, init: Init.Normal(0.01)));
        return new([.. layers]);
    }
}
