namespace Descent;

/// <summary>
/// What <see cref="MaxUnpool1d"/>, <see cref="MaxUnpool2d"/> and <see cref="MaxUnpool3d"/> share: all but the number of axes.
/// </summary>
public abstract partial class MaxUnpoolNd : Module
{
    private readonly AxisWindow[] _windows;

    private protected MaxUnpoolNd(int spatial, PerAxis kernel, PerAxis? stride, Padding padding)
    {
        if (padding.IsSame)
        {
            throw new ArgumentException($"{GetType().Name}: give the padding of the pooling in numbers.", nameof(padding));
        }

        _windows = new SlidingWindow(GetType().Name, spatial, kernel, stride ?? kernel, padding, 1, SizeRounding.Exact).WithinPadding().AsGiven();
    }

    /// <summary>The values put back where they stood, zeros elsewhere.</summary>
    /// <param name="values">What max pooling gave, or what was computed from it.</param>
    /// <param name="indices">Where its values stood.</param>
    /// <param name="size">Of the axes behind the channels: that of the pooling's input where windows did not end at its edge.</param>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="IndexException">When computed: an index lies outside the output.</exception>
    public Tensor Forward(Tensor values, Tensor indices, params ReadOnlySpan<int> size)
    {
        if (values.Rank != 2 + _windows.Length)
        {
            throw new ShapeException($"{GetType().Name}: values must be {SpatialAxes.Of(_windows.Length)}, but they are {values.Type}.");
        }

        return values.MaxUnpool(
            indices,
            size.IsEmpty ? [.. _windows.Select((w, i) => ((values.Shape[2 + i] - 1) * w.Stride) + w.Kernel - w.PadBefore - w.PadAfter)] : size);
    }
}
