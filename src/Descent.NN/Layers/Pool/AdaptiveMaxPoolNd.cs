namespace Descent;

/// <summary>
/// What <see cref="AdaptiveMaxPool1d"/>, <see cref="AdaptiveMaxPool2d"/>, <see cref="AdaptiveMaxPool3d"/> and the global poolings share.
/// </summary>
public abstract partial class AdaptiveMaxPoolNd : AdaptivePoolNd
{
    private protected AdaptiveMaxPoolNd(int spatial, PerAxis size)
        : base(spatial, size)
    {
    }

    /// <inheritdoc/>
    /// <exception cref="ShapeException">x has other axes, or one of them is empty.</exception>
    public override Tensor Forward(Tensor x) => x.AdaptiveMaxPool(SizeFor(x));
}
