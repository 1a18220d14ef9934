namespace Descent;

/// <summary>
/// MobileNet, version 1: a convolution and 13 depthwise separable ones, a global mean and an affine layer; 4,231,976 parameters for 1,000
/// classes, and a fiftieth of VGG-16's work.
/// </summary>
/// <remarks>
/// Shapes: x (N, channels, H, W), any H and W → logits (N, classes). Init: He normal.
/// Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications", 2017, table 1.
/// </remarks>
public sealed partial class MobileNet : Layer, IFeatureExtractor
{
    private static readonly (int Channels, int Stride)[] s_blocks =
    [
        (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1),
    ];

    /// <summary>A network for images of that many channels.</summary>
    /// <param name="rng">What initial values and dropout are drawn from.</param>
    /// <param name="classes">Outputs.</param>
    /// <param name="channels">Channels of the images.</param>
    /// <param name="width">The paper's α, 1, ¾, ½ or ¼ there: multiplies the channels of all layers.</param>
    /// <param name="dropout">The part of features that training drops, in [0, 1).</param>
    public MobileNet(Rng rng, int classes = 1000, int channels = 3, double width = 1, double dropout = 0.001)
    {
        var alpha = new WidthMultiplier(width);
        int from = alpha.Of(32);
        Conv1 = new(channels, from, kernel: 3, rng, stride: 2, padding: 1, bias: false, rounding: SizeRounding.Floor, init: Init.He);
        Bn1 = new(from, device: rng.Device);
        var blocks = new List<Layer>();
        foreach ((int blockChannels, int stride) in s_blocks)
        {
            int to = alpha.Of(blockChannels);
            blocks.Add(new DepthwiseSeparableBlock(from, to, stride, rng));
            from = to;
        }

        Blocks = new([.. blocks]);
        Dropout = new(dropout, rng);
        Fc = new(from, classes, rng);
    }

    /// <summary>channels → 32, 3×3, stride 2.</summary>
    public Conv2d Conv1 { get; }

    /// <summary>Behind <see cref="Conv1"/>.</summary>
    public BatchNorm2d Bn1 { get; }

    /// <summary>The depthwise separable convolutions.</summary>
    public Sequential Blocks { get; }

    /// <summary>Of the features.</summary>
    public Dropout Dropout { get; }

    /// <summary>1,024 → classes.</summary>
    public Linear Fc { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Fc.Forward(Dropout.Forward(ForwardFeatures(x)));

    /// <inheritdoc/>
    public Tensor ForwardFeatures(Tensor x) => Blocks.Forward(Bn1.Forward(Conv1.Forward(x)).Relu()).Mean([2, 3]);
}
