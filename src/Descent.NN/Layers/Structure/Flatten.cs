namespace Descent;

/// <summary>All axes but the first made one: (N, C, H, W) → (N, C·H·W).</summary>
public sealed partial class Flatten : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Flatten();
}
