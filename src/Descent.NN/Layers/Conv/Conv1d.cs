namespace Descent;

/// <summary>
/// 1-D cross-correlation, which deep learning calls convolution: <c>y[k,p] = b[k] + Σ x[c, p·stride + i·dilation − padding]·w[k,c,i]</c>.
/// </summary>
/// <remarks>
/// Shapes: x (N, Cin, L) → y (N, Cout, L′) with L′ = (L + padding − dilation·(kernel − 1) − 1) / stride + 1, padding
/// counted on both sides. Where that is no whole number <c>rounding</c> says what happens: an error, unless asked otherwise.
/// <c>kernel: 1</c> mixes the channels of each element alone; <c>groups: inChannels</c> is depthwise, each channel on its own.
/// Init: Kaiming uniform, bound 1/√(Cin / groups · kernel) for both (as PyTorch); with <c>init</c>, that for the weight and 0 for the
/// bias.
/// Waibel et al., "Phoneme Recognition Using Time-Delay Neural Networks", IEEE Trans. ASSP 1989.
/// </remarks>
/// <exception cref="ArgumentException">inChannels or outChannels is not a multiple of groups, or a size is given for other
/// axes.</exception>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0.</exception>
public sealed partial class Conv1d(
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
    : ConvNd(1, inChannels, outChannels, kernel, rng, stride ?? 1, padding, dilation ?? 1, groups, bias, paddingMode, rounding, init);
