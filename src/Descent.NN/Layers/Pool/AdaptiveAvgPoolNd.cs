namespace Descent;

/// <summary>
/// What <see cref="AdaptiveAvgPool1d"/>, <see cref="AdaptiveAvgPool2d"/>, <see cref="AdaptiveAvgPool3d"/> and the global poolings share.
/// </summary>
public abstract partial class AdaptiveAvgPoolNd : AdaptivePoolNd
{
    private protected AdaptiveAvgPoolNd(int spatial, PerAxis size)
        : base(spatial, size)
    {
    }

    /// <inheritdoc/>
    /// <exception cref="ShapeException">x has other axes, or one of them is empty.</exception>
    public override Tensor Forward(Tensor x) => x.AdaptiveAvgPool(SizeFor(x));
}
