namespace Descent;

/// <summary>
/// Sets each element to 0 with a probability p and scales the others: <c>y = x·keep / (1 − p)</c>, so that the expectation stays. In
/// evaluation <c>y = x</c>.
/// </summary>
/// <remarks>
/// Shapes: any → same. Every forward pass draws a new mask, replays of a compiled step included; the same seed draws the same masks again.
/// Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", JMLR 2014.
/// </remarks>
/// <param name="probability">p, in [0, 1).</param>
/// <param name="rng">Its stream <c>dropout</c> gives the masks, so that dropout does not disturb other draws.</param>
/// <exception cref="ArgumentOutOfRangeException">The probability does not lie in [0, 1).</exception>
public sealed partial class Dropout(double probability, Rng rng) : Layer
{
    private readonly double _keep = 1 - Require.Fraction(probability);
    private readonly Rng _stream = rng.Stream("dropout");

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => IsTraining && _keep < 1 ? x * (_stream.Bernoulli(x.Shape, _keep).To(x.DType) / _keep) : x;
}
