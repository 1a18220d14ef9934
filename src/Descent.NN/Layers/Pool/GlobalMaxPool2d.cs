namespace Descent;

/// <summary>The largest value of each channel over the whole image, which PyTorch calls adaptive max pooling to 1×1.</summary>
/// <remarks>
/// Shapes: x (N, C, H, W) → y (N, C, 1, 1). Gradient: dy at the first of the
/// largest. Oquab et al., "Is object localization for free?", CVPR 2015.
/// </remarks>
public sealed partial class GlobalMaxPool2d() : AdaptiveMaxPoolNd(2, 1);
