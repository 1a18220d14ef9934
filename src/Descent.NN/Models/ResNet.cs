namespace Descent;

/// <summary>
/// The residual network for large images: a 7×7 convolution and a pooling, four stages of residual blocks with 64, 128, 256 and 512
/// channels (4 times as many from depth 50 on), a global mean and an affine layer.
/// </summary>
/// <remarks>
/// Shapes: x (N, channels, H, W), any H and W → logits (N, classes). The stages behind the first begin with stride 2. Depth 18 and 34 are
/// made of <see cref="BasicBlock"/>, the others of <see cref="Bottleneck"/>. Init: He normal. State names as torchvision: <c>conv1</c>,
/// <c>bn1</c>, <c>layer1.0.conv1</c>, …, <c>fc</c>.
/// He et al., "Deep Residual Learning for Image Recognition", CVPR 2016, table 1.
/// </remarks>
public sealed partial class ResNet : Layer, IFeatureExtractor
{
    /// <summary>A network of that many layers with weights.</summary>
    /// <param name="depth">18, 34, 50, 101 or 152.</param>
    /// <param name="rng">What the initial values are drawn from.</param>
    /// <param name="classes">Outputs.</param>
    /// <param name="channels">Channels of the images.</param>
    /// <param name="width">Multiplies the channels of all layers.</param>
    /// <exception cref="ArgumentException">There is no network of such a depth.</exception>
    public ResNet(int depth, Rng rng, int classes = 1000, int channels = 3, double width = 1)
    {
        bool isBasic = depth < 50;
        int[] blocks = depth switch
        {
            18 => [2, 2, 2, 2],
            34 or 50 => [3, 4, 6, 3],
            101 => [3, 4, 23, 3],
            152 => [3, 8, 36, 3],
            _ => throw new ArgumentException($"A residual network for large images has 18, 34, 50, 101 or 152 layers, not {depth}.", nameof(depth)),
        };
        var alpha = new WidthMultiplier(width);
        int inChannels = alpha.Of(64);
        Conv1 = new(channels, inChannels, kernel: 7, rng, stride: 2, padding: 3, bias: false, rounding: SizeRounding.Floor, init: Init.He);
        Bn1 = new(inChannels, device: rng.Device);
        Layer1 = Stage(64, blocks[0], stride: 1);
        Layer2 = Stage(128, blocks[1], stride: 2);
        Layer3 = Stage(256, blocks[2], stride: 2);
        Layer4 = Stage(512, blocks[3], stride: 2);
        Fc = new(inChannels, classes, rng);

        Sequential Stage(int stageChannels, int count, int stride) =>
            new([.. Enumerable.Range(0, count).Select(i => Block(alpha.Of(stageChannels), i == 0 ? stride : 1))]);

        Layer Block(int blockChannels, int stride)
        {
            int from = inChannels;
            inChannels = isBasic ? blockChannels : blockChannels * Bottleneck.Expansion;
            return isBasic ? new BasicBlock(from, blockChannels, stride, rng) : new Bottleneck(from, blockChannels, stride, rng);
        }
    }

    /// <summary>channels → 64, 7×7, stride 2.</summary>
    public Conv2d Conv1 { get; }

    /// <summary>Behind <see cref="Conv1"/>.</summary>
    public BatchNorm2d Bn1 { get; }

    /// <summary>64 channels at a quarter of the image's size.</summary>
    public Sequential Layer1 { get; }

    /// <summary>128 channels at an eighth.</summary>
    public Sequential Layer2 { get; }

    /// <summary>256 channels at a sixteenth.</summary>
    public Sequential Layer3 { get; }

    /// <summary>512 channels at a thirty-second part.</summary>
    public Sequential Layer4 { get; }

    /// <summary>The last stage's channels → classes.</summary>
    public Linear Fc { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Fc.Forward(ForwardFeatures(x));

    /// <inheritdoc/>
    public Tensor ForwardFeatures(Tensor x)
    {
        x = Bn1.Forward(Conv1.Forward(x)).Relu().MaxPool2d(3, stride: 2, padding: 1);
        x = Layer4.Forward(Layer3.Forward(Layer2.Forward(Layer1.Forward(x))));
        return x.Mean([2, 3]);
    }
}
