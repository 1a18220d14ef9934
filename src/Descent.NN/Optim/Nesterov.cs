using Descent.Kernels;
using static Descent.Kernels.Jit;
using MethodImpl = System.Runtime.CompilerServices.MethodImplAttribute;

namespace Descent;

/// <summary>
/// Nesterov's accelerated gradient with the gradient taken at the point ahead: <c>v = μ·v − η·∇f(θ + μ·v)</c>, <c>θ = θ + v</c>.
/// </summary>
/// <remarks>
/// Only <see cref="Optimizer.Minimize"/> can evaluate the loss at the point ahead; <see cref="Sgd"/> with <c>nesterov: true</c> is the form that
/// needs but the gradient at θ. Both follow the same path with a constant rate: Sgd's parameters are the points ahead of these.
/// Nesterov, "A method of solving a convex programming problem with convergence rate O(1/k²)", Soviet Mathematics Doklady, 1983; Sutskever et
/// al., "On the importance of initialization and momentum in deep learning", ICML 2013, equations 3 and 4.
/// </remarks>
/// <param name="parameters">What is changed.</param>
/// <param name="learningRate">η.</param>
/// <param name="momentum">μ, in [0, 1).</param>
/// <exception cref="ArgumentOutOfRangeException">The momentum does not lie in [0, 1).</exception>
public sealed class Nesterov(IReadOnlyList<Parameter> parameters, double learningRate, double momentum = 0.9)
    : Optimizer(parameters, learningRate, weightDecay: 0, ["velocity"], groups: null)
{
    private readonly StateCell[] _start = [.. parameters.Select(p => new StateCell(Tensor.Zeros(p.Shape, p.DType, p.Device)))];
    private bool _isAhead;

    /// <summary>μ, in [0, 1); may change between steps.</summary>
    public double Momentum { get; set; } = Require.Fraction(momentum);

    /// <inheritdoc/>
    public override bool SearchesByItself => true;

    /// <inheritdoc/>
    public override Tensor Minimize(Func<Tensor> closure)
    {
        ArgumentNullException.ThrowIfNull(closure);
        var ahead = new List<Effect>();
        Tensor mu = Tensor.Scalar(() => Momentum, Parameters[0].DType, Device);
        for (int i = 0; i < Parameters.Count; i++)
        {
            Parameter p = Parameters[i];
            ahead.Add(new Effect(_start[i], p));
            if (!p.IsFrozen)
            {
                ahead.Add(new Effect(p, p + (StateOf(p, 0).Read() * mu.To(p.DType))));
            }
        }

        Run([], ahead);
        _isAhead = true;
        try
        {
            return base.Minimize(closure);
        }
        catch
        {
            Run([], [.. Parameters.Select((p, i) => new Effect(p, _start[i]))]);
            throw;
        }
        finally
        {
            _isAhead = false;
        }
    }

    /// <inheritdoc/>
    protected override void Update(Parameter parameter, Tensor gradient)
    {
        if (!_isAhead)
        {
            throw new InvalidOperationException(
                "Nesterov takes the gradient at the point ahead of the parameters: call Minimize(() => loss) instead of Step, "
                + "or use Sgd with nesterov: true, which needs but the gradient at the parameters.");
        }

        Apply(parameter, gradient, (rate, _) => new Rule((float)rate, (float)Momentum));
    }

    private readonly record struct Rule(float Rate, float Momentum) : IUpdateRule
    {
        public static int States => 1;

        /// <summary>θ stands at the point ahead already: θ + μ·v − η·g is θ plus the new velocity.</summary>
        [MethodImpl(Inline)]
        public void Step<V>(ref V theta, V g, ref V v, ref V s1, ref V s2)
            where V : struct, ILanes<V>
        {
            V step = V.Uniform(Rate) * g;
            v = (V.Uniform(Momentum) * v) - step;
            theta -= step;
        }
    }
}
