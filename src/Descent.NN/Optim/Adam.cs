namespace Descent;

/// <summary>
/// Adam: <c>θ = θ − η·m̂ / (√v̂ + ε)</c> with <c>m̂ = m / (1 − β₁ᵗ)</c>, <c>v̂ = v / (1 − β₂ᵗ)</c>; weight decay is added to the
/// gradient.
/// </summary>
/// <remarks>
/// <c>m = β₁·m + (1 − β₁)·g</c>, <c>v = β₂·v + (1 − β₂)·g²</c>. With <c>amsgrad: true</c> the largest v so far takes the place of v, so
/// that the step of an element never grows again.
/// Kingma and Ba 2015, algorithm 1 (https://arxiv.org/abs/1412.6980); Reddi, Kale and Kumar, "On the Convergence of Adam and Beyond", ICLR 2018.
/// </remarks>
public sealed class Adam(
    IReadOnlyList<Parameter> parameters,
    double learningRate = 1e-3,
    double beta1 = 0.9,
    double beta2 = 0.999,
    double epsilon = 1e-8,
    double weightDecay = 0,
    bool amsgrad = false,
    IReadOnlyList<ParameterGroup>? groups = null) : Optimizer(parameters, learningRate, weightDecay, AdamState.Names(amsgrad), groups)
{
    /// <inheritdoc/>
    protected override void Update(Parameter parameter, Tensor gradient)
    {
        if (amsgrad)
        {
            Apply(parameter, gradient, (rate, decay) => new AdamRule<On>(rate, 1, decay, beta1, beta2, epsilon, StepCount + 1));
        }
        else
        {
            Apply(parameter, gradient, (rate, decay) => new AdamRule<Off>(rate, 1, decay, beta1, beta2, epsilon, StepCount + 1));
        }
    }
}
