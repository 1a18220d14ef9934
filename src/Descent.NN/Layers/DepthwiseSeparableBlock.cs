namespace Descent;

/// <summary>
/// A 3×3 convolution of each channel by itself, then a 1×1 convolution over the channels, each with a normalisation and ReLU: nearly what
/// a full 3×3 convolution does, at 1/outChannels + 1/9 of its work.
/// </summary>
/// <remarks>
/// Shapes: x (N, inChannels, H, W) → y (N, outChannels, ⌈H / stride⌉, ⌈W / stride⌉). Init: He normal.
/// Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications", 2017, figure 3 right.
/// </remarks>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0.</exception>
public sealed partial class DepthwiseSeparableBlock(int inChannels, int outChannels, int stride, Rng rng) : Layer
{
    /// <summary>Each channel by itself, 3×3, with the stride.</summary>
    public Conv2d Conv1 { get; } = new(
        inChannels, inChannels, kernel: 3, rng, stride, padding: 1, groups: inChannels, bias: false, rounding: SizeRounding.Floor, init: Init.He);

    /// <summary>Normalises what <see cref="Conv1"/> gives.</summary>
    public BatchNorm2d Bn1 { get; } = new(inChannels, device: rng.Device);

    /// <summary>inChannels → outChannels, 1×1.</summary>
    public Conv2d Conv2 { get; } = new(inChannels, outChannels, kernel: 1, rng, bias: false, init: Init.He);

    /// <summary>Normalises what <see cref="Conv2"/> gives.</summary>
    public BatchNorm2d Bn2 { get; } = new(outChannels, device: rng.Device);

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Bn2.Forward(Conv2.Forward(Bn1.Forward(Conv1.Forward(x)).Relu())).Relu();
}
