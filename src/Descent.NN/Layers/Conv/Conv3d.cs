namespace Descent;

/// <summary>
/// 3-D cross-correlation, which deep learning calls convolution: <c>y[k,o,p,q] = b[k] + Σ x[c, o·stride + h·dilation − padding,
/// …]·w[k,c,h,i,j]</c>.
/// </summary>
/// <remarks>
/// Shapes: x (N, Cin, D, H, W) → y (N, Cout, D′, H′, W′) with D′ = (D + padding − dilation·(kernel − 1) − 1) / stride + 1, H′ and W′ alike,
/// padding counted on both sides. Where that is no whole number <c>rounding</c> says what happens: an error, unless asked otherwise.
/// <c>kernel: 1</c> mixes the channels of each element alone; <c>groups: inChannels</c> is depthwise, each channel on its own.
/// Init: Kaiming uniform, bound 1/√(Cin / groups · kernel³) for both (as PyTorch); with <c>init</c>, that for the weight and 0 for the
/// bias.
/// Computed as <see cref="Tensor.Conv3d"/>. Tran et al., "Learning Spatiotemporal Features with 3D Convolutional Networks", ICCV 2015.
/// </remarks>
/// <exception cref="ArgumentException">inChannels or outChannels is not a multiple of groups, or a size is given for other
/// axes.</exception>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0.</exception>
public sealed partial class Conv3d(
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
    : ConvNd(3, inChannels, outChannels, kernel, rng, stride ?? 1, padding, dilation ?? 1, groups, bias, paddingMode, rounding, init);
