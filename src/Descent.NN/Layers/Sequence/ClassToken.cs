namespace Descent;

/// <summary>Puts one learned vector before each sequence: what attention writes there stands for the whole sequence.</summary>
/// <remarks>
/// Shapes: x (N, T, D) → (N, 1 + T, D). Init: 0, or <c>init</c>. Devlin et al., "BERT", NAACL 2019; Dosovitskiy et al., "An Image is Worth
/// 16x16 Words", ICLR 2021.
/// </remarks>
/// <exception cref="ArgumentOutOfRangeException">The width is not above 0.</exception>
public sealed partial class ClassToken(int width, Rng rng, Initializer? init = null) : Layer
{
    /// <summary>Shape (1, 1, D).</summary>
    public Parameter Weight { get; } =
        new(init is null ? Tensor.Zeros(new(1, 1, Require.Positive(width)), device: rng.Device) : init(new(1, 1, Require.Positive(width)), width, rng));

    /// <inheritdoc/>
    /// <exception cref="ShapeException">x is no sequence of this width.</exception>
    public override Tensor Forward(Tensor x)
    {
        Sequences.MustBe(x, nameof(ClassToken), width);
        return Tensor.Concat(1, Weight.Read().Expand(new(x.Shape[0], 1, width)), x);
    }
}
