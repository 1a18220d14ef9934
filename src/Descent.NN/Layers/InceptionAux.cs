namespace Descent;

/// <summary>
/// A classifier in the middle of a deep network, which brings gradients to its first layers in training: 4×4 mean of windows, 1×1
/// convolution, two affine layers.
/// </summary>
/// <remarks>
/// Shapes: x (N, inChannels, H, W) → logits (N, classes). Init: normal of deviation 0.01 cut at two deviations, biases 0. State names as
/// torchvision.
/// Szegedy et al., "Going Deeper with Convolutions", CVPR 2015, section 5.
/// </remarks>
/// <param name="inChannels">Channels of the input.</param>
/// <param name="channels">Of the convolution: 128 in the paper.</param>
/// <param name="hidden">Width of the first affine layer: 1,024 in the paper.</param>
/// <param name="classes">Outputs.</param>
/// <param name="rng">What initial values and dropout are drawn from.</param>
/// <param name="dropout">The part of hidden values that training drops, in [0, 1).</param>
public sealed partial class InceptionAux(int inChannels, int channels, int hidden, int classes, Rng rng, double dropout = 0.7) : Layer
{
    private const int Side = 4;

    private readonly AdaptiveAvgPool2d _pool = new(Side);

    private readonly Dropout _dropout = new(dropout, rng);

    /// <summary>inChannels → channels, 1×1.</summary>
    public BasicConv2d Conv { get; } = new(inChannels, channels, kernel: 1, rng);

    /// <summary>16·channels → hidden.</summary>
    public Linear Fc1 { get; } = new(channels * Side * Side, hidden, rng, init: Init.TruncatedNormal(0.01));

    /// <summary>hidden → classes.</summary>
    public Linear Fc2 { get; } = new(hidden, classes, rng, init: Init.TruncatedNormal(0.01));

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        x = Conv.Forward(_pool.Forward(x)).Flatten();
        return Fc2.Forward(_dropout.Forward(Fc1.Forward(x).Relu()));
    }
}
