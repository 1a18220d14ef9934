namespace Descent;

/// <summary>
/// BFGS: a quasi-Newton method that keeps the whole inverse Hessian H, for problems of up to a few thousand parameters.
/// </summary>
/// <remarks>
/// With a step s and the change y of the gradient, <c>H = (I − ρ·s·yᵀ)·H·(I − ρ·y·sᵀ) + ρ·s·sᵀ</c>, <c>ρ = 1 / s·y</c>; the first H is scaled to
/// s·y / y·y. Memory: n² numbers in double. Nocedal and Wright, "Numerical Optimization", 2nd edition, 2006: algorithm 6.1, equation 6.20.
/// </remarks>
public sealed class Bfgs : LineSearchOptimizer
{
    /// <summary>0 until a step has been made: H is positive definite, so that its first element says whether it is there.</summary>
    private readonly StateCell _inverse;

    private readonly FlatParameters _flat;

    /// <summary>An optimizer of these parameters.</summary>
    /// <param name="parameters">What is changed.</param>
    /// <param name="learningRate">The step that each line search tries first; 1 is Newton's.</param>
    /// <param name="iterations">Iterations of one call of <see cref="LineSearchOptimizer.Minimize"/>, at least 1.</param>
    /// <param name="gradientTolerance">The search ends when no element of the gradient is larger.</param>
    /// <exception cref="ArgumentException">There are more than 4,096 numbers.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of iterations is below 1, or the tolerance is negative.</exception>
    public Bfgs(IReadOnlyList<Parameter> parameters, double learningRate = 1, int iterations = 20, double gradientTolerance = 1e-7)
        : base(parameters, learningRate, [], iterations, gradientTolerance)
    {
        _flat = new FlatParameters(parameters, nameof(Bfgs));
        _inverse = AddState("inverse_hessian", Tensor.Zeros(new(_flat.Count, _flat.Count), DType.F64, Device));
    }

    private Tensor IsKnown => (_inverse.Read().Narrow(0, 0, 1).Narrow(1, 0, 1) > 0).Reshape(Shape.Scalar);

    private protected override (Tensor[] Direction, Tensor KnowsHowFar) Propose(Tensor[] gradient, Func<Tensor> closure)
    {
        Tensor g = _flat.Join(gradient);
        Tensor direction = -Tensor.Select(IsKnown, _inverse.Read().MatMul(g), g);
        return (_flat.Split(direction), IsKnown.To(DType.F64));
    }

    private protected override IEnumerable<Effect> Remember(Tensor[] s, Tensor[] y)
    {
        Tensor step = _flat.Join(s), change = _flat.Join(y), curvature = (step * change).Sum(), rho = 1 / curvature;
        Tensor first = Tensor.Ones(_inverse.Shape, DType.F64, Device).Tril().Triu() * (curvature / change.Square().Sum());
        Tensor h = Tensor.Select(IsKnown, _inverse, first), hy = h.MatMul(change), cross = hy.MatMul(step.T);
        Tensor updated = h - (rho * (cross + cross.T)) + (((rho * rho * (change * hy).Sum()) + rho) * step.MatMul(step.T));
        yield return new Effect(_inverse, Tensor.Select(curvature > 0, updated, _inverse));
    }

    private protected override bool Forget()
    {
        Run([], [new Effect(_inverse, Tensor.Zeros(_inverse.Shape, DType.F64, Device))]);
        return true;
    }
}
