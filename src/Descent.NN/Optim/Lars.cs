using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>
/// Layer-wise adaptive rates for large batches: <c>b = μ·b + η·τ·(g + λ·θ)</c>, <c>θ = θ − b</c>, where each parameter has its own
/// <c>τ = trust·‖θ‖ / (‖g‖ + λ·‖θ‖)</c>.
/// </summary>
/// <remarks>
/// τ is 1 where a norm is 0, and for intercepts and the scales and shifts of normalisations, whose norms say nothing of a good step.
/// You, Gitman and Ginsburg, "Large Batch Training of Convolutional Networks", 2017, algorithm 1 (https://arxiv.org/abs/1708.03888).
/// </remarks>
/// <exception cref="ArgumentOutOfRangeException">The momentum does not lie in [0, 1).</exception>
public sealed class Lars(
    IReadOnlyList<Parameter> parameters,
    double learningRate,
    double momentum = 0.9,
    double weightDecay = 5e-4,
    double trust = 1e-3,
    IReadOnlyList<ParameterGroup>? groups = null) : Optimizer(parameters, learningRate, weightDecay, ["momentum"], groups)
{
    private readonly float _momentum = (float)Require.Fraction(momentum);

    /// <inheritdoc/>
    protected override void Update(Parameter parameter, Tensor gradient)
    {
        // The decay is part of what τ scales, so that it is added here and not in the rule.
        Tensor theta = parameter, decay = Number(parameter, (_, decay) => decay), step = gradient + (theta * decay);
        if (!ParameterGroup.IsInterceptOrNorm(parameter))
        {
            Tensor norm = TrustRatio.Norm(theta), gradientNorm = TrustRatio.Norm(gradient);
            step *= TrustRatio.Of(norm * trust / (gradientNorm + (decay * norm)), norm, gradientNorm);
        }

        Apply(parameter, step, (rate, _) => new Rule((float)rate, _momentum));
    }

    private readonly record struct Rule(float Rate, float Momentum) : IUpdateRule
    {
        public static int States => 1;

        [MethodImpl(Inline)]
        public void Step<V>(ref V theta, V g, ref V b, ref V s1, ref V s2)
            where V : struct, ILanes<V>
        {
            b = V.MultiplyAdd(V.Uniform(Momentum), b, V.Uniform(Rate) * g);
            theta -= b;
        }
    }
}
