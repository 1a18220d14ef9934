namespace Descent;

/// <summary>
/// The frame of methods that choose a direction from the curvature of the loss and search along it for the strong Wolfe conditions.
/// </summary>
/// <remarks>
/// For losses without noise: the closure of <see cref="Minimize"/> is to give the same function of the parameters every time, as of a whole
/// data set in evaluation mode. Scalars of a step are summed in the parameters' type; near the minimum the rounding of the loss ends
/// the search. Nocedal and Wright, "Numerical Optimization", 2nd edition, 2006.
/// </remarks>
public abstract class LineSearchOptimizer : Optimizer
{
    private const int MostEvaluations = 25;

    private readonly int _iterations;
    private readonly double _gradientTolerance;
    private readonly StateCell[] _start, _direction, _gradient, _newGradient;
    private double _step;

    /// <param name="parameters">What is changed.</param>
    /// <param name="learningRate">The step that each line search tries first; 1 is Newton's.</param>
    /// <param name="states">The state that the method keeps for each parameter.</param>
    /// <param name="iterations">Iterations of one call of <see cref="Minimize"/>, at least 1.</param>
    /// <param name="gradientTolerance">The search ends when no element of the gradient is larger.</param>
    private protected LineSearchOptimizer(
        IReadOnlyList<Parameter> parameters, double learningRate, IReadOnlyList<string> states, int iterations, double gradientTolerance)
        : base(parameters, learningRate, weightDecay: 0, states, groups: null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(gradientTolerance);
        (_iterations, _gradientTolerance) = (Require.Positive(iterations), gradientTolerance);
        (_start, _direction, _gradient, _newGradient) = (Cells(), Cells(), Cells(), Cells());

        StateCell[] Cells() => [.. parameters.Select(p => new StateCell(Tensor.Zeros(p.Shape, p.DType, p.Device)))];
    }

    /// <summary>Up to so many iterations as the constructor was told; gives the loss before the first one.</summary>
    /// <inheritdoc/>
    public override bool SearchesByItself => true;

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
            for (int i = 0; i < _iterations && Direct(closure) is { } search && Move(closure, search, ref loss); i++)
            {
                Accept();
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
        $"{GetType().Name} evaluates the loss several times in a step: call Minimize(() => loss) instead of Step.");

    /// <summary>
    /// Where to go from a gradient, and a number that is above 0 where the method knows how far as well: the first step along it is then the
    /// learning rate.
    /// </summary>
    private protected abstract (Tensor[] Direction, Tensor KnowsHowFar) Propose(Tensor[] gradient, Func<Tensor> closure);

    /// <summary>What is to be kept of a step s that was made and the change y of the gradient.</summary>
    private protected virtual IEnumerable<Effect> Remember(Tensor[] s, Tensor[] y) => [];

    /// <summary>Drops what leads nowhere; false where the method has nothing to drop.</summary>
    private protected virtual bool Forget() => false;

    private protected IEnumerable<T> All<T>(Func<Parameter, int, T> select) => Parameters.Select(select);

    private protected static Tensor Dot(Tensor[] a, Tensor[] b) => a.Zip(b, (x, y) => (x * y).Sum()).Aggregate((x, y) => x + y);

    private static Tensor[] Read(StateCell[] cells) => [.. cells.Select(cell => cell.Read())];

    /// <summary>The direction goes to its cells. Null where the gradient vanishes or nothing leads down.</summary>
    private (double Slope, double FirstStep)? Direct(Func<Tensor> closure)
    {
        bool knowsHowFar = true;
        while (true)
        {
            Tensor[] gradient = Read(_gradient);
            (Tensor[] direction, Tensor curvature) = Propose(gradient, closure);
            Tensor slope = Dot(gradient, direction);
            Tensor largest = gradient.Select(g => g.Abs().Max()).Aggregate((a, b) => a.Max(b));
            Tensor sum = gradient.Select(g => g.Abs().Sum()).Aggregate((a, b) => a + b);
            Run([slope, largest, sum, curvature], [.. direction.Select((d, i) => new Effect(_direction[i], d))]);
            if (!(largest.Item() > _gradientTolerance))
            {
                return null;
            }

            knowsHowFar &= curvature.Item() > 0;
            if (slope.Item() < 0)
            {
                // Without curvature the gradient says where to go but not how far.
                return (slope.Item(), knowsHowFar ? LearningRate : LearningRate * Math.Min(1, 1 / sum.Item()));
            }

            if (!knowsHowFar || !Forget())
            {
                return null;
            }
        }
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

    /// <summary>The step that was made is where the next one starts.</summary>
    private void Accept()
    {
        Tensor[] s = [.. All((p, i) => p.Read() - _start[i].Read())], y = [.. All((_, i) => _newGradient[i].Read() - _gradient[i].Read())];
        Run(
            [],
            [.. Remember(s, y), .. All((p, i) => new Effect(_start[i], p)), .. All((_, i) => new Effect(_gradient[i], _newGradient[i]))],
            countsAsStep: true);
    }

    /// <summary>Puts the parameters back to where the iteration began.</summary>
    private void Return() => Run([], [.. All((p, i) => new Effect(p, _start[i]))]);
}
