using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>Stochastic gradient descent with momentum μ: <c>b = μ·b + g</c>, <c>θ = θ − η·b</c>, with <c>g = ∇θ + λ·θ</c>.</summary>
/// <remarks>
/// With <c>nesterov: true</c> the step is <c>θ = θ − η·(g + μ·b)</c>, the look-ahead form of PyTorch. Without momentum no state is kept.
/// Sutskever et al., "On the importance of initialization and momentum in deep learning", ICML 2013.
/// </remarks>
/// <exception cref="ArgumentException">Nesterov is asked for without momentum.</exception>
public sealed class Sgd(
    IReadOnlyList<Parameter> parameters,
    double learningRate,
    double momentum = 0,
    bool nesterov = false,
    double weightDecay = 0,
    IReadOnlyList<ParameterGroup>? groups = null)
    : Optimizer(parameters, learningRate, weightDecay, Require.Momentum(momentum, nesterov) > 0 ? ["momentum"] : [], groups)
{
    private readonly bool _hasMomentum = momentum > 0;

    /// <summary>μ, at least 0 and below 1; may change between steps, but not to or from 0.</summary>
    public double Momentum { get; set; } = momentum;

    /// <inheritdoc/>
    protected override void Update(Parameter parameter, Tensor gradient)
    {
        if (!_hasMomentum)
        {
            Apply(parameter, gradient, (rate, decay) => new Plain((float)rate, (float)decay));
        }
        else if (nesterov)
        {
            Apply(parameter, gradient, (rate, decay) => new Nesterov((float)rate, (float)Momentum, (float)decay));
        }
        else
        {
            Apply(parameter, gradient, (rate, decay) => new HeavyBall((float)rate, (float)Momentum, (float)decay));
        }
    }

    private readonly record struct Plain(float Rate, float Decay) : IUpdateRule
    {
        public static int States => 0;

        [MethodImpl(Inline)]
        public void Step<V>(ref V theta, V g, ref V s0, ref V s1, ref V s2)
            where V : struct, ILanes<V>
        {
            g = V.MultiplyAdd(V.Uniform(Decay), theta, g);
            theta -= V.Uniform(Rate) * g;
        }
    }

    private readonly record struct HeavyBall(float Rate, float Momentum, float Decay) : IUpdateRule
    {
        public static int States => 1;

        [MethodImpl(Inline)]
        public void Step<V>(ref V theta, V g, ref V b, ref V s1, ref V s2)
            where V : struct, ILanes<V>
        {
            g = V.MultiplyAdd(V.Uniform(Decay), theta, g);
            b = V.MultiplyAdd(V.Uniform(Momentum), b, g);
            theta -= V.Uniform(Rate) * b;
        }
    }

    private readonly record struct Nesterov(float Rate, float Momentum, float Decay) : IUpdateRule
    {
        public static int States => 1;

        [MethodImpl(Inline)]
        public void Step<V>(ref V theta, V g, ref V b, ref V s1, ref V s2)
            where V : struct, ILanes<V>
        {
            g = V.MultiplyAdd(V.Uniform(Decay), theta, g);
            b = V.MultiplyAdd(V.Uniform(Momentum), b, g);
            theta -= V.Uniform(Rate) * V.MultiplyAdd(V.Uniform(Momentum), b, g);
        }
    }
}
