using System.Globalization;
using System.Runtime.CompilerServices;
using Descent.Kernels;

namespace Descent;

/// <summary>What a step does with a parameter that the loss gives no gradient.</summary>
public enum Missing
{
    /// <summary>
    /// Throws <see cref="GradientException"/> with the parameter's name: most often a layer was left out of the forward pass.
    /// </summary>
    Throw,

    /// <summary>Leaves the parameter and its state as they are.</summary>
    Skip,
}

/// <summary>
/// Changes parameters by their gradients. The base class owns the parameters, the learning rate, the step count and the state; a rule
/// says one step of one element.
/// </summary>
/// <remarks>
/// A step is one run: loss, gradients, new parameters and new state. It commits everything or, when the loss or a clipped norm is not
/// finite, nothing.
/// The rule's numbers are computed anew for every run, so that a new <see cref="LearningRate"/> compiles nothing.
/// Weight decay skips intercepts and the scales and shifts of normalisations, which are the parameters of a module with one axis or none;
/// a <see cref="ParameterGroup"/> that names its own decay applies it to all of its parameters.
/// </remarks>
public abstract class Optimizer
{
    private readonly StateCell[][] _state;
    private readonly IReadOnlyList<string> _stateNames;
    private readonly Group[] _groups;
    private readonly Dictionary<Parameter, int> _index = new(ReferenceEqualityComparer.Instance);
    private readonly Accumulator _accumulator;
    private readonly List<StateCell> _ofAll = [];
    private List<Effect> _effects = [];

    /// <summary>The number of the parameter that is being updated.</summary>
    private int _at;

    /// <summary>An optimizer of these parameters with the named state values for each.</summary>
    /// <exception cref="ArgumentException">There is no parameter, one is listed twice, they live on two devices, or none is named like the
    /// pattern of a group.</exception>
    protected Optimizer(
        IReadOnlyList<Parameter> parameters,
        double learningRate,
        double weightDecay,
        IReadOnlyList<string> states,
        IReadOnlyList<ParameterGroup>? groups)
    {
        if (parameters.Count == 0)
        {
            throw new ArgumentException($"{GetType().Name}: there is no parameter to optimise.", nameof(parameters));
        }

        (Parameters, LearningRate, _stateNames) = (parameters, learningRate, states);
        _state = new StateCell[parameters.Count][];
        _groups = new Group[parameters.Count];
        var known = new Dictionary<(double RateFactor, double WeightDecay), Group>();
        for (int i = 0; i < parameters.Count; i++)
        {
            Parameter p = parameters[i];
            if (!_index.TryAdd(p, i))
            {
                throw new ArgumentException($"{GetType().Name}: parameter {p.Name} {p.Shape} is listed twice.", nameof(parameters));
            }

            if (p.Device != parameters[0].Device)
            {
                throw new ArgumentException(
                    $"{GetType().Name}: {p.Name} lives on {p.Device}, but {parameters[0].Name} on {parameters[0].Device}.",
                    nameof(parameters));
            }

            ParameterGroup? group = groups?.FirstOrDefault(g => g.Matches(p.Name));
            double decay = group?.WeightDecay ?? (ParameterGroup.IsInterceptOrNorm(p) ? 0 : weightDecay);
            (double, double) key = (group?.RateFactor ?? 1, decay);
            _groups[i] = known.TryGetValue(key, out Group? shared) ? shared : known[key] = new Group(key.Item1, decay);
            _state[i] = [.. states.Select(state => new StateCell(Tensor.Zeros(p.Shape, p.DType, p.Device)) { Name = $"{p.Name}.{state}" })];
        }

        if (groups?.FirstOrDefault(g => g.Pattern is not null && !parameters.Any(p => g.Matches(p.Name))) is { } empty)
        {
            throw new ArgumentException(
                $"{GetType().Name}: no parameter is named like '{empty.Pattern}'; there are {string.Join(", ", parameters.Select(p => p.Name))}.",
                nameof(groups));
        }

        _accumulator = new Accumulator(parameters);
    }

    /// <summary>What this optimizer changes.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The step size; set it at any time, from a <see cref="Schedule"/> for instance.</summary>
    public double LearningRate { get; set; }

    /// <summary>The number of steps that have been committed.</summary>
    public long StepCount { get; private set; }

    /// <summary>The number of micro-batches accumulated since the last step.</summary>
    public int Accumulated => _accumulator.Count;

    /// <summary>
    /// True where the rule evaluates the loss as often as it likes, so that only <see cref="Minimize"/> steps, and not <see cref="Step()"/>.
    /// </summary>
    public virtual bool SearchesByItself => false;

    /// <summary>What follows the parameters; null where nothing does.</summary>
    internal ExponentialAverage? Average { get; set; }

    private protected Device Device => Parameters[0].Device;

    /// <summary>One step, run now: computes the loss, changes every parameter, and gives the loss back with its value.</summary>
    /// <param name="gradients">The gradients of the loss.</param>
    /// <param name="also">Further tensors to compute and keep, such as an accuracy; all else of the graph is dropped.</param>
    /// <param name="missing">What to do with a parameter that has no gradient.</param>
    /// <exception cref="GradientException">A parameter has no gradient.</exception>
    /// <exception cref="NonFiniteException">The loss or the clipped norm is not finite; no parameter changed.</exception>
    public Tensor Step(Gradients gradients, IReadOnlyList<Tensor>? also = null, Missing missing = Missing.Throw)
    {
        _effects = new List<Effect>((1 + _stateNames.Count) * Parameters.Count);
        int found = 0;
        for (_at = 0; _at < Parameters.Count; _at++)
        {
            if (Find(gradients, Parameters[_at], missing, likelyPlace: found) is { } gradient)
            {
                Update(Parameters[_at], gradient);
                found++;
            }
        }

        bool ofAccumulated = _accumulator.IsLoss(gradients.Loss);
        Device.Execute(new Request
        {
            Outputs = [gradients.Loss, .. also ?? []],
            Effects = _effects,
            Guards = Guards(gradients),
            Consumes = true,
            Committed = () =>
            {
                StepCount++;
                if (ofAccumulated)
                {
                    _accumulator.Clear();
                }
            },
            Caller = "Step",
        });
        return gradients.Loss;
    }

    /// <summary>
    /// One step of a loss that is given as a function of the parameters, for rules that evaluate it where they choose or more than once; a rule
    /// that needs but one gradient takes one step. Gives back the loss before the step, with its value.
    /// </summary>
    /// <param name="closure">Builds the loss anew, from the parameters as they are at the call.</param>
    /// <exception cref="GradientException">A parameter has no gradient.</exception>
    /// <exception cref="NonFiniteException">The loss is not finite; the parameters are as they were.</exception>
    public virtual Tensor Minimize(Func<Tensor> closure)
    {
        ArgumentNullException.ThrowIfNull(closure);
        return Step(closure().Backward());
    }

    /// <summary>One step with the mean of the accumulated gradients; gives the mean loss back.</summary>
    /// <exception cref="InvalidOperationException">Nothing has been accumulated.</exception>
    public Tensor Step() => Step(Mean());

    /// <summary>
    /// Computes the gradients of one micro-batch now and adds them to what is accumulated. Micro-batches combine in a pairwise tree by
    /// index,
    /// so that the sum does not depend on who computed which.
    /// </summary>
    /// <exception cref="GradientException">A parameter has no gradient.</exception>
    /// <exception cref="NonFiniteException">The loss is not finite; nothing was added.</exception>
    public Tensor Accumulate(Gradients gradients)
    {
        var parts = new Tensor?[Parameters.Count];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = Find(gradients, Parameters[i], Missing.Throw, likelyPlace: i);
        }

        Device.Execute(new Request
        {
            Outputs = [gradients.Loss],
            Effects = _accumulator.Add(gradients.Loss, parts),
            Guards = Guards(gradients),
            Consumes = true,
            Committed = _accumulator.Added,
            Caller = "Accumulate",
        });
        return gradients.Loss;
    }

    /// <summary>
    /// The mean of the accumulated gradients, to be clipped and given to <see cref="Step(Gradients, IReadOnlyList{Tensor}?, Missing)"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">Nothing has been accumulated.</exception>
    public Gradients Mean() => _accumulator.Mean();

    /// <summary>The state that a checkpoint must hold besides <see cref="StepCount"/>: <c>conv1.weight.momentum</c> and so on.</summary>
    public IReadOnlyDictionary<string, Cell> State()
    {
        var state = new OrderedDictionary<string, Cell>();
        for (int i = 0; i < _state.Length; i++)
        {
            for (int s = 0; s < _state[i].Length; s++)
            {
                string parameter = Parameters[i].Name.Length > 0 ? Parameters[i].Name : i.ToString(CultureInfo.InvariantCulture);
                state.Add($"{parameter}.{_stateNames[s]}", _state[i][s]);
            }
        }

        foreach (StateCell cell in _ofAll)
        {
            state.Add(cell.Name, cell);
        }

        return state;
    }

    /// <summary>Continues at a step count that was saved with <see cref="State"/>.</summary>
    public void Resume(long stepCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stepCount);
        StepCount = stepCount;
    }

    /// <summary>
    /// Builds the new value of one parameter and of its state: most rules call <see cref="Apply"/>, a rule over whole matrices calls
    /// <see cref="Write"/>.
    /// </summary>
    protected abstract void Update(Parameter parameter, Tensor gradient);

    /// <summary>Applies an elementwise rule. Its numbers are asked for in every run, with the parameter's own rate and decay.</summary>
    protected void Apply<TRule>(Parameter parameter, Tensor gradient, Func<double, double, TRule> rule)
        where TRule : unmanaged, IUpdateRule
    {
        int index = IndexOf(parameter);
        Group group = _groups[index];
        Tensor numbers = group.Numbers ??= Tensor.Of(
            new StructUniform<TRule>(() => rule(LearningRate * group.RateFactor, group.WeightDecay)),
            new TensorType(new Shape(Unsafe.SizeOf<TRule>()), DType.U8),
            Device);
        StateCell[] state = _state[index];
        var inputs = new Tensor[state.Length + 3];
        (inputs[0], inputs[1], inputs[^1]) = (parameter, gradient, numbers);
        for (int s = 0; s < state.Length; s++)
        {
            inputs[2 + s] = state[s].Read();
        }

        Tensor updated = Tensor.ApplyTo(UpdateOp<TRule>.Op, inputs);
        Write(parameter, updated);
        for (int s = 0; s < state.Length; s++)
        {
            _effects.Add(new Effect(state[s], updated.Output(1 + s)));
        }
    }

    /// <summary>A number that every run asks for anew, given the parameter's own rate and decay: for rules in tensor ops.</summary>
    protected Tensor Number(Parameter parameter, Func<double, double, double> number)
    {
        Group group = _groups[IndexOf(parameter)];
        return Tensor.Scalar(() => number(LearningRate * group.RateFactor, group.WeightDecay), parameter.DType, Device);
    }

    /// <summary>Computes and writes cells now; a rule that counts this as its step says so.</summary>
    private protected void Run(IReadOnlyList<Tensor> outputs, IReadOnlyList<Effect> effects, bool countsAsStep = false) => Device.Execute(new Request
    {
        Outputs = outputs,
        Effects = effects,
        Committed = countsAsStep ? () => StepCount++ : null,
        Caller = nameof(Minimize),
    });

    /// <summary>Adds state that belongs to all parameters together.</summary>
    private protected StateCell AddState(string name, Tensor initial)
    {
        var cell = new StateCell(initial) { Name = name };
        _ofAll.Add(cell);
        return cell;
    }

    /// <summary>The state of one parameter, by its place in the list of state names.</summary>
    protected Cell StateOf(Parameter parameter, int state) => _state[IndexOf(parameter)][state];

    /// <summary>Makes the value the cell's when this step commits.</summary>
    protected void Write(Cell cell, Tensor value)
    {
        _effects.Add(new Effect(cell, value));
        if (Average?.Follow(cell, value) is { } average)
        {
            _effects.Add(average);
        }
    }

    private int IndexOf(Parameter parameter) =>
        _at < Parameters.Count && ReferenceEquals(Parameters[_at], parameter) ? _at : _index[parameter];

    private protected static Tensor? Find(Gradients gradients, Parameter parameter, Missing missing, int likelyPlace) =>
        gradients.Find(parameter, likelyPlace) is { } gradient ? gradient
        : parameter.IsFrozen || missing == Missing.Skip ? null
        : throw new GradientException(
            $"{parameter.Name} {parameter.Shape} belongs to the optimizer but has no gradient: the loss does not depend on it. "
            + "Use it in the forward pass, freeze it, or step with missing: Missing.Skip.");

    private static Tensor[] Guards(Gradients gradients) => gradients.Norm is { } norm ? [gradients.Loss, norm] : [gradients.Loss];

    /// <summary>Parameters that share rate and decay, and so share the leaf that holds the rule's numbers.</summary>
    private sealed class Group(double rateFactor, double weightDecay)
    {
        public double RateFactor { get; } = rateFactor;

        public double WeightDecay { get; } = weightDecay;

        public Tensor? Numbers { get; set; }
    }
}
