namespace Descent;

/// <summary>
/// Adam with layer-wise rates for large batches: <c>r = m̂ / (√v̂ + ε) + λ·θ</c>, <c>θ = θ − η·(‖θ‖ / ‖r‖)·r</c>, m̂ and v̂ as in
/// <see cref="Adam"/>.
/// </summary>
/// <remarks>
/// The ratio is 1 where a norm is 0, and for intercepts and the scales and shifts of normalisations.
/// You et al., "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes", ICLR 2020, algorithm 2
/// (https://arxiv.org/abs/1904.00962), with φ(z) = z.
/// </remarks>
public sealed class Lamb(
    IReadOnlyList<Parameter> parameters,
    double learningRate = 1e-3,
    double beta1 = 0.9,
    double beta2 = 0.999,
    double epsilon = 1e-6,
    double weightDecay = 1e-2,
    IReadOnlyList<ParameterGroup>? groups = null) : Optimizer(parameters, learningRate, weightDecay, AdamState.Names(amsgrad: false), groups)
{
    /// <inheritdoc/>
    protected override void Update(Parameter parameter, Tensor gradient)
    {
        Tensor theta = parameter;
        Tensor m = (StateOf(parameter, 0).Read() * beta1) + (gradient * (1 - beta1));
        Tensor v = (StateOf(parameter, 1).Read() * beta2) + (gradient.Square() * (1 - beta2));
        Tensor correction1 = Number(parameter, (_, _) => 1 / (1 - Math.Pow(beta1, StepCount + 1)));
        Tensor correction2 = Number(parameter, (_, _) => 1 / (1 - Math.Pow(beta2, StepCount + 1)));
        Tensor direction = (m * correction1 / ((v * correction2).Sqrt() + epsilon)) + (theta * Number(parameter, (_, decay) => decay));
        Tensor step = Number(parameter, (rate, _) => rate);
        if (!ParameterGroup.IsInterceptOrNorm(parameter))
        {
            Tensor norm = TrustRatio.Norm(theta), length = TrustRatio.Norm(direction);
            step *= TrustRatio.Of(norm / length, norm, length);
        }

        Write(parameter, theta - (direction * step));
        Write(StateOf(parameter, 0), m);
        Write(StateOf(parameter, 1), v);
    }
}
