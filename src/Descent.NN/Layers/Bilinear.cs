namespace Descent;

/// <summary>A form that is linear in each of two inputs: <c>yₖ = x₁·Wₖ·x₂ᵀ + bₖ</c>.</summary>
/// <remarks>
/// Shapes: x₁ (…, in1), x₂ (…, in2), all other axes equal → y (…, out). Init: uniform, bound 1/√in1 for both (as PyTorch); with
/// <c>init</c>, that for the weight and 0 for the bias. State names as PyTorch.
/// </remarks>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0.</exception>
public sealed partial class Bilinear(int in1Features, int in2Features, int outFeatures, Rng rng, bool bias = true, Initializer? init = null) : Module
{
    /// <summary>Shape (out, in1, in2).</summary>
    public Parameter Weight { get; } = Weights.Of(
        new(Require.Positive(outFeatures), Require.Positive(in1Features), Require.Positive(in2Features)), fanIn: in1Features, rng, init);

    /// <summary>Shape (out); null when built with <c>bias: false</c>.</summary>
    public Parameter? Bias { get; } = bias ? Weights.Bias(outFeatures, fanIn: in1Features, rng, init) : null;

    /// <summary>The form's values of x₁ and x₂.</summary>
    /// <exception cref="ShapeException">The last axes are not in1 and in2, or the others differ.</exception>
    public Tensor Forward(Tensor x1, Tensor x2)
    {
        if (x1.Rank == 0 || x2.Rank != x1.Rank || x1.Shape != x2.Shape.With(x2.Rank - 1, in1Features) || x2.Shape[^1] != in2Features)
        {
            throw new ShapeException(
                $"Bilinear: inputs must be (…, {in1Features}) and (…, {in2Features}) with all other axes equal, but they are {x1.Type} and {x2.Type}.");
        }

        // One product over the first input gives, for each row, the matrix (out, in2) that the second is multiplied with.
        Tensor matrix = Weight.Read().Permute(1, 0, 2).Reshape(in1Features, outFeatures * in2Features);
        Tensor rows = x1.Reshape(-1, in1Features).MatMul(matrix).Reshape(-1, outFeatures, in2Features);
        Tensor y = (rows * x2.Reshape(-1, 1, in2Features)).Sum([-1]).Reshape([.. x1.Shape.Sizes[..^1], outFeatures]);
        return Bias is null ? y : y + Bias;
    }
}
