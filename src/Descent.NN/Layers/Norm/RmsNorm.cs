namespace Descent;

/// <summary>Root-mean-square normalisation over the last axis: <c>y = γ·x / √(mean(x²) + ε)</c>: a layer normalisation without centring.</summary>
/// <remarks>
/// Shapes: x (…, features) → same. Init: γ = 1. State name as PyTorch.
/// Zhang and Sennrich, "Root Mean Square Layer Normalization", NeurIPS 2019.
/// </remarks>
/// <exception cref="ArgumentOutOfRangeException">features is not above 0.</exception>
public sealed partial class RmsNorm(int features, double epsilon = 1e-6, Device? device = null) : Layer
{
    /// <summary>γ, shape (features).</summary>
    public Parameter Weight { get; } = new(Tensor.Ones(new(Require.Positive(features)), device: device));

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The last axis is not as long as features says.</exception>
    public override Tensor Forward(Tensor x) => x.Rank > 0 && x.Shape[^1] == features
        ? x / (x.Square().Mean([-1], keepDims: true) + epsilon).Sqrt() * Weight
        : throw new ShapeException($"RmsNorm: input must be (…, {features}), but it is {x.Type}.");
}
