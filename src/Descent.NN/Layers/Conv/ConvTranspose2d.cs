namespace Descent;

/// <summary>
/// 2-D transposed convolution: each element adds a kernel, weighted by it, to a larger output. The gradient of <see cref="Conv2d"/> by its
/// input.
/// </summary>
/// <remarks>
/// Shapes: x (N, Cin, H, W) → y (N, Cout, H′, W′) with H′ = (H − 1)·stride − padding + dilation·(kernel − 1) + 1 + outputPadding, W′ alike,
/// padding counted on both sides; the output padding lies behind. Init: uniform, bound 1/√(Cout / groups · kernel²) for both (as PyTorch);
/// with <c>init</c>, that for the weight and 0 for the bias.
/// Zeiler et al., "Deconvolutional Networks", CVPR 2010; Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016.
/// </remarks>
/// <exception cref="ArgumentException">
/// inChannels or outChannels is not a multiple of groups, a size is given for other axes, or output padding is not below the stride.
/// </exception>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0.</exception>
public sealed partial class ConvTranspose2d(
    int inChannels,
    int outChannels,
    PerAxis kernel,
    Rng rng,
    PerAxis? stride = null,
    Padding padding = default,
    PerAxis? outputPadding = null,
    PerAxis? dilation = null,
    int groups = 1,
    bool bias = true,
    Initializer? init = null)
    : ConvTransposeNd(
        2, inChannels, outChannels, kernel, rng, stride ?? 1, padding, outputPadding ?? 0, dilation ?? 1, groups, bias, init);
