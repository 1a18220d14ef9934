using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>Adam with decoupled weight decay: <c>θ = θ − η·(m̂ / (√v̂ + ε) + λ·θ)</c>, m̂ and v̂ as in <see cref="Adam"/>.</summary>
/// <remarks>Loshchilov and Hutter 2019, algorithm 2 (https://arxiv.org/abs/1711.05101).</remarks>
public sealed class AdamW(
    IReadOnlyList<Parameter> parameters,
    double learningRate = 1e-3,
    double beta1 = 0.9,
    double beta2 = 0.999,
    double epsilon = 1e-8,
    double weightDecay = 1e-2,
    IReadOnlyList<ParameterGroup>? groups = null) : Optimizer(parameters, learningRate, weightDecay, ["m", "v"], groups)
{
    /// <inheritdoc/>
    protected override void Update(Parameter parameter, Tensor gradient) => Apply(parameter, gradient, (rate, decay) => new Rule(
        CorrectedRate: (float)(rate / Correction(beta1)),
        (float)beta1,
        (float)beta2,
        (float)epsilon,
        Shrink: (float)(1 - (rate * decay)),
        RootCorrection: (float)(1 / Math.Sqrt(Correction(beta2)))));

    /// <summary>1 − βᵗ for the step t that is being made, counted from 1.</summary>
    private double Correction(double beta) => 1 - Math.Pow(beta, StepCount + 1);

    /// <summary>
    /// What a launch has in common is folded on the host: η / (1 − β₁ᵗ), 1 / √(1 − β₂ᵗ), and 1 − η·λ, by which θ shrinks.
    /// </summary>
    private readonly record struct Rule(
        float CorrectedRate, float Beta1, float Beta2, float Epsilon, float Shrink, float RootCorrection) : IUpdateRule
    {
        public static int States => 2;

        /// <summary>Parameter θ, gradient g, first moment m, second moment v.</summary>
        [MethodImpl(Inline)]
        public void Step<V>(ref V theta, V g, ref V m, ref V v, ref V s2)
            where V : struct, ILanes<V>
        {
            V b1 = V.Uniform(Beta1), b2 = V.Uniform(Beta2), one = V.Const(1);
            m = V.MultiplyAdd(b1, m, (one - b1) * g);
            v = V.MultiplyAdd(b2, v, (one - b2) * g * g);
            V root = V.MultiplyAdd(V.Sqrt(v), V.Uniform(RootCorrection), V.Uniform(Epsilon));
            theta = (V.Uniform(Shrink) * theta) - (V.Uniform(CorrectedRate) * m / root);
        }
    }
}
