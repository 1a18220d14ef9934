namespace Descent;

/// <summary>
/// Two 3×3 convolutions at half the size of their input: conv – max pool – norm – relu – conv – norm – relu. Pooling before the normalisation leaves a
/// quarter of the values to normalise and rectify.
/// </summary>
/// <remarks>
/// Shapes: x (N, inChannels, H, W) → y (N, channels, ⌊H / 2⌋, ⌊W / 2⌋). Init: <see cref="Init.Dirac"/>, so that the block begins as a pooling of
/// its input beside random features. No convolution has a bias, since the normalisation after it would take it out.
/// The order is that of Jordan, "94% on CIFAR-10 in 3.29 Seconds on a Single GPU", 2024 (https://arxiv.org/abs/2404.00498), section 3.
/// </remarks>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0.</exception>
public sealed partial class ConvPoolBlock(int inChannels, int channels, Rng rng) : Layer
{
    /// <summary>inChannels → channels, 3×3.</summary>
    public Conv2d Conv1 { get; } = new(inChannels, channels, kernel: 3, rng, padding: 1, bias: false, init: Init.Dirac);

    /// <summary>Normalises the largest of each four that <see cref="Conv1"/> gives.</summary>
    public BatchNorm2d Bn1 { get; } = new(channels, device: rng.Device);

    /// <summary>channels → channels, 3×3.</summary>
    public Conv2d Conv2 { get; } = new(channels, channels, kernel: 3, rng, padding: 1, bias: false, init: Init.Dirac);

    /// <summary>Normalises what <see cref="Conv2"/> gives.</summary>
    public BatchNorm2d Bn2 { get; } = new(channels, device: rng.Device);

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        x = Bn1.Forward(Conv1.Forward(x).MaxPool2d(2)).Relu();
        return Bn2.Forward(Conv2.Forward(x)).Relu();
    }
}
