using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>
/// Steps in the units of the parameter: <c>v = ρ·v + (1 − ρ)·g²</c>, <c>Δ = √(u + ε) / √(v + ε)·g</c>, <c>u = ρ·u + (1 − ρ)·Δ²</c>,
/// <c>θ = θ − η·Δ</c>, with <c>g = ∇θ + λ·θ</c>.
/// </summary>
/// <remarks>
/// Zeiler, "ADADELTA: An Adaptive Learning Rate Method", 2012, algorithm 1 (https://arxiv.org/abs/1212.5701), where η is 1.
/// </remarks>
/// <exception cref="ArgumentOutOfRangeException">ρ does not lie in [0, 1).</exception>
public sealed class AdaDelta(
    IReadOnlyList<Parameter> parameters,
    double learningRate = 1,
    double rho = 0.9,
    double epsilon = 1e-6,
    double weightDecay = 0,
    IReadOnlyList<ParameterGroup>? groups = null) : Optimizer(parameters, learningRate, weightDecay, ["v", "u"], groups)
{
    private readonly double _rho = Require.Fraction(rho);

    /// <inheritdoc/>
    protected override void Update(Parameter parameter, Tensor gradient) =>
        Apply(parameter, gradient, (rate, decay) => new Rule((float)rate, (float)_rho, (float)(1 - _rho), (float)epsilon, (float)decay));

    private readonly record struct Rule(float Rate, float Rho, float Rest, float Epsilon, float Decay) : IUpdateRule
    {
        public static int States => 2;

        /// <summary>Parameter θ, gradient g, mean square v of gradients, mean square u of steps.</summary>
        [MethodImpl(Inline)]
        public void Step<V>(ref V theta, V g, ref V v, ref V u, ref V s2)
            where V : struct, ILanes<V>
        {
            V rho = V.Uniform(Rho), rest = V.Uniform(Rest), epsilon = V.Uniform(Epsilon);
            g = V.MultiplyAdd(V.Uniform(Decay), theta, g);
            v = V.MultiplyAdd(rho, v, rest * g * g);
            V delta = V.Sqrt(u + epsilon) / V.Sqrt(v + epsilon) * g;
            u = V.MultiplyAdd(rho, u, rest * delta * delta);
            theta -= V.Uniform(Rate) * delta;
        }
    }
}
