namespace Descent;

/// <summary>What <see cref="Conv1d"/>, <see cref="Conv2d"/> and <see cref="Conv3d"/> share: all but the number of axes.</summary>
/// <remarks>
/// Shapes: x (N, Cin, …) → y (N, Cout, …), each axis behind the channels n → (n + padding − dilation·(kernel − 1) − 1) / stride + 1.
/// Init: Kaiming uniform, bound 1/√(Cin / groups · kernel elements) for both (as PyTorch); with <c>init</c>, that for the weight and 0 for
/// the bias.
/// </remarks>
public abstract partial class ConvNd : Layer
{
    private readonly int _inChannels;
    private readonly int _groups;
    private readonly PaddingMode _paddingMode;
    private readonly SlidingWindow _window;

    private protected ConvNd(
        int spatial, int inChannels, int outChannels, PerAxis kernel, Rng rng, PerAxis stride, Padding padding, PerAxis dilation, int groups, bool bias,
        PaddingMode paddingMode, SizeRounding rounding, Initializer? init)
    {
        (_inChannels, _groups, _paddingMode) = (Require.Positive(inChannels), groups, paddingMode);
        _window = new SlidingWindow(GetType().Name, spatial, kernel, stride, padding, dilation, rounding);
        int perGroup = Require.Multiple(inChannels, of: groups) / groups, fanIn = checked(perGroup * _window.Elements);
        Weight = Weights.Of(new([Require.Multiple(Require.Positive(outChannels), of: groups), perGroup, .. _window.Kernel]), fanIn, rng, init);
        Bias = bias ? Weights.Bias(outChannels, fanIn, rng, init) : null;
    }

    /// <summary>Shape (Cout, Cin / groups, kernel…).</summary>
    public Parameter Weight { get; }

    /// <summary>Shape (Cout); null when built with <c>bias: false</c>.</summary>
    public Parameter? Bias { get; }

    /// <summary>Whether each filter is used with mean 0 and variance 1, as <see cref="WeightStandardization"/> says.</summary>
    public bool StandardizesWeight { get; init; }

    /// <inheritdoc/>
    /// <exception cref="ShapeException">x has other axes or channels, or the windows do not fit it.</exception>
    public override Tensor Forward(Tensor x)
    {
        AxisWindow[] windows = _window.On(x.Type, _inChannels, Weight);
        if (_paddingMode != PaddingMode.Zeros)
        {
            x = x.Pad([0, 0, .. windows.Select(w => w.PadBefore)], [0, 0, .. windows.Select(w => w.PadAfter)], _paddingMode);
            windows = [.. windows.Select(w => w with { PadBefore = 0, PadAfter = 0 })];
        }

        Tensor weight = StandardizesWeight ? WeightStandardization.Of(Weight) : Weight;
        return x.Conv(weight, Bias?.Read(), windows, _groups);
    }
}
