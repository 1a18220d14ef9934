namespace Descent;

/// <summary>
/// GoogLeNet: three convolutions, nine inception modules, a global mean and an affine layer; 6,624,904 parameters for 1,000 classes, and
/// with its two auxiliary heads 13,004,888.
/// </summary>
/// <remarks>
/// Shapes: x (N, channels, H, W) → logits (N, classes). Convolutions are normalised by batch. The last window of a
/// pooling may hang over the border. Init: normal of deviation 0.01 cut at two deviations. State names as torchvision.
/// Szegedy et al., "Going Deeper with Convolutions", CVPR 2015, table 1.
/// </remarks>
public sealed partial class GoogLeNet : Layer, IFeatureExtractor, IAuxiliaryHeads
{
    private readonly MaxPool2d _pool3 = new(3, stride: 2, rounding: SizeRounding.Ceiling);

    // Rounds up too, and takes an image of one pixel, which is left of 28×28.
    private readonly MaxPool2d _pool2 = new(2, padding: Padding.Sides((0, 1), (0, 1)), rounding: SizeRounding.Floor);

    /// <summary>A network for images of that many channels.</summary>
    /// <param name="rng">What initial values and dropout are drawn from.</param>
    /// <param name="classes">Outputs.</param>
    /// <param name="channels">Channels of the images.</param>
    /// <param name="auxiliary">Whether it has the two heads that training uses beside the last.</param>
    /// <param name="dropout">The part of features that training drops, in [0, 1).</param>
    /// <param name="auxiliaryDropout">The part of hidden values of the auxiliary heads that training drops, in [0, 1).</param>
    /// <param name="width">Multiplies the channels of all layers.</param>
    public GoogLeNet(
        Rng rng,
        int classes = 1000,
        int channels = 3,
        bool auxiliary = false,
        double dropout = 0.2,
        double auxiliaryDropout = 0.7,
        double width = 1)
    {
        var alpha = new WidthMultiplier(width);
        Conv1 = new(channels, alpha.Of(64), kernel: 7, rng, stride: 2, padding: 3);
        Conv2 = new(alpha.Of(64), alpha.Of(64), kernel: 1, rng);
        Conv3 = new(alpha.Of(64), alpha.Of(192), kernel: 3, rng, padding: 1);
        int from = alpha.Of(192);
        Inception3a = Module(64, 96, 128, 16, 32, 32);
        Inception3b = Module(128, 128, 192, 32, 96, 64);
        Inception4a = Module(192, 96, 208, 16, 48, 64);
        Aux1 = Head();
        Inception4b = Module(160, 112, 224, 24, 64, 64);
        Inception4c = Module(128, 128, 256, 24, 64, 64);
        Inception4d = Module(112, 144, 288, 32, 64, 64);
        Aux2 = Head();
        Inception4e = Module(256, 160, 320, 32, 128, 128);
        Inception5a = Module(256, 160, 320, 32, 128, 128);
        Inception5b = Module(384, 192, 384, 48, 128, 128);
        Dropout = new(dropout, rng);
        Fc = new(from, classes, rng, init: Init.TruncatedNormal(0.01));

        Inception Module(int one, int threeReduced, int three, int fiveReduced, int five, int pool)
        {
            int inChannels = from;
            from = alpha.Of(one) + alpha.Of(three) + alpha.Of(five) + alpha.Of(pool);
            return new(
                inChannels, alpha.Of(one), alpha.Of(threeReduced), alpha.Of(three), alpha.Of(fiveReduced), alpha.Of(five), alpha.Of(pool), rng);
        }

        InceptionAux? Head() => auxiliary ? new(from, alpha.Of(128), alpha.Of(1024), classes, rng, auxiliaryDropout) : null;
    }

    /// <summary>channels → 64, 7×7, stride 2.</summary>
    public BasicConv2d Conv1 { get; }

    /// <summary>64 → 64, 1×1.</summary>
    public BasicConv2d Conv2 { get; }

    /// <summary>64 → 192, 3×3.</summary>
    public BasicConv2d Conv3 { get; }

    /// <summary>192 → 256 channels.</summary>
    public Inception Inception3a { get; }

    /// <summary>256 → 480 channels.</summary>
    public Inception Inception3b { get; }

    /// <summary>480 → 512 channels.</summary>
    public Inception Inception4a { get; }

    /// <summary>512 → 512 channels.</summary>
    public Inception Inception4b { get; }

    /// <summary>512 → 512 channels.</summary>
    public Inception Inception4c { get; }

    /// <summary>512 → 528 channels.</summary>
    public Inception Inception4d { get; }

    /// <summary>528 → 832 channels.</summary>
    public Inception Inception4e { get; }

    /// <summary>832 → 832 channels.</summary>
    public Inception Inception5a { get; }

    /// <summary>832 → 1,024 channels.</summary>
    public Inception Inception5b { get; }

    /// <summary>Behind <see cref="Inception4a"/>; null without auxiliary heads.</summary>
    public InceptionAux? Aux1 { get; }

    /// <summary>Behind <see cref="Inception4d"/>; null without auxiliary heads.</summary>
    public InceptionAux? Aux2 { get; }

    /// <summary>Of the features.</summary>
    public Dropout Dropout { get; }

    /// <summary>1,024 → classes.</summary>
    public Linear Fc { get; }

    /// <inheritdoc/>
    public double AuxiliaryWeight => 0.3;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Classify(Middle(x).Behind4d);

    /// <inheritdoc/>
    public Tensor ForwardFeatures(Tensor x) => Last(Middle(x).Behind4d);

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> ForwardHeads(Tensor x)
    {
        (Tensor behind4a, Tensor behind4d) = Middle(x);
        return Aux1 is null || Aux2 is null
            ? [Classify(behind4d)]
            : [Classify(behind4d), Aux2.Forward(behind4d), Aux1.Forward(behind4a)];
    }

    private (Tensor Behind4a, Tensor Behind4d) Middle(Tensor x)
    {
        x = _pool3.Forward(Conv1.Forward(x));
        x = _pool3.Forward(Conv3.Forward(Conv2.Forward(x)));
        x = _pool3.Forward(Inception3b.Forward(Inception3a.Forward(x)));
        x = Inception4a.Forward(x);
        return (x, Inception4d.Forward(Inception4c.Forward(Inception4b.Forward(x))));
    }

    private Tensor Last(Tensor behind4d)
    {
        Tensor x = _pool2.Forward(Inception4e.Forward(behind4d));
        return Inception5b.Forward(Inception5a.Forward(x)).Mean([2, 3]);
    }

    private Tensor Classify(Tensor behind4d) => Fc.Forward(Dropout.Forward(Last(behind4d)));
}
