namespace Descent;

public static partial class Loss
{
    /// <summary>Softmax followed by the negative log-likelihood of the target: <c>log Σ eˣ − Σ target·x</c> for each row.</summary>
    /// <remarks>
    /// Shapes: logits (N, K, …); labels (N, …), u8, i32 or i64, in [0, K), or probabilities (N, K, …), f32 or f64. The target of a label is
    /// <c>1 − s + s/K</c> for the label and <c>s/K</c> for each other class, with s the label smoothing; probabilities are smoothed likewise.
    /// With class weights w the term of class k counts w[k] times, and the mean divides by the sum of the labels' weights, or by the rows
    /// where there are probabilities. A row whose label is ignored has loss and gradient 0 and does not count in the mean.
    /// Of uniform logits it is ln K. Numerics: finite for all finite logits. All as PyTorch, but that the mean over no row is 0, not NaN.
    /// Smoothing: Szegedy et al., "Rethinking the Inception Architecture", CVPR 2016.
    /// </remarks>
    /// <param name="logits">Scores before the softmax.</param>
    /// <param name="target">The class of each row, or the probability of each class.</param>
    /// <param name="labelSmoothing">s, in [0, 1].</param>
    /// <param name="reduction">How the rows' losses are combined.</param>
    /// <param name="weights">w, shape (K); null for ones.</param>
    /// <param name="ignoreIndex">The label of rows that do not count, of any value.</param>
    /// <exception cref="ShapeException">The target is neither one integer per row nor shaped as the logits, or the weights are not one for
    /// each class.</exception>
    /// <exception cref="ArgumentException">A row of probabilities cannot be ignored by its label.</exception>
    public static Tensor CrossEntropy(
        Tensor logits,
        Tensor target,
        double labelSmoothing = 0,
        LossReduction reduction = LossReduction.Mean,
        Tensor? weights = null,
        long? ignoreIndex = null)
    {
        if (target.DType.IsFloat())
        {
            return ignoreIndex is null
                ? OfProbabilities(logits, target, labelSmoothing, reduction, weights)
                : throw new ArgumentException("cross-entropy: a target of probabilities has no label that could be ignored.", nameof(ignoreIndex));
        }

        // As wide as the ignored label, so that −100 is no byte.
        target = ignoreIndex is null ? target : target.To(DType.I64);
        if (weights is null)
        {
            Tensor losses = logits.CrossEntropy(target, labelSmoothing, ignoreIndex);
            return ignoreIndex is { } ignored
                ? Reduce(losses, target.NotEqualTo(ignored).To(losses.DType), reduction)
                : Reduce(losses, reduction);
        }

        if (labelSmoothing == 0)
        {
            return NegativeLogLikelihood(logits.LogSoftmax(1), target, reduction, weights, ignoreIndex);
        }

        MustBeRows("cross-entropy", logits, target);
        Tensor logProbabilities = logits.LogSoftmax(1);
        (Tensor labels, Tensor weight) = Weighted("cross-entropy", logits, target, weights, ignoreIndex);
        Tensor spread = (logProbabilities * PerClass(weights, logits)).Sum([1]) * (labelSmoothing / logits.Shape[1]);
        spread = ignoreIndex is { } label ? spread * target.NotEqualTo(label).To(spread.DType) : spread;
        Tensor smoothed = (OfClass(logProbabilities, labels) * weight * (labelSmoothing - 1)) - spread;
        return Reduce(smoothed, weight, reduction);
    }

    /// <summary>The negative log-likelihood of the label: <c>−w[label]·x[label]</c> for each row.</summary>
    /// <remarks>
    /// Shapes: log-probabilities (N, K, …), of <see cref="LogSoftmax"/> for instance, labels (N, …), u8, i32 or i64, in [0, K). Weights, the
    /// ignored label and the mean as <see cref="CrossEntropy"/>.
    /// </remarks>
    /// <param name="logProbabilities">Logarithms of the classes' probabilities.</param>
    /// <param name="labels">The class of each row.</param>
    /// <param name="reduction">How the rows' losses are combined.</param>
    /// <param name="weights">w, shape (K); null for ones.</param>
    /// <param name="ignoreIndex">The label of rows that do not count, of any value.</param>
    /// <exception cref="ShapeException">The labels are not one integer per row, or the weights not one for each class.</exception>
    public static Tensor NegativeLogLikelihood(
        Tensor logProbabilities, Tensor labels, LossReduction reduction = LossReduction.Mean, Tensor? weights = null, long? ignoreIndex = null)
    {
        const string name = "negative-log-likelihood";
        MustBeRows(name, logProbabilities, labels);
        if (weights is null && ignoreIndex is null)
        {
            return Reduce(-OfClass(logProbabilities, labels), reduction);
        }

        (labels, Tensor weight) = Weighted(name, logProbabilities, labels, weights, ignoreIndex);
        Tensor losses = OfClass(logProbabilities, labels) * -weight;
        return Reduce(losses, weight, reduction);
    }

    private static Tensor OfProbabilities(Tensor logits, Tensor target, double smoothing, LossReduction reduction, Tensor? weights)
    {
        MustBeAlike("cross-entropy", logits, target);
        if (logits.Rank < 2 || !(smoothing is >= 0 and <= 1))
        {
            throw logits.Rank < 2
                ? new ShapeException($"cross-entropy: logits must be (N, K, …), but they are {logits.Type}.")
                : new ArgumentOutOfRangeException(nameof(smoothing), smoothing, "cross-entropy: label smoothing must lie in [0, 1].");
        }

        target = smoothing == 0 ? target : (target * (1 - smoothing)) + (smoothing / logits.Shape[1]);
        Tensor terms = target * logits.LogSoftmax(1);
        return Reduce(-(weights is null ? terms : terms * PerClass(weights, logits)).Sum([1]), reduction);
    }

    /// <summary>Labels that are classes, and the weight of each row: 0 where its label is ignored.</summary>
    private static (Tensor Labels, Tensor Weight) Weighted(string loss, Tensor scores, Tensor labels, Tensor? weights, long? ignoreIndex)
    {
        if (weights is not null && weights.Shape != new Shape(scores.Shape[1]))
        {
            throw new ShapeException($"{loss}: scores {scores.Type} need weights ({scores.Shape[1]}), one for each class, but they are {weights.Type}.");
        }

        if (ignoreIndex is not { } ignored)
        {
            return (labels, weights!.Gather(labels));
        }

        labels = labels.To(DType.I64);
        Tensor counts = labels.NotEqualTo(ignored);
        labels = Tensor.Select(counts, labels, Tensor.Scalar(0, labels.DType, labels.Device));
        Tensor weight = counts.To(scores.DType);
        return (labels, weights is null ? weight : weight * weights.Gather(labels));
    }

    private static Tensor PerClass(Tensor weights, Tensor logits) => weights.Shape == new Shape(logits.Shape[1])
        ? weights.Reshape([weights.Shape[0], .. Enumerable.Repeat(1, logits.Rank - 2)])
        : throw new ShapeException(
            $"cross-entropy: logits {logits.Type} need weights ({logits.Shape[1]}), one for each class, but they are {weights.Type}.");
}
