namespace Descent;

/// <summary>
/// AlexNet: five convolutions with ReLU, three of them pooled, then three affine layers; 61,100,840 parameters for 1,000 classes.
/// </summary>
/// <remarks>
/// Shapes: x (N, C, H, W) of the image shape, at least 63×63 → logits (N, classes). What the convolutions leave is averaged to 6×6 where
/// it is larger. The variant for one device, without local response normalisation. Init: He normal, the last layer normal of deviation
/// 0.01, biases 0. State names as torchvision.
/// Krizhevsky, Sutskever and Hinton, "ImageNet Classification with Deep Convolutional Neural Networks", NIPS 2012; Krizhevsky, "One weird
/// trick for parallelizing convolutional neural networks", 2014.
/// </remarks>
public sealed partial class AlexNet : Layer, IFeatureExtractor
{
    private const int Pooled = 6;

    /// <summary>A network for images of this shape.</summary>
    /// <param name="imageShape">(C, H, W).</param>
    /// <param name="rng">What initial values and dropout are drawn from.</param>
    /// <param name="classes">Outputs.</param>
    /// <param name="dropout">The part of hidden values that training drops, in [0, 1).</param>
    /// <param name="width">Multiplies the channels and widths of all layers but the last.</param>
    /// <exception cref="ArgumentException">The images are too small.</exception>
    public AlexNet(Shape imageShape, Rng rng, int classes = 1000, double dropout = 0.5, double width = 1)
    {
        var alpha = new WidthMultiplier(width);
        int channels = FeatureShape.Channels(imageShape, "AlexNet"), hidden = alpha.Of(4096);
        Features = new(
            Conv(64, kernel: 11, stride: 4, padding: 2), new Activation<Relu>(), MaxPool(),
            Conv(192, kernel: 5, padding: 2), new Activation<Relu>(), MaxPool(),
            Conv(384, kernel: 3, padding: 1), new Activation<Relu>(),
            Conv(256, kernel: 3, padding: 1), new Activation<Relu>(),
            Conv(256, kernel: 3, padding: 1), new Activation<Relu>(), MaxPool());
        Shape left = FeatureShape.Of(Features, imageShape, "AlexNet", rng.Device);
        (int h, int w) = (Math.Min(Pooled, left[1]), Math.Min(Pooled, left[2]));
        Avgpool = new((h, w));
        Classifier = new(
            new Dropout(dropout, rng), new Linear(channels * h * w, hidden, rng, init: Init.He), new Activation<Relu>(),
            new Dropout(dropout, rng), new Linear(hidden, hidden, rng, init: Init.He), new Activation<Relu>(),
            new Linear(hidden, classes, rng, init: Init.Normal(0.01)));

        static MaxPool2d MaxPool() => new(3, stride: 2, rounding: SizeRounding.Floor);

        Conv2d Conv(int outChannels, int kernel, int stride = 1, int padding = 0)
        {
            int inChannels = channels;
            channels = alpha.Of(outChannels);
            return new(inChannels, channels, kernel, rng, stride, padding, rounding: SizeRounding.Floor, init: Init.He);
        }
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
