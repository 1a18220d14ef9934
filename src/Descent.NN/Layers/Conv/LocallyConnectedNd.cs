namespace Descent;

/// <summary>What <see cref="LocallyConnected1d"/> and <see cref="LocallyConnected2d"/> share: all but the number of axes.</summary>
public abstract partial class LocallyConnectedNd : Layer
{
    private readonly int _inChannels;
    private readonly int _outChannels;
    private readonly int[] _inputSize;
    private readonly SlidingWindow _window;

    private protected LocallyConnectedNd(
        int spatial, int inChannels, int outChannels, PerAxis inputSize, PerAxis kernel, Rng rng, PerAxis stride, Padding padding, PerAxis dilation,
        bool bias, SizeRounding rounding, Initializer? init)
    {
        (_inChannels, _outChannels) = (Require.Positive(inChannels), Require.Positive(outChannels));
        _inputSize = inputSize.Of(spatial, nameof(inputSize));
        _window = new SlidingWindow(GetType().Name, spatial, kernel, stride, padding, dilation, rounding);
        AxisWindow[] windows = _window.On(new TensorType(new Shape([1, inChannels, .. _inputSize]), DType.F32));
        int places = windows.Select((window, i) => window.Outputs(_inputSize[i])).Aggregate(1, (product, size) => checked(product * size));
        int fanIn = checked(inChannels * _window.Elements);
        Weight = Weights.Of(new(places, fanIn, outChannels), fanIn, rng, init);
        Bias = bias ? Weights.Bias(new Shape(places, outChannels), fanIn, rng, init) : null;
    }

    /// <summary>Shape (output places, Cin · kernel elements, Cout): a matrix for each place, places row by row.</summary>
    public Parameter Weight { get; }

    /// <summary>Shape (output places, Cout); null when built with <c>bias: false</c>.</summary>
    public Parameter? Bias { get; }

    /// <inheritdoc/>
    /// <exception cref="ShapeException">x has other axes, channels or size than the layer was built for.</exception>
    public override Tensor Forward(Tensor x)
    {
        AxisWindow[] windows = _window.On(x.Type, _inChannels, Weight);
        if (!x.Shape.Sizes[2..].SequenceEqual(_inputSize))
        {
            throw _window.Misfit(Weight, $"every place has weights of its own, for inputs of ({string.Join(", ", _inputSize)}), but x is {x.Shape}.");
        }

        x = x.Pad([0, 0, .. windows.Select(w => w.PadBefore)], [0, 0, .. windows.Select(w => w.PadAfter)]);
        for (int i = 0; i < windows.Length; i++)
        {
            x = x.Unfold(2 + i, windows[i].Kernel, windows[i].Stride, windows[i].Dilation);
        }

        // (N, C, places…, taps…) → (places, N, C·taps), a product with each place's matrix, and back.
        int n = x.Shape[0], spatial = windows.Length;
        int[] places = x.Shape.Sizes.Slice(2, spatial).ToArray();
        x = x.Permute([.. Enumerable.Range(2, spatial), 0, 1, .. Enumerable.Range(2 + spatial, spatial)]);
        Tensor y = x.Reshape(new Shape(Weight.Shape[0], n, Weight.Shape[1])).MatMul(Weight);
        y = Bias is null ? y : y + Bias.Read().Unsqueeze(1);
        return y.Permute(1, 2, 0).Reshape(new Shape([n, _outChannels, .. places]));
    }
}
