namespace Descent;

public static partial class Loss
{
    /// <summary>Negative log-likelihood of yes or no: <c>−t·ln p − (1 − t)·ln(1 − p)</c> for each element.</summary>
    /// <remarks>
    /// Shapes: probabilities and targets alike; targets in [0, 1]. Numerics: of a probability that is 0 the logarithm is −85.2, with
    /// gradient 0, so that nothing becomes infinite; <see cref="BinaryCrossEntropyWithLogits"/> goes on learning there and is to be preferred.
    /// </remarks>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor BinaryCrossEntropy(Tensor probability, Tensor target, LossReduction reduction = LossReduction.Mean)
    {
        MustBeAlike("binary-cross-entropy", probability, target);
        return Reduce(-((target * Log(probability)) + ((1 - target) * Log(1 - probability))), reduction);
    }

    /// <summary>
    /// Sigmoid followed by the negative log-likelihood of yes or no: <c>w·t·ln(1 + e⁻ˣ) + (1 − t)·ln(1 + eˣ)</c> for each element.
    /// </summary>
    /// <remarks>
    /// Shapes: logits and targets alike; targets in [0, 1]. Gradient: <c>dx = σ(x) − t</c> where w = 1. Numerics: finite for all finite logits,
    /// and both loss and gradient keep their digits where they are near 0.
    /// </remarks>
    /// <param name="logits">Scores before the sigmoid.</param>
    /// <param name="target">The truth, 1 for yes.</param>
    /// <param name="positiveWeight">w: how often a yes counts, broadcasting; above 1 where there are few of them. Null for 1.</param>
    /// <param name="reduction">How the losses are combined.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor BinaryCrossEntropyWithLogits(
        Tensor logits, Tensor target, Tensor? positiveWeight = null, LossReduction reduction = LossReduction.Mean)
    {
        MustBeAlike("binary-cross-entropy", logits, target);
        Tensor yes = target * (-logits).Softplus(), no = (1 - target) * logits.Softplus();
        return Reduce((positiveWeight is null ? yes : yes * positiveWeight) + no, reduction);
    }

    /// <summary>
    /// Binary cross-entropy that counts easy elements little: <c>α(t)·(1 − p(t))^γ·(−ln p(t))</c>, p(t) the probability of the truth.
    /// </summary>
    /// <remarks>
    /// Shapes: logits and targets alike; targets 0 or 1. α(t) is α for 1 and 1 − α for 0. With γ = 0 and α = ½ it is half of
    /// <see cref="BinaryCrossEntropyWithLogits"/>. Numerics: finite for all finite logits, since <c>1 − p(t) = e^−softplus(x)</c> for t = 1.
    /// Lin et al., "Focal Loss for Dense Object Detection", ICCV 2017; defaults as there and in torchvision.
    /// </remarks>
    /// <param name="logits">Scores before the sigmoid.</param>
    /// <param name="target">The truth, 0 or 1.</param>
    /// <param name="alpha">α, in [0, 1]; null leaves the factor out.</param>
    /// <param name="gamma">γ, at least 0.</param>
    /// <param name="reduction">How the losses are combined.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">γ is negative.</exception>
    public static Tensor Focal(
        Tensor logits, Tensor target, double? alpha = 0.25, double gamma = 2, LossReduction reduction = LossReduction.Mean)
    {
        MustBeAlike("focal", logits, target);
        ArgumentOutOfRangeException.ThrowIfNegative(gamma);
        Tensor towardsTruth = logits * ((target * 2) - 1);
        Tensor losses = (towardsTruth.Softplus() * -gamma).Exp() * (-towardsTruth).Softplus();
        return Reduce(alpha is { } a ? losses * ((target * ((2 * a) - 1)) + (1 - a)) : losses, reduction);
    }
}
