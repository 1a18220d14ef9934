namespace Descent;

/// <summary>
/// Limited-memory BFGS: a quasi-Newton method whose inverse Hessian is known by the last few steps s and changes of the gradient y, with a line
/// search for the strong Wolfe conditions.
/// </summary>
/// <remarks>
/// For losses without noise: the closure of <see cref="Optimizer.Minimize"/> is to give the same function of the parameters every time, as of
/// a whole data set in evaluation mode. Scalars of a step are summed in the parameters' type; near the minimum the rounding of the loss ends
/// the search. Memory: 2·history + 4 values for each parameter.
/// Nocedal and Wright, "Numerical Optimization", 2nd edition, 2006: algorithms 7.4 and 7.5, line search 3.5 and 3.6.
/// </remarks>
public sealed class Lbfgs : Optimizer
{
    private const int MostEvaluations = 25;

    private readonly int _history;
    private readonly int _iterations;
    private readonly double _gradientTolerance;
    private readonly StateCell[] _start, _direction, _gradient, _newGradient;
    private double _step;

    /// <summary>An optimizer of these parameters.</summary>
    /// <param name="parameters">What is changed.</param>
    /// <param name="learningRate">The step that each line search tries first; 1 is Newton's.</param>
    /// <param name="history">How many pairs (s, y) are kept, at least 1.</param>
    /// <param name="iterations">Iterations of one call of <see cref="Minimize"/>, at least 1.</param>
    /// <param name="gradientTolerance">The search ends when no element of the gradient is larger.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1, or the tolerance is negative.</exception>
    public Lbfgs(
        IReadOnlyList<Parameter> parameters, double learningRate = 1, int history = 10, int iterations = 20, double gradientTolerance = 1e-7)
        : base(parameters, learningRate, weightDecay: 0, Names(Require.Positive(history)), groups: null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(gradientTolerance);
        (_history, _iterations, _gradientTolerance) = (history, Require.Positive(iterations), gradientTolerance);
        (_start, _direction, _gradient, _newGradient) = (Cells(), Cells(), Cells(), Cells());

        StateCell[] Cells() => [.. parameters.Select(p => new StateCell(Tensor.Zeros(p.Shape, p.DType, p.Device)))];
    }

    /// <summary>Up to so many iterations as the constructor was told; gives the loss before the first one.</summary>
    /// <inheritdoc/>
    public override Tensor Minimize(Func<Tensor> closure)
    {
        ArgumentNullException.ThrowIfNull(closure);
        Run([], [.. All((p, i) => new Effect(_start[i], p))]);
        (Tensor first, _) = Evaluate(closure, mustBeFinite: true);
        Run([], [.. All((_, i) => new Effect(_gradient[i], _newGradient[i]))]);
        try
        {
            double loss = first.Item();
            for (int i = 0; i < _iterations && Direct() is { } search && Move(closure, search, ref loss); i++)
            {
                Remember();
            }
        }
        catch
        {
            Return();
            throw;
        }

        return first;
    }

    /// <inheritdoc/>
    protected override void Update(Parameter parameter, Tensor gradient) => throw new InvalidOperationException(
        "Lbfgs evaluates the loss several times in a step: call Minimize(() => loss) instead of Step.");

    private static string[] Names(int history) => [.. Enumerable.Range(0, history).Select(k => $"s{k}"), .. Enumerable.Range(0, history).Select(k => $"y{k}")];

    private IEnumerable<T> All<T>(Func<Parameter, int, T> select) => Parameters.Select(select);

    /// <summary>The newest pair is number 0; one that was never filled is zero and has no effect.</summary>
    private Tensor[] S(int k) => [.. Parameters.Select(p => StateOf(p, k).Read())];

    private Tensor[] Y(int k) => [.. Parameters.Select(p => StateOf(p, _history + k).Read())];

    private static Tensor[] Read(StateCell[] cells) => [.. cells.Select(cell => cell.Read())];

    private static Tensor Dot(Tensor[] a, Tensor[] b) => a.Zip(b, (x, y) => (x * y).Sum()).Aggregate((x, y) => x + y);

    private static Tensor[] Add(Tensor[] a, Tensor[] b, Tensor factor) => [.. a.Zip(b, (x, y) => x + (y * factor))];

    /// <summary>Algorithm 7.4: the direction −H·g. Null where the gradient vanishes or nothing leads down.</summary>
    private (double Slope, double FirstStep)? Direct()
    {
        bool hasHistory = true;
        while (true)
        {
            Tensor[] gradient = Read(_gradient), direction = [.. TwoLoops(gradient).Select(r => -r)];
            Tensor slope = Dot(gradient, direction);
            Tensor largest = gradient.Select(g => g.Abs().Max()).Aggregate((a, b) => a.Max(b));
            Tensor sum = gradient.Select(g => g.Abs().Sum()).Aggregate((a, b) => a + b);
            Tensor newest = Dot(S(0), Y(0));
            Run([slope, largest, sum, newest], [.. direction.Select((d, i) => new Effect(_direction[i], d))]);
            if (!(largest.Item() > _gradientTolerance))
            {
                return null;
            }

            hasHistory &= newest.Item() > 0;
            if (slope.Item() < 0)
            {
                // Without curvature the gradient says where to go but not how far.
                return (slope.Item(), hasHistory ? LearningRate : LearningRate * Math.Min(1, 1 / sum.Item()));
            }

            if (!hasHistory)
            {
                return null;
            }

            Forget();
        }
    }

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

    /// <summary>Searches along the direction and stays at the step that is found. False where none lowers the loss: the search is over.</summary>
    private bool Move(Func<Tensor> closure, (double Slope, double FirstStep) search, ref double loss)
    {
        Trial last = new(0, loss, search.Slope);
        Trial? found = new WolfeLineSearch(Try, last, MostEvaluations).Run(search.FirstStep);
        if (found is null)
        {
            Return();
            return false;
        }

        if (found.Value.Step != last.Step)
        {
            Try(found.Value.Step);
        }

        loss = found.Value.Loss;
        return true;

        Trial Try(double step)
        {
            _step = step;
            Tensor length = Tensor.Scalar(() => _step, Parameters[0].DType, Device);
            Run([], [.. All((p, i) => new Effect(p, _start[i].Read() + (_direction[i].Read() * length)))]);
            (Tensor value, Tensor slope) = Evaluate(closure, mustBeFinite: false);
            return last = new Trial(step, value.Item(), slope.Item());
        }
    }

    /// <summary>The loss at the parameters as they are, and its slope along the direction; the gradient goes to its cells.</summary>
    private (Tensor Loss, Tensor Slope) Evaluate(Func<Tensor> closure, bool mustBeFinite)
    {
        Tensor loss = closure();
        Gradients gradients = loss.Backward();

        // A frozen parameter stays where it is: its gradient counts as zero.
        Tensor[] gradient = [.. All((p, i) => Find(gradients, p, Missing.Throw, i) ?? Tensor.Zeros(p.Shape, p.DType, p.Device))];
        Tensor slope = Dot(gradient, Read(_direction));
        Device.Execute(new Request
        {
            Outputs = [loss, slope],
            Effects = [.. gradient.Select((g, i) => new Effect(_newGradient[i], g))],
            Guards = mustBeFinite ? [loss] : [],
            Consumes = true,
            Caller = nameof(Minimize),
        });
        return (loss, slope);
    }

    /// <summary>Takes the step that was made among the pairs, in place of the oldest.</summary>
    private void Remember()
    {
        List<Effect> effects = [];
        for (int i = 0; i < Parameters.Count; i++)
        {
            Parameter p = Parameters[i];
            for (int k = _history - 1; k > 0; k--)
            {
                effects.Add(new Effect(StateOf(p, k), StateOf(p, k - 1)));
                effects.Add(new Effect(StateOf(p, _history + k), StateOf(p, _history + k - 1)));
            }

            effects.Add(new Effect(StateOf(p, 0), p.Read() - _start[i].Read()));
            effects.Add(new Effect(StateOf(p, _history), _newGradient[i].Read() - _gradient[i].Read()));
            effects.Add(new Effect(_start[i], p));
            effects.Add(new Effect(_gradient[i], _newGradient[i]));
        }

        Run([], effects, countsAsStep: true);
    }

    /// <summary>Drops all pairs.</summary>
    private void Forget() => Run([], [.. State().Values.Select(cell => new Effect(cell, Tensor.Zeros(cell.Shape, cell.DType, Device)))]);

    /// <summary>Puts the parameters back to where the iteration began.</summary>
    private void Return() => Run([], [.. All((p, i) => new Effect(p, _start[i]))]);
}
