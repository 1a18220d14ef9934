namespace Descent;

/// <summary>
/// 2-D cross-correlation, which deep learning calls convolution: <c>y[k,p,q] = b[k] + Σ x[c, p·stride + i·dilation − padding,
/// …]·w[k,c,i,j]</c>.
/// </summary>
/// <remarks>
/// Shapes: x (N, Cin, H, W) → y (N, Cout, H′, W′) with H′ = (H + padding − dilation·(kernel − 1) − 1) / stride + 1, W′ alike, padding
/// counted on both sides. Where that is no whole number <c>rounding</c> says what happens: an error, unless asked otherwise.
/// <c>kernel: 1</c> mixes the channels of each element alone; <c>groups: inChannels</c> is depthwise, each channel on its own.
/// Init: Kaiming uniform, bound 1/√(Cin / groups · kernel²) for both (as PyTorch); with <c>init</c>, that for the weight and 0 for the
/// bias.
/// LeCun et al., "Gradient-Based Learning Applied to Document Recognition", Proc. IEEE 1998.
/// </remarks>
/// <exception cref="ArgumentException">inChannels or outChannels is not a multiple of groups, or a size is given for other
/// axes.</exception>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0.</exception>
public sealed partial class Conv2d(
    int inChannels,
    int outChannels,
    PerAxis kernel,
    Rng rng,
    PerAxis? stride = null,
    Padding padding = default,
    PerAxis? dilation = null,
    int groups = 1,
    bool bias = true,
    PaddingMode paddingMode = PaddingMode.Zeros,
    SizeRounding rounding = SizeRounding.Exact,
    Initializer? init = null)
    : ConvNd(2, inChannels, outChannels, kernel, rng, stride ?? 1, padding, dilation ?? 1, groups, bias, paddingMode, rounding, init);
