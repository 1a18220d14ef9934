namespace Descent;

/// <summary>Layer normalisation over the last axis: <c>y = γ·(x − mean) / √(variance + ε) + β</c>.</summary>
/// <remarks>
/// Shapes: x (…, features) → same. Mean and (biased) variance are those of each row, in training and in evaluation alike.
/// Init: γ = 1, β = 0. State names as PyTorch.
/// Ba, Kiros and Hinton, "Layer Normalization", 2016.
/// </remarks>
/// <exception cref="ArgumentOutOfRangeException">features is not above 0.</exception>
public sealed partial class LayerNorm(int features, double epsilon = 1e-5, bool bias = true, Device? device = null) : Layer
{
    /// <summary>γ, shape (features).</summary>
    public Parameter Weight { get; } = new(Tensor.Ones(new(Require.Positive(features)), device: device));

    /// <summary>β, shape (features); null when built with <c>bias: false</c>.</summary>
    public Parameter? Bias { get; } = bias ? new(Tensor.Zeros(new(features), device: device)) : null;

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The last axis is not as long as features says.</exception>
    public override Tensor Forward(Tensor x) => x.Rank > 0 && x.Shape[^1] == features
        ? x.LayerNorm(Weight, Bias?.Read(), epsilon)
        : throw new ShapeException($"LayerNorm: input must be (…, {features}), but it is {x.Type}.");
}
