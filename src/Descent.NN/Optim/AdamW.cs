namespace Descent;

/// <summary>Adam with decoupled weight decay: <c>θ = θ − η·(m̂ / (√v̂ + ε) + λ·θ)</c>, m̂ and v̂ as in <see cref="Adam"/>.</summary>
/// <remarks>Loshchilov and Hutter 2019, algorithm 2 (https://arxiv.org/abs/1711.05101); <c>amsgrad</c> as in <see cref="Adam"/>.</remarks>
public sealed class AdamW(
    IReadOnlyList<Parameter> parameters,
    double learningRate = 1e-3,
    double beta1 = 0.9,
    double beta2 = 0.999,
    double epsilon = 1e-8,
    double weightDecay = 1e-2,
    bool amsgrad = false,
    IReadOnlyList<ParameterGroup>? groups = null) : Optimizer(parameters, learningRate, weightDecay, AdamState.Names(amsgrad), groups)
{
    /// <inheritdoc/>
    protected override void Update(Parameter parameter, Tensor gradient)
    {
        if (amsgrad)
        {
            Apply(parameter, gradient, (rate, decay) => new AdamRule<On>(rate, 1 - (rate * decay), 0, beta1, beta2, epsilon, StepCount + 1));
        }
        else
        {
            Apply(parameter, gradient, (rate, decay) => new AdamRule<Off>(rate, 1 - (rate * decay), 0, beta1, beta2, epsilon, StepCount + 1));
        }
    }
}
