namespace Descent;

/// <summary>Adds to each position of a sequence a vector that is learned: <c>y[t] = x[t] + W[t]</c>.</summary>
/// <remarks>
/// Shapes: x (N, T, D) with T up to length → same. Init: normal of deviation 0.02, or <c>init</c>.
/// Gehring et al., "Convolutional Sequence to Sequence Learning", ICML 2017; Devlin et al., "BERT", NAACL 2019.
/// </remarks>
/// <param name="length">The longest sequence.</param>
/// <param name="width">D.</param>
/// <param name="rng">What the initial values are drawn from.</param>
/// <param name="init">How the vectors begin.</param>
/// <exception cref="ArgumentOutOfRangeException">A size is not above 0.</exception>
public sealed partial class LearnedPositions(int length, int width, Rng rng, Initializer? init = null) : Layer
{
    private const double Deviation = 0.02;

    /// <summary>Shape (length, D).</summary>
    public Parameter Weight { get; } =
        new((init ?? Init.Normal(Deviation))(new(Require.Positive(length), Require.Positive(width)), width, rng));

    /// <inheritdoc/>
    /// <exception cref="ShapeException">x is no sequence of this width, or it is longer than length.</exception>
    public override Tensor Forward(Tensor x)
    {
        Sequences.MustBe(x, nameof(LearnedPositions), width);
        return x.Shape[1] <= length
            ? x + Weight.Read().Narrow(0, 0, x.Shape[1])
            : throw new ShapeException($"LearnedPositions: there are {length} positions, but the sequences {x.Type} are longer.");
    }
}
