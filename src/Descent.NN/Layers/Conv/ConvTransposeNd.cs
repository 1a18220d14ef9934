namespace Descent;

/// <summary>
/// What <see cref="ConvTranspose1d"/>, <see cref="ConvTranspose2d"/> and <see cref="ConvTranspose3d"/> share: all but the number of axes.
/// </summary>
/// <remarks>
/// Shapes: x (N, Cin, …) → y (N, Cout, …), each axis n → (n − 1)·stride − padding + dilation·(kernel − 1) + 1 + outputPadding, padding
/// counted on both sides. Init: uniform, bound 1/√(Cout / groups · kernel elements) for both (as PyTorch); with <c>init</c>, that for the
/// weight and 0 for the bias.
/// </remarks>
public abstract partial class ConvTransposeNd : Layer
{
    private readonly int _groups;
    private readonly int[] _outputPadding;
    private readonly AxisWindow[] _windows;

    private protected ConvTransposeNd(
        int spatial, int inChannels, int outChannels, PerAxis kernel, Rng rng, PerAxis stride, Padding padding, PerAxis outputPadding, PerAxis dilation,
        int groups, bool bias, Initializer? init)
    {
        string layer = GetType().Name;
        if (padding.IsSame)
        {
            throw new ArgumentException($"{layer}: the output of a transposed convolution is not the size of its input; give padding in numbers.", nameof(padding));
        }

        var window = new SlidingWindow(layer, spatial, kernel, stride, padding, dilation, SizeRounding.Exact);
        (_groups, _windows, _outputPadding) = (groups, window.AsGiven(), outputPadding.Of(spatial, nameof(outputPadding), least: 0));
        for (int i = 0; i < spatial; i++)
        {
            if (_outputPadding[i] >= _windows[i].Stride)
            {
                throw new ArgumentException(
                    $"{layer}: output padding {_outputPadding[i]} must be below the stride {_windows[i].Stride}: it tells which of the sizes that the "
                    + "convolution shrinks to the same one is meant.",
                    nameof(outputPadding));
            }
        }

        int perGroup = Require.Multiple(Require.Positive(outChannels), of: groups) / groups, fanIn = checked(perGroup * window.Elements);
        Weight = Weights.Of(new([Require.Multiple(Require.Positive(inChannels), of: groups), perGroup, .. window.Kernel]), fanIn, rng, init);
        Bias = bias ? Weights.Bias(outChannels, fanIn, rng, init) : null;
    }

    /// <summary>Shape (Cin, Cout / groups, kernel…).</summary>
    public Parameter Weight { get; }

    /// <summary>Shape (Cout); null when built with <c>bias: false</c>.</summary>
    public Parameter? Bias { get; }

    /// <inheritdoc/>
    /// <exception cref="ShapeException">x has other axes or channels, or padding leaves nothing of the output.</exception>
    public override Tensor Forward(Tensor x) => x.ConvTranspose(Weight, Bias?.Read(), _windows, _outputPadding, _groups);
}
