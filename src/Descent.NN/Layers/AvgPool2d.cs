namespace Descent;

/// <summary>The mean of each window.</summary>
/// <remarks>
/// Shapes: x (N, C, H, W) → y (N, C, H′, W′) with H′ = ⌊(H + 2·padding − kernel) / stride⌋ + 1; the stride is the kernel unless given.
/// With <c>countPadding</c> the padding's zeros count as elements of the window (as PyTorch).
/// </remarks>
public sealed partial class AvgPool2d(int kernel, int? stride = null, int padding = 0, bool countPadding = true) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.AvgPool2d(kernel, stride, padding, countPadding);
}
