using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>
/// Adam with Nesterov's momentum: <c>θ = θ − η·(μₜ₊₁·m / (1 − Πμ·μₜ₊₁) + (1 − μₜ)·g / (1 − Πμ)) / (√v̂ + ε)</c>, where the momentum
/// warms up by <c>μₜ = β₁·(1 − ½·0.96^(ψ·t))</c> and Πμ is the product μ₁…μₜ.
/// </summary>
/// <remarks>
/// m, v and v̂ as in <see cref="Adam"/>; weight decay is added to the gradient.
/// Dozat, "Incorporating Nesterov Momentum into Adam", ICLR 2016 workshop.
/// </remarks>
/// <param name="parameters">What is changed.</param>
/// <param name="learningRate">η.</param>
/// <param name="beta1">β₁, where μ ends.</param>
/// <param name="beta2">β₂.</param>
/// <param name="epsilon">ε.</param>
/// <param name="weightDecay">λ.</param>
/// <param name="momentumDecay">ψ, how fast μ warms up.</param>
/// <param name="groups">Parameters with a rate or decay of their own.</param>
public sealed class NAdam(
    IReadOnlyList<Parameter> parameters,
    double learningRate = 2e-3,
    double beta1 = 0.9,
    double beta2 = 0.999,
    double epsilon = 1e-8,
    double weightDecay = 0,
    double momentumDecay = 4e-3,
    IReadOnlyList<ParameterGroup>? groups = null) : Optimizer(parameters, learningRate, weightDecay, AdamState.Names(amsgrad: false), groups)
{
    /// <summary>Πμ and the number of its factors: the product goes on from step to step, and from 1 after a resume.</summary>
    private (long Steps, double Product) _product = (0, 1);

    /// <inheritdoc/>
    protected override void Update(Parameter parameter, Tensor gradient) => Apply(parameter, gradient, (rate, decay) =>
    {
        double mu = Mu(StepCount + 1), next = Mu(StepCount + 2), product = Product(StepCount + 1);
        return new Rule(
            GradientRate: (float)(rate * (1 - mu) / (1 - product)),
            MomentRate: (float)(rate * next / (1 - (product * next))),
            (float)decay,
            (float)beta1,
            (float)(1 - beta1),
            (float)beta2,
            (float)(1 - beta2),
            (float)epsilon,
            RootCorrection: (float)(1 / Math.Sqrt(1 - Math.Pow(beta2, StepCount + 1))));
    });

    private double Mu(long step) => beta1 * (1 - (0.5 * Math.Pow(0.96, step * momentumDecay)));

    private double Product(long step)
    {
        if (_product.Steps > step)
        {
            _product = (0, 1);
        }

        while (_product.Steps < step)
        {
            _product = (_product.Steps + 1, _product.Product * Mu(_product.Steps + 1));
        }

        return _product.Product;
    }

    private readonly record struct Rule(
        float GradientRate, float MomentRate, float Decay, float Beta1, float Rest1, float Beta2, float Rest2, float Epsilon, float RootCorrection) : IUpdateRule
    {
        public static int States => 2;

        /// <summary>Parameter θ, gradient g, first moment m, second moment v.</summary>
        [MethodImpl(Inline)]
        public void Step<V>(ref V theta, V g, ref V m, ref V v, ref V s2)
            where V : struct, ILanes<V>
        {
            g = V.MultiplyAdd(V.Uniform(Decay), theta, g);
            m = V.MultiplyAdd(V.Uniform(Beta1), m, V.Uniform(Rest1) * g);
            v = V.MultiplyAdd(V.Uniform(Beta2), v, V.Uniform(Rest2) * g * g);
            V root = V.MultiplyAdd(V.Sqrt(v), V.Uniform(RootCorrection), V.Uniform(Epsilon));
            theta -= V.MultiplyAdd(V.Uniform(MomentRate), m, V.Uniform(GradientRate) * g) / root;
        }
    }
}
