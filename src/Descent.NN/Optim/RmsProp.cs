using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>
/// Steps relative to the root mean square of recent gradients: <c>v = α·v + (1 − α)·g²</c>, <c>θ = θ − η·g / (√v + ε)</c>, with
/// <c>g = ∇θ + λ·θ</c>.
/// </summary>
/// <remarks>
/// With <c>centered: true</c> the mean of recent gradients is taken out, <c>ḡ = α·ḡ + (1 − α)·g</c> and √(v − ḡ²) in place of √v; a
/// variance that rounding made negative counts as 0. With a momentum μ the step goes through <c>b = μ·b + g / (√v + ε)</c>, <c>θ = θ − η·b</c>.
/// Tieleman and Hinton, "Neural Networks for Machine Learning", lecture 6.5, 2012; centred by Graves 2013 (https://arxiv.org/abs/1308.0850).
/// </remarks>
/// <exception cref="ArgumentOutOfRangeException">α or μ does not lie in [0, 1).</exception>
public sealed class RmsProp(
    IReadOnlyList<Parameter> parameters,
    double learningRate = 1e-2,
    double alpha = 0.99,
    double epsilon = 1e-8,
    double momentum = 0,
    bool centered = false,
    double weightDecay = 0,
    IReadOnlyList<ParameterGroup>? groups = null)
    : Optimizer(parameters, learningRate, weightDecay, States(Require.Fraction(momentum) > 0, centered), groups)
{
    private readonly double _alpha = Require.Fraction(alpha);

    /// <inheritdoc/>
    protected override void Update(Parameter parameter, Tensor gradient)
    {
        switch (centered, momentum > 0)
        {
            case (false, false):
                Apply<Off, Off>(parameter, gradient);
                break;
            case (false, true):
                Apply<Off, On>(parameter, gradient);
                break;
            case (true, false):
                Apply<On, Off>(parameter, gradient);
                break;
            default:
                Apply<On, On>(parameter, gradient);
                break;
        }
    }

    private void Apply<TCentered, TMomentum>(Parameter parameter, Tensor gradient)
        where TCentered : struct, ISwitch
        where TMomentum : struct, ISwitch => Apply(parameter, gradient, (rate, decay) =>
            new Rule<TCentered, TMomentum>((float)rate, (float)_alpha, (float)(1 - _alpha), (float)epsilon, (float)momentum, (float)decay));

    private static string[] States(bool momentum, bool centered) => (centered, momentum) switch
    {
        (false, false) => ["v"],
        (false, true) => ["v", "momentum"],
        (true, false) => ["v", "mean"],
        _ => ["v", "mean", "momentum"],
    };

    private readonly record struct Rule<TCentered, TMomentum>(
        float Rate, float Alpha, float Rest, float Epsilon, float Momentum, float Decay) : IUpdateRule
        where TCentered : struct, ISwitch
        where TMomentum : struct, ISwitch
    {
        public static int States => 1 + (TCentered.IsOn ? 1 : 0) + (TMomentum.IsOn ? 1 : 0);

        [MethodImpl(Inline)]
        public void Step<V>(ref V theta, V g, ref V v, ref V s1, ref V s2)
            where V : struct, ILanes<V>
        {
            V alpha = V.Uniform(Alpha), rest = V.Uniform(Rest);
            g = V.MultiplyAdd(V.Uniform(Decay), theta, g);
            v = V.MultiplyAdd(alpha, v, rest * g * g);
            V variance = v;
            if (TCentered.IsOn)
            {
                s1 = V.MultiplyAdd(alpha, s1, rest * g);
                variance = V.Max(v - (s1 * s1), V.Const(0));
            }

            V step = g / (V.Sqrt(variance) + V.Uniform(Epsilon));
            if (TMomentum.IsOn)
            {
                ref V buffer = ref TCentered.IsOn ? ref s2 : ref s1;
                buffer = V.MultiplyAdd(V.Uniform(Momentum), buffer, step);
                step = buffer;
            }

            theta -= V.Uniform(Rate) * step;
        }
    }
}
