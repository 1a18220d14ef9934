namespace Descent;

/// <summary>Losses: what training makes small.</summary>
public static class Loss
{
    /// <summary>Softmax followed by the negative log-likelihood of the label: <c>log Σ eˣ − Σ target·x</c> for each row.</summary>
    /// <remarks>
    /// Shapes: logits (N, K, …), labels (N, …), u8, i32 or i64, in [0, K). The target is <c>1 − s + s/K</c> for the label and <c>s/K</c> for
    /// each other class,
    /// with s the label smoothing. Of uniform logits it is ln K.
    /// </remarks>
    /// <param name="logits">Scores before the softmax.</param>
    /// <param name="labels">The class of each row.</param>
    /// <param name="labelSmoothing">s, in [0, 1].</param>
    /// <param name="reduction">How the rows' losses are combined.</param>
    /// <exception cref="ShapeException">The labels are not one integer per row.</exception>
    public static Tensor CrossEntropy(
        Tensor logits, Tensor labels, double labelSmoothing = 0, LossReduction reduction = LossReduction.Mean) =>
        Reduce(logits.CrossEntropy(labels, labelSmoothing), reduction);

    /// <summary>The squared difference, <c>(prediction − target)²</c>, for each element.</summary>
    /// <remarks>Shapes: both the same; a broadcast here is nearly always a mistake, so it is refused.</remarks>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor MeanSquaredError(Tensor prediction, Tensor target, LossReduction reduction = LossReduction.Mean)
    {
        if (prediction.Shape != target.Shape)
        {
            throw new ShapeException(
                $"mean-squared-error: prediction {prediction.Shape} and target {target.Shape} differ; reshape one so that they agree.");
        }

        return Reduce((prediction - target).Square(), reduction);
    }

    private static Tensor Reduce(Tensor losses, LossReduction reduction) => reduction switch
    {
        LossReduction.Mean => losses.Mean(),
        LossReduction.Sum => losses.Sum(),
        _ => losses,
    };
}
