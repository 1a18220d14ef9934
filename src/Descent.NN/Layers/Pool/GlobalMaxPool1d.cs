namespace Descent;

/// <summary>The largest value of each channel over the whole sequence, which PyTorch calls adaptive max pooling to 1.</summary>
/// <remarks>
/// Shapes: x (N, C, L) → y (N, C, 1). Gradient: dy at the first of the
/// largest. Oquab et al., "Is object localization for free?", CVPR 2015.
/// </remarks>
public sealed partial class GlobalMaxPool1d() : AdaptiveMaxPoolNd(1, 1);
