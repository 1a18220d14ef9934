namespace Descent;

/// <summary>What <see cref="MaxPool1d"/>, <see cref="MaxPool2d"/> and <see cref="MaxPool3d"/> share: all but the number of axes.</summary>
public abstract partial class MaxPoolNd : PoolNd
{
    private protected MaxPoolNd(int spatial, PerAxis kernel, PerAxis? stride, Padding padding, SizeRounding rounding)
        : base(spatial, kernel, stride, padding, rounding)
    {
    }

    /// <inheritdoc/>
    /// <exception cref="ShapeException">x has other axes, or the windows do not fit it.</exception>
    public override Tensor Forward(Tensor x) => x.MaxPool(WindowsOn(x)).Values;

    /// <summary>
    /// The largest elements and where they stood, i32, row-major within the axes behind the channels: what <see cref="Tensor.MaxUnpool"/>
    /// takes.
    /// </summary>
    /// <exception cref="ShapeException">x has other axes, or the windows do not fit it.</exception>
    public (Tensor Values, Tensor Indices) ForwardWithIndices(Tensor x) => x.MaxPool(WindowsOn(x));
}
