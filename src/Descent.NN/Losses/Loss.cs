namespace Descent;

/// <summary>Losses: what training makes small. Each takes the scores or predictions first and the truth second.</summary>
/// <remarks>
/// All end with a <see cref="LossReduction"/>: the mean unless asked otherwise. Those that take logits are finite, and so are their
/// gradients, however large the logits.
/// </remarks>
public static partial class Loss
{
    // Of a probability that is 0 the logarithm is taken of this, which f32 holds with all its digits: ln 10⁻³⁷ = −85.2.
    private const double SmallestProbability = 1e-37;

    private static Tensor Reduce(Tensor losses, LossReduction reduction) => reduction switch
    {
        LossReduction.Mean => losses.Mean(),
        LossReduction.Sum => losses.Sum(),
        _ => losses,
    };

    /// <summary>The mean of rows that count by weight, losses being weighted already; weights that add up to 0 divide by 1.</summary>
    private static Tensor Reduce(Tensor losses, Tensor weight, LossReduction reduction)
    {
        if (reduction != LossReduction.Mean)
        {
            return Reduce(losses, reduction);
        }

        Tensor total = weight.Sum();
        return losses.Sum() / (total + total.EqualTo(0).To(total.DType));
    }

    private static Tensor Log(Tensor probability) => probability.Max(SmallestProbability).Log();

    /// <summary>A broadcast in a loss is nearly always a mistake, so it is refused.</summary>
    private static void MustBeAlike(string loss, Tensor prediction, Tensor target)
    {
        if (prediction.Shape != target.Shape)
        {
            throw new ShapeException($"{loss}: prediction {prediction.Shape} and target {target.Shape} differ; reshape one so that they agree.");
        }
    }

    /// <summary>Scores (N, K, …) and one class for each row, (N, …).</summary>
    private static void MustBeRows(string loss, Tensor scores, Tensor labels)
    {
        if (scores.Rank < 2 || !scores.DType.IsFloat() || labels.DType.IsFloat()
            || labels.Shape != new Shape([scores.Shape[0], .. scores.Shape.Sizes[2..]]))
        {
            throw new ShapeException(
                $"{loss}: scores (N, K, …), f32 or f64, need integer labels (N, …), but they are {scores.Type} and {labels.Type}.");
        }
    }

    /// <summary>The score of each row's class: (N, K, …) → (N, …).</summary>
    private static Tensor OfClass(Tensor scores, Tensor labels) => scores.GatherAlong(labels.Unsqueeze(1), axis: 1).Squeeze(1);
}
