namespace Descent;

public static partial class Loss
{
    /// <summary>How much a distribution q differs from the true one p: <c>Σ p·(ln p − ln q)</c> for each row.</summary>
    /// <remarks>
    /// Shapes: log-probabilities ln q and probabilities p (N, K, …), sums over K; a term is 0 where p is 0. It is 0 exactly where both agree,
    /// and the cross-entropy less the entropy of p. The mean is over the rows: PyTorch's <c>batchmean</c> for (N, K).
    /// Kullback and Leibler, "On Information and Sufficiency", Annals of Mathematical Statistics, 1951.
    /// </remarks>
    /// <param name="logProbabilities">ln q, of <see cref="LogSoftmax"/> for instance.</param>
    /// <param name="target">p, rows that add up to 1.</param>
    /// <param name="reduction">How the rows' losses are combined.</param>
    /// <exception cref="ShapeException">The shapes differ or have no axis of classes.</exception>
    public static Tensor KullbackLeibler(Tensor logProbabilities, Tensor target, LossReduction reduction = LossReduction.Mean)
    {
        MustBeAlike("kullback-leibler", logProbabilities, target);
        return logProbabilities.Rank >= 2
            ? Reduce((target * (Log(target) - logProbabilities)).Sum([1]), reduction)
            : throw new ShapeException($"kullback-leibler: log-probabilities must be (N, K, …), but they are {logProbabilities.Type}.");
    }
}
