namespace Descent;

/// <summary>The mean of each channel over the whole image, which PyTorch calls adaptive average pooling to 1×1.</summary>
/// <remarks>
/// Shapes: x (N, C, H, W) → y (N, C, 1, 1). It lets a network take inputs of any size, and has no weights to overfit.
/// Lin, Chen and Yan, "Network In Network", ICLR 2014.
/// </remarks>
public sealed partial class GlobalAvgPool2d() : AdaptiveAvgPoolNd(2, 1);
