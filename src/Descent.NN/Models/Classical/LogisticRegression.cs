namespace Descent;

/// <summary>Logistic regression for two classes: the probability of class 1 is <c>σ(x·wᵀ + b)</c>.</summary>
/// <remarks>
/// Shapes: x (N, …), flattened to (N, in) → logits (N, 1). Init: zero. Training by Newton's method:
/// <c>new Newton(m.Parameters()).Minimize(() => m.Objective(x, labels))</c>. Cox, "The Regression Analysis of Binary Sequences", 1958.
/// </remarks>
public sealed partial class LogisticRegression(int inFeatures, Device? device = null) : LinearModel(inFeatures, outFeatures: 1, device)
{
    /// <summary>The probability of class 1 for each example, (N, 1).</summary>
    public Tensor Probability(Tensor x) => Forward(x).Sigmoid();

    /// <summary>The mean of <c>−log p(label)</c> and <c>½·l2·‖w‖²</c>; the intercept is not penalised.</summary>
    /// <param name="x">Examples (N, …).</param>
    /// <param name="labels">0 or 1 for each, (N) or (N, 1).</param>
    /// <param name="l2">At least 0.</param>
    /// <exception cref="ShapeException">There is not one label per example.</exception>
    public Tensor Objective(Tensor x, Tensor labels, double l2 = 0)
    {
        Tensor logits = Forward(x);
        if (labels.Shape != logits.Shape && labels.Shape != new Shape(logits.Shape[0]))
        {
            throw new ShapeException($"logistic-regression: {logits.Shape[0]} examples need a label for each, {logits.Shape}, but they are {labels.Type}.");
        }

        // −log σ(z) is softplus(−z), and class 0 turns the sign: softplus(z) − label·z.
        return Penalised((logits.Softplus() - (labels.Reshape(logits.Shape).To(logits.DType) * logits)).Mean(), l2);
    }
}
