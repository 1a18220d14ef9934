namespace Descent;

/// <summary>What the linear models have in common: scores <c>x·Wᵀ + b</c>, of zero weights at first.</summary>
/// <remarks>
/// Shapes: x (N, …), flattened to (N, in) → scores (N, out). Their objectives are convex, so that zero is as good a start as any.
/// </remarks>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0.</exception>
public abstract partial class LinearModel(int inFeatures, int outFeatures, Device? device) : Layer
{
    /// <summary>Shape (out, in).</summary>
    public Parameter Weight { get; } = new(Tensor.Zeros(new(Require.Positive(outFeatures), Require.Positive(inFeatures)), device: device));

    /// <summary>Shape (out).</summary>
    public Parameter Bias { get; } = new(Tensor.Zeros(new(outFeatures), device: device));

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Scores(x);

    /// <summary>What the model decides by.</summary>
    public Tensor Scores(Tensor x) => x.Flatten().MatMul(Weight.T) + Bias;

    /// <summary>A loss with <c>½·l2·‖W‖²</c> added; the intercepts are not penalised.</summary>
    private protected Tensor Penalised(Tensor loss, double l2)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(l2);
        return l2 == 0 ? loss : loss + (Weight.Read().Square().Sum() * (0.5 * l2));
    }
}
