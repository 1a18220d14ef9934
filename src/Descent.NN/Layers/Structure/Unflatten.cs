namespace Descent;

/// <summary>
/// One axis cut into several: (N, C·H·W) → (N, C, H, W) by axis 1 and sizes C, H, W; one size may be −1 and is then what remains.
/// </summary>
public sealed partial class Unflatten(int axis, params ReadOnlySpan<int> sizes) : Layer
{
    private readonly int[] _sizes = sizes.ToArray();

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The axis does not exist, or the sizes do not multiply to its size.</exception>
    public override Tensor Forward(Tensor x)
    {
        int at = x.Shape.Axis(axis, nameof(Unflatten));
        return x.Reshape([.. x.Shape.Sizes[..at], .. _sizes, .. x.Shape.Sizes[(at + 1)..]]);
    }
}
