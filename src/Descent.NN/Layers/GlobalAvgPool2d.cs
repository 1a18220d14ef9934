namespace Descent;

/// <summary>The mean of each channel over the whole image, which PyTorch calls adaptive average pooling to 1×1.</summary>
/// <remarks>
/// Shapes: x (N, C, H, W) → y (N, C, 1, 1). It lets a network take images of any size, and has no weights to overfit.
/// Lin, Chen and Yan, "Network In Network", ICLR 2014.
/// </remarks>
public sealed partial class GlobalAvgPool2d : Layer
{
    /// <inheritdoc/>
    /// <exception cref="ShapeException">x is not (N, C, H, W).</exception>
    public override Tensor Forward(Tensor x) => x.Rank == 4
        ? x.Mean([2, 3], keepDims: true)
        : throw new ShapeException($"GlobalAvgPool2d: input must be (N, C, H, W), but it is {x.Type}.");
}
