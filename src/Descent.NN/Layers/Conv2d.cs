namespace Descent;

/// <summary>2-D cross-correlation, which deep learning calls convolution.</summary>
/// <remarks>
/// Shapes: x (N, Cin, H, W) → y (N, Cout, H′, W′) with H′ = ⌊(H + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1, W′ alike.
/// Init: Kaiming uniform, bound 1/√(Cin / groups · kernel²) for both (as PyTorch); with <c>init</c>, that for the weight and 0 for the
/// bias.
/// </remarks>
/// <exception cref="ArgumentException">inChannels or outChannels is not a multiple of groups.</exception>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0.</exception>
public sealed partial class Conv2d(
    int inChannels,
    int outChannels,
    int kernel,
    Rng rng,
    int stride = 1,
    int padding = 0,
    int dilation = 1,
    int groups = 1,
    bool bias = true,
    Initializer? init = null) : Layer
{
    /// <summary>Shape (Cout, Cin / groups, kernel, kernel).</summary>
    public Parameter Weight { get; } = Weights.Of(
        new(
            Require.Multiple(Require.Positive(outChannels), of: groups),
            Require.Multiple(Require.Positive(inChannels), of: groups) / groups,
            Require.Positive(kernel),
            kernel),
        fanIn: inChannels / groups * kernel * kernel,
        rng,
        init);

    /// <summary>Shape (Cout); null when built with <c>bias: false</c>.</summary>
    public Parameter? Bias { get; } = bias ? Weights.Bias(outChannels, fanIn: inChannels / groups * kernel * kernel, rng, init) : null;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        Tensor y = x.Conv2d(Weight, stride, padding, dilation, groups);
        return Bias is null ? y : y + Bias.Read().Reshape(1, outChannels, 1, 1);
    }
}
