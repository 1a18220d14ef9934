namespace Descent;

/// <summary>
/// The shortcut without weights of a residual block that shrinks the image and widens the channels: every stride-th pixel, with channels
/// of zeros on both sides.
/// </summary>
/// <remarks>
/// Shapes: x (N, inChannels, H, W) → y (N, outChannels, ⌈H / stride⌉, ⌈W / stride⌉), the same number of zero channels before and behind.
/// He et al., "Deep Residual Learning for Image Recognition", CVPR 2016, option A.
/// </remarks>
/// <exception cref="ArgumentException">outChannels is not inChannels plus an even number.</exception>
public sealed partial class ZeroPadShortcut(int inChannels, int outChannels, int stride) : Layer
{
    private readonly int _stride = Require.Positive(stride);
    private readonly int _border = outChannels >= inChannels && (outChannels - inChannels) % 2 == 0
        ? (outChannels - inChannels) / 2
        : throw new ArgumentException(
            $"A shortcut from {inChannels} to {outChannels} channels has no room for as many zeros before as behind.", nameof(outChannels));

    /// <inheritdoc/>
    /// <exception cref="ShapeException">x is not (N, inChannels, H, W).</exception>
    public override Tensor Forward(Tensor x)
    {
        if (x.Rank != 4 || x.Shape[1] != inChannels)
        {
            throw new ShapeException($"ZeroPadShortcut: input must be (N, {inChannels}, H, W), but it is {x.Type}.");
        }

        return EveryPixel(EveryPixel(x, axis: 2), axis: 3).Pad([0, _border, 0, 0], [0, _border, 0, 0]);
    }

    private Tensor EveryPixel(Tensor x, int axis) =>
        _stride == 1 ? x : x.Slice(axis, start: 0, _stride, (x.Shape[axis] + _stride - 1) / _stride);
}
