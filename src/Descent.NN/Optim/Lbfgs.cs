namespace Descent;

/// <summary>
/// Limited-memory BFGS: a quasi-Newton method whose inverse Hessian is known by the last few steps s and changes of the gradient y, with a line
/// search for the strong Wolfe conditions.
/// </summary>
/// <remarks>
/// Memory: 2·history + 4 values for each parameter.
/// Nocedal and Wright, "Numerical Optimization", 2nd edition, 2006: algorithms 7.4 and 7.5, line search 3.5 and 3.6.
/// </remarks>
public sealed class Lbfgs : LineSearchOptimizer
{
    private readonly int _history;

    /// <summary>An optimizer of these parameters.</summary>
    /// <param name="parameters">What is changed.</param>
    /// <param name="learningRate">The step that each line search tries first; 1 is Newton's.</param>
    /// <param name="history">How many pairs (s, y) are kept, at least 1.</param>
    /// <param name="iterations">Iterations of one call of <see cref="LineSearchOptimizer.Minimize"/>, at least 1.</param>
    /// <param name="gradientTolerance">The search ends when no element of the gradient is larger.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1, or the tolerance is negative.</exception>
    public Lbfgs(
        IReadOnlyList<Parameter> parameters, double learningRate = 1, int history = 10, int iterations = 20, double gradientTolerance = 1e-7)
        : base(parameters, learningRate, Names(Require.Positive(history)), iterations, gradientTolerance) => _history = history;

    /// <summary>Algorithm 7.4: the direction −H·g.</summary>
    private protected override (Tensor[] Direction, Tensor KnowsHowFar) Propose(Tensor[] gradient, Func<Tensor> closure) =>
        ([.. TwoLoops(gradient).Select(r => -r)], Dot(S(0), Y(0)));

    /// <summary>Takes the step that was made among the pairs, in place of the oldest.</summary>
    private protected override IEnumerable<Effect> Remember(Tensor[] s, Tensor[] y)
    {
        for (int i = 0; i < Parameters.Count; i++)
        {
            Parameter p = Parameters[i];
            for (int k = _history - 1; k > 0; k--)
            {
                yield return new Effect(StateOf(p, k), StateOf(p, k - 1));
                yield return new Effect(StateOf(p, _history + k), StateOf(p, _history + k - 1));
            }

            yield return new Effect(StateOf(p, 0), s[i]);
            yield return new Effect(StateOf(p, _history), y[i]);
        }
    }

    /// <summary>Drops all pairs.</summary>
    private protected override bool Forget()
    {
        Run([], [.. State().Values.Select(cell => new Effect(cell, Tensor.Zeros(cell.Shape, cell.DType, Device)))]);
        return true;
    }

    private static string[] Names(int history) => [.. Enumerable.Range(0, history).Select(k => $"s{k}"), .. Enumerable.Range(0, history).Select(k => $"y{k}")];

    /// <summary>The newest pair is number 0; one that was never filled is zero and has no effect.</summary>
    private Tensor[] S(int k) => [.. Parameters.Select(p => StateOf(p, k).Read())];

    private Tensor[] Y(int k) => [.. Parameters.Select(p => StateOf(p, _history + k).Read())];

    private static Tensor[] Add(Tensor[] a, Tensor[] b, Tensor factor) => [.. a.Zip(b, (x, y) => x + (y * factor))];

    private Tensor[] TwoLoops(Tensor[] gradient)
    {
        var alpha = new Tensor[_history];
        var rho = new Tensor[_history];
        Tensor[] q = gradient;
        for (int k = 0; k < _history; k++)
        {
            rho[k] = Inverse(Dot(S(k), Y(k)), otherwise: 0);
            alpha[k] = rho[k] * Dot(S(k), q);
            q = Add(q, Y(k), -alpha[k]);
        }

        // H₀ = γ·I with γ = s·y / y·y of the newest pair, equation 7.20.
        Tensor curvature = Dot(S(0), Y(0));
        Tensor gamma = Tensor.Select(curvature > 0, curvature * Inverse(Dot(Y(0), Y(0)), otherwise: 0), Tensor.Scalar(1, curvature.DType, Device));
        Tensor[] r = [.. q.Select(x => x * gamma)];
        for (int k = _history - 1; k >= 0; k--)
        {
            r = Add(r, S(k), alpha[k] - (rho[k] * Dot(Y(k), r)));
        }

        return r;

        Tensor Inverse(Tensor x, double otherwise) => Tensor.Select(x > 0, 1 / x, Tensor.Scalar(otherwise, x.DType, Device));
    }
}
