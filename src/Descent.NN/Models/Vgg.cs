namespace Descent;

/// <summary>VGG: blocks of 3×3 convolutions with ReLU, each followed by a 2×2 maximum pooling, then affine layers.</summary>
/// <remarks>
/// Shapes: x (N, C, H, W) of the image shape → logits (N, classes). Init: He normal, the last layer normal
/// of deviation 0.01, biases 0. State names as torchvision: <c>features.0.weight</c>, …, <c>classifier.0.weight</c>, ….
/// Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", ICLR 2015.
/// </remarks>
public sealed partial class Vgg : Layer
{
    /// <summary>A network of these sizes for images of this shape.</summary>
    /// <param name="layout">The sizes.</param>
    /// <param name="imageShape">(C, H, W).</param>
    /// <param name="rng">What initial values and dropout are drawn from.</param>
    /// <param name="classes">Outputs.</param>
    /// <param name="batchNorm">Whether batch normalisation follows each convolution.</param>
    /// <param name="dropout">The part of hidden values that training drops, in [0, 1).</param>
    /// <exception cref="ArgumentException">Nothing would be left of such images after the poolings.</exception>
    public Vgg(VggLayout layout, Shape imageShape, Rng rng, int classes = 10, bool batchNorm = false, double dropout = 0.5)
    {
        int smallest = 1 << layout.Blocks.Count;
        if (imageShape.Rank != 3 || imageShape[1] < smallest || imageShape[2] < smallest)
        {
            throw new ArgumentException(
                $"VGG '{layout.Name}' halves its images {layout.Blocks.Count} times, so they must be (C, H, W) of {smallest}×{smallest} or "
                + $"more, but these are {imageShape}.",
                nameof(imageShape));
        }

        int channels = imageShape[0];
        var features = new List<Layer>();
        foreach (IReadOnlyList<int> block in layout.Blocks)
        {
            foreach (int width in block)
            {
                features.Add(new Conv2d(channels, width, kernel: 3, rng, padding: 1, init: Init.He));
                if (batchNorm)
                {
                    features.Add(new BatchNorm2d(width, device: rng.Device));
                }

                features.Add(new Activation<Relu>());
                channels = width;
            }

            features.Add(new MaxPool2d(2, rounding: SizeRounding.Floor));
        }

        int inputs = channels * (imageShape[1] / smallest) * (imageShape[2] / smallest);
        var classifier = new List<Layer>();
        foreach (int width in layout.Hidden)
        {
            classifier.AddRange(new Linear(inputs, width, rng, init: Init.He), new Activation<Relu>(), new Dropout(dropout, rng));
            inputs = width;
        }

        // Small, so that the first loss is near ln K and the first steps do not run away.
        classifier.Add(new Linear(inputs, classes, rng, init: static (shape, _, rng) => Init.Normal(shape, 0.01, rng)));
        Features = new([.. features]);
        Classifier = new([.. classifier]);
    }

    /// <summary>Convolutions and poolings.</summary>
    public Sequential Features { get; }

    /// <summary>Affine layers.</summary>
    public Sequential Classifier { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Classifier.Forward(Features.Forward(x).Flatten());
}
