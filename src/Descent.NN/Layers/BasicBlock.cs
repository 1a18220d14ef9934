namespace Descent;

/// <summary>Residual block of two 3×3 convolutions: <c>y = relu(F(x) + shortcut(x))</c>, F = conv – norm – relu – conv – norm.</summary>
/// <remarks>
/// Shapes: x (N, inChannels, H, W) → y (N, channels, ⌈H / stride⌉, ⌈W / stride⌉). Init: He normal; no convolution has a bias, since the
/// normalisation after it would take it out. State names as torchvision.
/// He et al., "Deep Residual Learning for Image Recognition", CVPR 2016, figure 5 left.
/// </remarks>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0.</exception>
public sealed partial class BasicBlock(
    int inChannels, int channels, int stride, Rng rng, ResidualShortcut shortcut = ResidualShortcut.Projection) : Layer
{
    /// <summary>inChannels → channels, 3×3, with the stride.</summary>
    public Conv2d Conv1 { get; } = new(
        inChannels, channels, kernel: 3, rng, stride, padding: 1, bias: false, rounding: SizeRounding.Floor, init: Init.He);

    /// <summary>Normalises what <see cref="Conv1"/> gives.</summary>
    public BatchNorm2d Bn1 { get; } = new(channels, device: rng.Device);

    /// <summary>channels → channels, 3×3.</summary>
    public Conv2d Conv2 { get; } = new(channels, channels, kernel: 3, rng, padding: 1, bias: false, init: Init.He);

    /// <summary>Normalises what <see cref="Conv2"/> gives.</summary>
    public BatchNorm2d Bn2 { get; } = new(channels, device: rng.Device);

    /// <summary>The shortcut; null where the shapes already agree and x itself is added.</summary>
    public Layer? Downsample { get; } = ShortcutOf(inChannels, channels, stride, rng, shortcut);

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        Tensor y = Bn1.Forward(Conv1.Forward(x)).Relu();
        y = Bn2.Forward(Conv2.Forward(y));
        return (y + (Downsample?.Forward(x) ?? x)).Relu();
    }

    /// <summary>Null where the shapes already agree.</summary>
    internal static Layer? ShortcutOf(int inChannels, int channels, int stride, Rng rng, ResidualShortcut shortcut) =>
        stride == 1 && inChannels == channels
            ? null
            : shortcut == ResidualShortcut.ZeroPad
                ? new ZeroPadShortcut(inChannels, channels, stride)
                : new Sequential(
                    new Conv2d(inChannels, channels, kernel: 1, rng, stride, bias: false, rounding: SizeRounding.Floor, init: Init.He),
                    new BatchNorm2d(channels, device: rng.Device));
}
