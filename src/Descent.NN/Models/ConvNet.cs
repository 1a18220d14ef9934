namespace Descent;

/// <summary>A convolutional network of the usual pattern, <c>[(CONV-RELU)*N-POOL?]*M-(FC-RELU)*K-FC</c>.</summary>
/// <remarks>
/// Shapes: x (N, C, H, W) of the image shape → logits (N, classes). Init: He normal, the last layer normal of deviation 0.01, biases 0.
/// State names: <c>features.0.weight</c>, …, <c>classifier.0.weight</c>, ….
/// </remarks>
public sealed partial class ConvNet : Layer, IFeatureExtractor
{
    /// <summary>A network of these sizes for images of this shape.</summary>
    /// <param name="pattern">The sizes.</param>
    /// <param name="imageShape">(C, H, W).</param>
    /// <param name="rng">What initial values and dropout are drawn from.</param>
    /// <param name="classes">Outputs.</param>
    /// <exception cref="ArgumentException">The kernel is even, or nothing would be left of such images after the poolings.</exception>
    public ConvNet(ConvPattern pattern, Shape imageShape, Rng rng, int classes = 10)
    {
        Features = pattern.Features(FeatureShape.Channels(imageShape, "ConvNet"), rng);
        Shape left = FeatureShape.Of(Features, imageShape, "ConvNet", rng.Device);
        Classifier = pattern.Classifier(checked((int)left.Count), classes, rng);
    }

    /// <summary>Convolutions and poolings.</summary>
    public Sequential Features { get; }

    /// <summary>Affine layers.</summary>
    public Sequential Classifier { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Classifier.Forward(Features.Forward(x).Flatten());

    /// <inheritdoc/>
    public Tensor ForwardFeatures(Tensor x) => Classifier.Forward(Features.Forward(x).Flatten(), ..^1);
}
