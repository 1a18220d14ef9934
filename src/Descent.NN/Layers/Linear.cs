namespace Descent;

/// <summary>Affine map over the last axis: <c>y = x·Wᵀ + b</c>.</summary>
/// <remarks>Shapes: x (…, in) → y (…, out). Init: Kaiming uniform, bound 1/√in for both (as PyTorch).</remarks>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0.</exception>
public sealed partial class Linear(int inFeatures, int outFeatures, Rng rng, bool bias = true) : Layer
{
    /// <summary>Shape (out, in).</summary>
    public Parameter Weight { get; } = new(Init.KaimingUniform(
        new(Require.Positive(outFeatures), Require.Positive(inFeatures)), fanIn: inFeatures, rng));

    /// <summary>Shape (out); null when built with <c>bias: false</c>.</summary>
    public Parameter? Bias { get; } = bias ? new(Init.Uniform(new(outFeatures), 1 / Math.Sqrt(inFeatures), rng)) : null;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        Tensor y = x.MatMul(Weight.T);
        return Bias is null ? y : y + Bias;
    }
}
