namespace Descent;

/// <summary>
/// Depthwise separable 2-D convolution: a filter for each channel on its own, then a 1×1 convolution that mixes the channels.
/// </summary>
/// <remarks>
/// Shapes: x (N, Cin, H, W) → y (N, Cout, …) as <see cref="Conv2d"/>, with about 1 / (1/Cout + 1/kernel²) times fewer multiplications.
/// multiplier is the number of filters for each channel. The depthwise part has no bias, since the pointwise one would take it in. Init: as
/// <see cref="Conv2d"/>. Sifre, "Rigid-Motion Scattering for Image Classification", 2014; Chollet, "Xception", CVPR 2017.
/// </remarks>
/// <exception cref="ArgumentException">A size is given for other axes.</exception>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0.</exception>
public sealed partial class SeparableConv2d(
    int inChannels,
    int outChannels,
    PerAxis kernel,
    Rng rng,
    PerAxis? stride = null,
    Padding padding = default,
    PerAxis? dilation = null,
    int multiplier = 1,
    bool bias = true,
    PaddingMode paddingMode = PaddingMode.Zeros,
    SizeRounding rounding = SizeRounding.Exact,
    Initializer? init = null)
    : SeparableConvNd(
        new Conv2d(
            inChannels, inChannels * Require.Positive(multiplier), kernel, rng, stride, padding, dilation, groups: inChannels, bias: false,
            paddingMode, rounding, init),
        new Conv2d(inChannels * multiplier, outChannels, kernel: 1, rng, bias: bias, init: init));
