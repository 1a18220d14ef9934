namespace Descent;

/// <summary>Convolution without bias, batch normalisation, ReLU: <c>y = relu(norm(w ∗ x))</c>.</summary>
/// <remarks>
/// Shapes: as <see cref="Conv2d"/>. Init: normal of deviation 0.01 cut at two deviations. State names (<c>conv</c>, <c>bn</c>) and ε as torchvision.
/// Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", CVPR 2016, section 6.
/// </remarks>
public sealed partial class BasicConv2d(int inChannels, int outChannels, int kernel, Rng rng, int stride = 1, int padding = 0) : Layer
{
    private const double Epsilon = 1e-3;

    /// <summary>inChannels → outChannels.</summary>
    public Conv2d Conv { get; } = new(
        inChannels, outChannels, kernel, rng, stride, padding, bias: false, rounding: SizeRounding.Floor, init: Init.TruncatedNormal(0.01));

    /// <summary>Behind <see cref="Conv"/>.</summary>
    public BatchNorm2d Bn { get; } = new(outChannels, Epsilon, device: rng.Device);

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Bn.Forward(Conv.Forward(x)).Relu();
}
