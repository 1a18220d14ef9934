namespace Descent;

/// <summary>
/// The residual network for small images: a convolution, three stages of n blocks with 16, 32 and 64 channels, a global mean and an affine
/// layer; 6n + 2 layers with weights. Of depth 20 it has 269,722 parameters.
/// </summary>
/// <remarks>
/// Shapes: x (N, channels, H, W), any H and W → logits (N, classes). The second and third stage begin with stride 2.
/// Init: He normal. State names: <c>conv1</c>, <c>bn1</c>, <c>layer1.0.conv1</c>, …, <c>linear</c>, as the networks trained for CIFAR-10
/// that are passed around.
/// He et al., "Deep Residual Learning for Image Recognition", CVPR 2016, section 4.2; identity shortcuts (option A) unless told otherwise.
/// </remarks>
public sealed partial class CifarResNet : Layer, IFeatureExtractor
{
    /// <summary>A network of depth 6n + 2.</summary>
    /// <param name="depth">20, 32, 44, 56 and 110 in the paper.</param>
    /// <param name="rng">What the initial values are drawn from.</param>
    /// <param name="classes">Outputs.</param>
    /// <param name="channels">Channels of the images.</param>
    /// <param name="shortcut">How the blocks that change the shape pass their input on.</param>
    /// <exception cref="ArgumentException">The depth is not 6n + 2.</exception>
    public CifarResNet(
        int depth, Rng rng, int classes = 10, int channels = 3, ResidualShortcut shortcut = ResidualShortcut.ZeroPad)
    {
        if (depth < 8 || depth % 6 != 2)
        {
            throw new ArgumentException($"A residual network for small images has 6n + 2 layers (8, 14, 20, 26, …), not {depth}.", nameof(depth));
        }

        Conv1 = new(channels, 16, kernel: 3, rng, padding: 1, bias: false, init: Init.He);
        Bn1 = new(16, device: rng.Device);
        Layer1 = Stage(16, 16, stride: 1);
        Layer2 = Stage(16, 32, stride: 2);
        Layer3 = Stage(32, 64, stride: 2);
        Linear = new(64, classes, rng);

        BasicBlock[] Stage(int inChannels, int outChannels, int stride) =>
        [
            new(inChannels, outChannels, stride, rng, shortcut),
            .. Enumerable.Range(1, ((depth - 2) / 6) - 1).Select(_ => new BasicBlock(outChannels, outChannels, stride: 1, rng)),
        ];
    }

    /// <summary>channels → 16, 3×3.</summary>
    public Conv2d Conv1 { get; }

    /// <summary>Behind <see cref="Conv1"/>.</summary>
    public BatchNorm2d Bn1 { get; }

    /// <summary>16 channels at full size.</summary>
    public IReadOnlyList<BasicBlock> Layer1 { get; }

    /// <summary>32 channels at half the size.</summary>
    public IReadOnlyList<BasicBlock> Layer2 { get; }

    /// <summary>64 channels at a quarter of the size.</summary>
    public IReadOnlyList<BasicBlock> Layer3 { get; }

    /// <summary>64 → classes.</summary>
    public Linear Linear { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Linear.Forward(ForwardFeatures(x));

    /// <inheritdoc/>
    public Tensor ForwardFeatures(Tensor x)
    {
        x = Bn1.Forward(Conv1.Forward(x)).Relu();
        foreach (BasicBlock block in Layer1.Concat(Layer2).Concat(Layer3))
        {
            x = block.Forward(x);
        }

        return x.Mean([2, 3]);
    }
}
