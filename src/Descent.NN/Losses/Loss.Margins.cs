namespace Descent;

public static partial class Loss
{
    /// <summary>How far a score is from the right side: <c>max(0, Δ − t·s)</c> for each element, the loss of a linear support vector machine.</summary>
    /// <remarks>
    /// Shapes: scores and targets alike; targets −1 or 1. Gradient: 0 at the kink as beyond it. Cortes and Vapnik, "Support-Vector Networks",
    /// 1995.
    /// </remarks>
    /// <param name="scores">What the machine says, of any range.</param>
    /// <param name="target">The truth, −1 or 1.</param>
    /// <param name="margin">Δ.</param>
    /// <param name="reduction">How the losses are combined.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor BinaryHinge(Tensor scores, Tensor target, double margin = 1, LossReduction reduction = LossReduction.Mean)
    {
        MustBeAlike("binary-hinge", scores, target);
        return Reduce((margin - (scores * target)).Relu(), reduction);
    }

    /// <summary>
    /// How far other classes' scores reach into the margin of the right one: <c>Σ max(0, sⱼ − s_y + Δ)</c> over j ≠ y for each row, or the
    /// sum of the squares.
    /// </summary>
    /// <remarks>
    /// Shapes: scores (N, K, …), labels (N, …), u8, i32 or i64, in [0, K). Of equal scores it is (K − 1)·Δ. PyTorch's multi-margin loss is
    /// this divided by K. A row whose label is ignored counts as in <see cref="CrossEntropy"/>. Weston and Watkins, "Support Vector Machines for
    /// Multi-Class Pattern Recognition", ESANN 1999.
    /// </remarks>
    /// <param name="scores">A score for each class, of any range.</param>
    /// <param name="labels">The class of each row.</param>
    /// <param name="margin">Δ.</param>
    /// <param name="squared">Whether the terms are squared, which punishes large violations more.</param>
    /// <param name="reduction">How the rows' losses are combined.</param>
    /// <param name="ignoreIndex">The label of rows that do not count, of any value.</param>
    /// <exception cref="ShapeException">The labels are not one integer per row.</exception>
    public static Tensor MulticlassHinge(
        Tensor scores, Tensor labels, double margin = 1, bool squared = false, LossReduction reduction = LossReduction.Mean, long? ignoreIndex = null)
    {
        const string name = "multiclass-hinge";
        MustBeRows(name, scores, labels);
        Tensor? weight = null;
        if (ignoreIndex is not null)
        {
            (labels, weight) = Weighted(name, scores, labels, weights: null, ignoreIndex);
        }

        Tensor violation = (scores - scores.GatherAlong(labels.Unsqueeze(1), axis: 1) + margin).Relu();
        Tensor terms = squared ? violation.Square() : violation;

        // The right class alone violates its own margin by Δ.
        double own = Math.Max(margin, 0);
        Tensor losses = terms.Sum([1]) - (squared ? own * own : own);
        return weight is null ? Reduce(losses, reduction) : Reduce(losses * weight, weight, reduction);
    }
}
