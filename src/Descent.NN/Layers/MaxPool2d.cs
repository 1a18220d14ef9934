namespace Descent;

/// <summary>The largest value of each window.</summary>
/// <remarks>
/// Shapes: x (N, C, H, W) → y (N, C, H′, W′) with H′ = ⌊(H + 2·padding − kernel) / stride⌋ + 1; the stride is the kernel unless given.
/// </remarks>
public sealed partial class MaxPool2d(int kernel, int? stride = null, int padding = 0) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.MaxPool2d(kernel, stride, padding);
}
