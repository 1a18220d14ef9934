namespace Descent;

/// <summary>The largest of k affine maps, for each output: <c>yⱼ = maxᵢ (x·Wᵢⱼᵀ + bᵢⱼ)</c>, a convex activation that is learned.</summary>
/// <remarks>
/// Shapes: x (…, in) → y (…, out). ReLU and leaky ReLU are two pieces of it. Gradient: to the largest piece alone, shared where several
/// attain it. Init: as <see cref="Linear"/>. Goodfellow et al., "Maxout Networks", ICML 2013.
/// </remarks>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0.</exception>
public sealed partial class Maxout(int inFeatures, int outFeatures, int pieces, Rng rng, bool bias = true, Initializer? init = null) : Layer
{
    /// <summary>All maps as one: weight (out·k, in), the pieces of an output one behind the other.</summary>
    public Linear Pieces { get; } = new(inFeatures, checked(Require.Positive(outFeatures) * Require.Positive(pieces)), rng, bias, init);

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        Tensor all = Pieces.Forward(x);
        return all.Reshape([.. all.Shape.Sizes[..^1], outFeatures, pieces]).Max([-1]);
    }
}
