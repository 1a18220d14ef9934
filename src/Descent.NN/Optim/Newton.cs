using Descent.Kernels;

namespace Descent;

/// <summary>
/// Newton's method with the exact Hessian H: the direction solves <c>(H + τ·I)·p = −∇f</c>, with the smallest τ of a few that makes the matrix
/// positive definite.
/// </summary>
/// <remarks>
/// The columns of H are gradients of elements of the gradient, one run each: an iteration costs n + 1 gradients and n³ / 3 operations, so that it
/// is for small problems, where it ends in a few iterations. No state is kept.
/// Nocedal and Wright, "Numerical Optimization", 2nd edition, 2006: algorithms 3.2 and 3.3.
/// </remarks>
public sealed class Newton : LineSearchOptimizer
{
    /// <summary>The first τ as a part of the largest element of the diagonal, and the factor to the next.</summary>
    private const double FirstShift = 1e-3, Growth = 4;

    private readonly FlatParameters _flat;

    /// <summary>An optimizer of these parameters.</summary>
    /// <param name="parameters">What is changed.</param>
    /// <param name="learningRate">The step that each line search tries first; 1 is Newton's.</param>
    /// <param name="iterations">Iterations of one call of <see cref="LineSearchOptimizer.Minimize"/>, at least 1.</param>
    /// <param name="gradientTolerance">The search ends when no element of the gradient is larger.</param>
    /// <exception cref="ArgumentException">There are more than 4,096 numbers.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of iterations is below 1, or the tolerance is negative.</exception>
    public Newton(IReadOnlyList<Parameter> parameters, double learningRate = 1, int iterations = 20, double gradientTolerance = 1e-7)
        : base(parameters, learningRate, [], iterations, gradientTolerance) => _flat = new FlatParameters(parameters, nameof(Newton));

    /// <summary>The second derivatives of a loss by all pairs of numbers of these parameters, (n, n), row-major; rows of frozen ones are 0.</summary>
    /// <param name="closure">Builds the loss anew, from the parameters as they are.</param>
    public double[] Hessian(Func<Tensor> closure) => Derivatives(closure).Hessian;

    private protected override (Tensor[] Direction, Tensor KnowsHowFar) Propose(Tensor[] gradient, Func<Tensor> closure)
    {
        (double[] slopes, double[] hessian) = Derivatives(closure);
        double[] direction = [.. Solve(hessian, slopes).Select(p => -p)];
        return (_flat.Split(Tensor.From(direction, new(_flat.Count, 1), Device)), Tensor.Ones(Shape.Scalar, DType.F64, Device));
    }

    private (double[] Gradient, double[] Hessian) Derivatives(Func<Tensor> closure)
    {
        Tensor loss = closure(), seed = Tensor.Ones(loss.Shape, loss.DType, Device);
        Tensor[] active = [.. Parameters.Where(p => !p.IsFrozen).Select(p => p.Read())];
        Tensor column = _flat.Join(Spread(Backward.Of(loss, seed, active)));
        double[] gradient = column.ToArray<double>(), hessian = new double[_flat.Count * _flat.Count], unit = new double[_flat.Count];
        for (int row = 0; row < _flat.Count; row++)
        {
            unit[row] = 1;
            Tensor element = (column * Tensor.From(unit, column.Shape, Device)).Sum();
            unit[row] = 0;
            Tensor?[] second = Backward.Of(element, Tensor.Ones(Shape.Scalar, DType.F64, Device), active);
            _flat.Join(Spread(second)).ToArray<double>().CopyTo(hessian, row * _flat.Count);
        }

        return (gradient, hessian);
    }

    /// <summary>Values of the parameters that are not frozen, with null for the others.</summary>
    private Tensor?[] Spread(Tensor?[] ofActive)
    {
        int next = 0;
        return [.. Parameters.Select(p => p.IsFrozen ? null : ofActive[next++])];
    }

    /// <summary>Algorithm 3.3: (H + τ·I)⁻¹·g.</summary>
    private static double[] Solve(double[] hessian, double[] gradient)
    {
        int n = gradient.Length;
        double[] diagonal = [.. Enumerable.Range(0, n).Select(i => hessian[(i * n) + i])], factor = new double[n * n];
        double largest = diagonal.Max(Math.Abs), least = diagonal.Min(), unit = FirstShift * (largest > 0 ? largest : 1);
        double shift = least > 0 ? 0 : unit - least;
        while (true)
        {
            for (int i = 0; i < n; i++)
            {
                hessian[(i * n) + i] = diagonal[i] + shift;
            }

            if (CholeskyFactor.Run(hessian, factor, n) == n)
            {
                break;
            }

            if (!double.IsFinite(shift))
            {
                throw new LinearAlgebraException("Newton: a second derivative of the loss is not finite.");
            }

            shift = Math.Max(Growth * shift, unit);
        }

        double[] solution = [.. gradient], transposed = [.. factor.Select((_, i) => factor[(i % n * n) + (i / n)])];
        TriangularSystem.Run(factor, solution, n, 1, upper: false);
        TriangularSystem.Run(transposed, solution, n, 1, upper: true);
        return solution;
    }
}
