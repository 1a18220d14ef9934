namespace Descent;

/// <summary>Linear support vector machine for K classes: scores <c>s = x·Wᵀ + b</c>, of which the label's is to lead by a margin.</summary>
/// <remarks>
/// Shapes: x (N, …), flattened to (N, in) → scores (N, K). Init: zero.
/// Weston and Watkins, "Support Vector Machines for Multi-Class Pattern Recognition", ESANN 1999.
/// </remarks>
public sealed partial class LinearSvm(int inFeatures, int classes, Device? device = null)
    : LinearModel(inFeatures, classes, device), IObjective
{
    /// <inheritdoc/>
    Tensor IObjective.Objective(Tensor x, Tensor labels) => Objective(x, labels);

    /// <summary>The mean of <c>Σ max(0, sⱼ − s_y + margin)</c> over j ≠ y, and <c>½·l2·‖W‖²</c>; the intercepts are not penalised.</summary>
    /// <param name="x">Examples (N, …).</param>
    /// <param name="labels">A class for each, (N).</param>
    /// <param name="l2">At least 0; without it no margin is the widest.</param>
    /// <param name="margin">By how much the label's score is to lead.</param>
    /// <param name="squared">Whether the terms are squared, which makes the objective smooth.</param>
    /// <exception cref="ShapeException">There is not one label per example.</exception>
    public Tensor Objective(Tensor x, Tensor labels, double l2 = 0, double margin = 1, bool squared = false) =>
        Penalised(Loss.MulticlassHinge(Forward(x), labels, margin, squared), l2);
}
