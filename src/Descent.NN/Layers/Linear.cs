namespace Descent;

/// <summary>Affine map over the last axis: <c>y = x·Wᵀ + b</c>.</summary>
/// <remarks>
/// Shapes: x (…, in) → y (…, out). Init: Kaiming uniform, bound 1/√in for both (as PyTorch); with <c>init</c>, that for the weight and 0
/// for the bias.
/// </remarks>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0.</exception>
public sealed partial class Linear(int inFeatures, int outFeatures, Rng rng, bool bias = true, Initializer? init = null) : Layer
{
    /// <summary>Shape (out, in).</summary>
    public Parameter Weight { get; } = Weights.Of(
        new(Require.Positive(outFeatures), Require.Positive(inFeatures)), fanIn: inFeatures, rng, init);

    /// <summary>Shape (out); null when built with <c>bias: false</c>.</summary>
    public Parameter? Bias { get; } = bias ? Weights.Bias(outFeatures, fanIn: inFeatures, rng, init) : null;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        if (x.Rank == 1)
        {
            return Forward(x.Unsqueeze(0)).Squeeze(0);
        }

        Tensor y = x.MatMul(Weight.T);
        return Bias is null ? y : y + Bias;
    }
}
