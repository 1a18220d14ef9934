using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>Steps that shrink with all gradients so far: <c>s = s + g²</c>, <c>θ = θ − η·g / (√s + ε)</c>, with <c>g = ∇θ + λ·θ</c>.</summary>
/// <remarks>
/// Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization", JMLR 12, 2011.
/// </remarks>
public sealed class AdaGrad(
    IReadOnlyList<Parameter> parameters,
    double learningRate = 1e-2,
    double epsilon = 1e-10,
    double weightDecay = 0,
    IReadOnlyList<ParameterGroup>? groups = null) : Optimizer(parameters, learningRate, weightDecay, ["sum"], groups)
{
    /// <inheritdoc/>
    protected override void Update(Parameter parameter, Tensor gradient) =>
        Apply(parameter, gradient, (rate, decay) => new Rule((float)rate, (float)epsilon, (float)decay));

    private readonly record struct Rule(float Rate, float Epsilon, float Decay) : IUpdateRule
    {
        public static int States => 1;

        [MethodImpl(Inline)]
        public void Step<V>(ref V theta, V g, ref V sum, ref V s1, ref V s2)
            where V : struct, ILanes<V>
        {
            g = V.MultiplyAdd(V.Uniform(Decay), theta, g);
            sum = V.MultiplyAdd(g, g, sum);
            theta -= V.Uniform(Rate) * g / (V.Sqrt(sum) + V.Uniform(Epsilon));
        }
    }
}
