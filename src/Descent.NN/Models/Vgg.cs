namespace Descent;

/// <summary>VGG: blocks of 3×3 convolutions with ReLU, each followed by a 2×2 maximum pooling, then affine layers.</summary>
/// <remarks>
/// Shapes: x (N, C, H, W) of the image shape → logits (N, classes). What the convolutions leave is averaged to 7×7 where it is larger.
/// Init: He normal, the last layer normal of deviation 0.01, biases 0. State names as torchvision: <c>features.0.weight</c>, …, <c>classifier.0.weight</c>, ….
/// Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", ICLR 2015.
/// </remarks>
public sealed partial class Vgg : Layer, IFeatureExtractor
{
    private const int Pooled = 7;

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

        var pattern = new ConvPattern { Blocks = layout.Blocks, Hidden = layout.Hidden, BatchNorm = batchNorm, Dropout = dropout };
        (int h, int w) = (Math.Min(Pooled, imageShape[1] / smallest), Math.Min(Pooled, imageShape[2] / smallest));
        Features = pattern.Features(imageShape[0], rng);
        Avgpool = new((h, w));
        Classifier = pattern.Classifier(layout.Blocks[^1][^1] * h * w, classes, rng);
    }

    /// <summary>Convolutions and poolings.</summary>
    public Sequential Features { get; }

    /// <summary>Means of windows, where more is left than the affine layers read.</summary>
    public AdaptiveAvgPool2d Avgpool { get; }

    /// <summary>Affine layers.</summary>
    public Sequential Classifier { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Classifier.Forward(Pool(x));

    /// <inheritdoc/>
    public Tensor ForwardFeatures(Tensor x) => Classifier.Forward(Pool(x), ..^1);

    private Tensor Pool(Tensor x) => Avgpool.Forward(Features.Forward(x)).Flatten();
}
