namespace Descent;

/// <summary>The largest of each group of neighbouring channels, place by place: maxout over feature maps.</summary>
/// <remarks>
/// Shapes: x (N, C, …) → y (N, C / kernel, …), <c>y[n, k, …] = max x[n, k·kernel + i, …]</c>. Gradient: dy shared evenly among the largest.
/// Goodfellow et al., "Maxout Networks", ICML 2013, section 3.
/// </remarks>
/// <exception cref="ArgumentOutOfRangeException">kernel is not above 0.</exception>
public sealed partial class ChannelMaxPool(int kernel) : Layer
{
    private readonly int _kernel = Require.Positive(kernel);

    /// <inheritdoc/>
    /// <exception cref="ShapeException">x has no channels, or their number is not a multiple of kernel.</exception>
    public override Tensor Forward(Tensor x) => x.Rank >= 2 && x.Shape[1] % _kernel == 0
        ? x.Reshape(new Shape([x.Shape[0], x.Shape[1] / _kernel, _kernel, .. x.Shape.Sizes[2..]])).Max([2])
        : throw new ShapeException($"ChannelMaxPool: input must be (N, C, …) with C a multiple of {_kernel}, but it is {x.Type}.");
}
