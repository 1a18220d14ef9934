namespace Descent;

/// <summary>
/// Residual block that works on fewer channels than it passes on: <c>y = relu(F(x) + shortcut(x))</c>, F = 1×1 – 3×3 – 1×1 convolutions, each
/// with a normalisation, ReLU between them.
/// </summary>
/// <remarks>
/// Shapes: x (N, inChannels, H, W) → y (N, 4·channels, ⌈H / stride⌉, ⌈W / stride⌉). The stride is the 3×3 convolution's, as in torchvision
/// (the paper gave it to the first). Init: He normal. State names as torchvision.
/// He et al., "Deep Residual Learning for Image Recognition", CVPR 2016, figure 5 right.
/// </remarks>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0.</exception>
public sealed partial class Bottleneck(int inChannels, int channels, int stride, Rng rng) : Layer
{
    /// <summary>Output channels for each channel inside.</summary>
    public const int Expansion = 4;

    /// <summary>inChannels → channels, 1×1.</summary>
    public Conv2d Conv1 { get; } = new(inChannels, channels, kernel: 1, rng, bias: false, init: Init.He);

    /// <summary>Normalises what <see cref="Conv1"/> gives.</summary>
    public BatchNorm2d Bn1 { get; } = new(channels, device: rng.Device);

    /// <summary>channels → channels, 3×3, with the stride.</summary>
    public Conv2d Conv2 { get; } =
        new(channels, channels, kernel: 3, rng, stride, padding: 1, bias: false, rounding: SizeRounding.Floor, init: Init.He);

    /// <summary>Normalises what <see cref="Conv2"/> gives.</summary>
    public BatchNorm2d Bn2 { get; } = new(channels, device: rng.Device);

    /// <summary>channels → 4·channels, 1×1.</summary>
    public Conv2d Conv3 { get; } = new(channels, Expansion * channels, kernel: 1, rng, bias: false, init: Init.He);

    /// <summary>Normalises what <see cref="Conv3"/> gives.</summary>
    public BatchNorm2d Bn3 { get; } = new(Expansion * channels, device: rng.Device);

    /// <summary>The projection; null where the shapes already agree and x itself is added.</summary>
    public Layer? Downsample { get; } = BasicBlock.ShortcutOf(
        inChannels, Expansion * channels, stride, rng, ResidualShortcut.Projection);

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        Tensor y = Bn1.Forward(Conv1.Forward(x)).Relu();
        y = Bn2.Forward(Conv2.Forward(y)).Relu();
        y = Bn3.Forward(Conv3.Forward(y));
        return (y + (Downsample?.Forward(x) ?? x)).Relu();
    }
}
