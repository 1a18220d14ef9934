namespace Descent;

/// <summary>What <see cref="AvgPool1d"/>, <see cref="AvgPool2d"/> and <see cref="AvgPool3d"/> share: all but the number of axes.</summary>
public abstract partial class AvgPoolNd : PoolNd
{
    private readonly bool _countPadding;

    private protected AvgPoolNd(int spatial, PerAxis kernel, PerAxis? stride, Padding padding, bool countPadding, SizeRounding rounding)
        : base(spatial, kernel, stride, padding, rounding) => _countPadding = countPadding;

    /// <inheritdoc/>
    /// <exception cref="ShapeException">x has other axes, or the windows do not fit it.</exception>
    public override Tensor Forward(Tensor x) => x.AvgPool(WindowsOn(x), _countPadding);
}
