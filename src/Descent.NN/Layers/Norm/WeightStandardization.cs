namespace Descent;

/// <summary>Weight standardisation: <c>ŵ = (w − mean) / √(variance + ε)</c>, each unit's weights by themselves.</summary>
/// <remarks>
/// The weight that is learned stays as it is; the layer works with the standardised one, and the gradient flows through the formula. Beside
/// <see cref="GroupNorm"/> it gives with small batches what batch normalisation gives with large ones. Of a convolution it is asked for as
/// <c>new Conv2d(…) { StandardizesWeight = true }</c>.
/// Qiao et al., "Micro-Batch Training with Batch-Channel Normalization and Weight Standardization", 2019.
/// </remarks>
public static class WeightStandardization
{
    /// <summary>The standardised weight; a unit's weights are all that belong to one index of the first axis.</summary>
    /// <remarks>Shapes: (units, …) → same. The variance is biased.</remarks>
    /// <exception cref="ShapeException">The weight has no axis of units.</exception>
    public static Tensor Of(Tensor weight, double epsilon = 1e-5) => weight.Rank >= 2
        ? weight.Reshape(weight.Shape[0], -1).LayerNorm(epsilon: epsilon).Reshape(weight.Shape)
        : throw new ShapeException($"weight-standardization: weights must be (units, …), but they are {weight.Type}.");
}
