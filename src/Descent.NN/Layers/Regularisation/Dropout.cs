namespace Descent;

/// <summary>
/// Sets each element to 0 with a probability p and scales the others: <c>y = x·keep / (1 − p)</c>, so that the expectation stays. In
/// evaluation <c>y = x</c>.
/// </summary>
/// <remarks>
/// Shapes: any → same. Every forward pass draws a new mask, replays of a compiled step included; the same seed draws the same masks again.
/// The paper's form scales at prediction: <c>y = x·keep</c> in training, <c>y = x·(1 − p)</c> in evaluation.
/// Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", JMLR 2014.
/// </remarks>
/// <param name="probability">p, in [0, 1).</param>
/// <param name="rng">Its stream <c>dropout</c> gives the masks, so that dropout does not disturb other draws.</param>
/// <param name="scaleAtPrediction">Whether evaluation scales, as in the paper, rather than training.</param>
/// <exception cref="ArgumentOutOfRangeException">The probability does not lie in [0, 1).</exception>
public sealed partial class Dropout(double probability, Rng rng, bool scaleAtPrediction = false) : Layer
{
    private readonly DropMask _mask = new(probability, rng);

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => (IsTraining, scaleAtPrediction) switch
    {
        (true, false) => _mask.Scaled(x, x.Shape),
        (true, true) => _mask.Unscaled(x, x.Shape),
        (false, true) => x * (1 - probability),
        _ => x,
    };
}
