namespace Descent;

/// <summary>Softmax regression, logistic regression for K classes: <c>p = softmax(x·Wᵀ + b)</c>.</summary>
/// <remarks>Shapes: x (N, …), flattened to (N, in) → logits (N, K). Init: zero.</remarks>
public sealed partial class SoftmaxRegression(int inFeatures, int classes, Device? device = null) : LinearModel(inFeatures, classes, device)
{
    /// <summary>The mean cross-entropy and <c>½·l2·‖W‖²</c>; the intercepts are not penalised.</summary>
    /// <param name="x">Examples (N, …).</param>
    /// <param name="labels">A class for each, (N).</param>
    /// <param name="l2">At least 0.</param>
    /// <exception cref="ShapeException">There is not one label per example.</exception>
    public Tensor Objective(Tensor x, Tensor labels, double l2 = 0) => Penalised(Loss.CrossEntropy(Forward(x), labels), l2);
}
