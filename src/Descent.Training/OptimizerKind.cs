namespace Descent;

/// <summary>
/// An optimizer by its name on the command line with the values of its options, <c>adamw:weight-decay=0.05</c>, and with a learning rate that needs
/// no tuning for small images and batches of 64.
/// </summary>
/// <remarks>Weight decay leaves out intercepts and the scales and shifts of normalisations, see <see cref="Optimizer"/>.</remarks>
public sealed class OptimizerKind
{
    private readonly Choice<Rule> _choice;

    private OptimizerKind(Choice<Rule> choice) => _choice = choice;

    /// <summary>As <c>--optimizer</c> takes it, without options.</summary>
    public string Name => _choice.Kind.Name;

    /// <summary>One line that says what it is.</summary>
    public string Description => _choice.Kind.Description;

    /// <summary>The peak of one cycle: LeNet-5 reaches more than 99 % on MNIST in 5 epochs with it.</summary>
    public double LearningRate => _choice.Kind.LearningRate;

    /// <summary>Every option with what it means and its value here.</summary>
    public IReadOnlyList<(string Name, string Meaning, string Value)> Options =>
        [.. _choice.Kind.Options.Select(o => (o.Name, o.Meaning, _choice[o.Name]))];

    /// <summary>
    /// True where a step evaluates the loss as often as it likes (<see cref="Optimizer.SearchesByItself"/>): such a rule suits losses without noise, as of
    /// a batch that holds all examples.
    /// </summary>
    public bool SearchesByItself => _choice.Kind.Searches;

    private static Rule[] Rules { get; } =
    [
        new("adam", "Adam", 3e-3, Moments(decay: 0), (p, rate, o, _) =>
            new Adam(p, rate, o.Number("beta1"), o.Number("beta2"), o.Number("epsilon"), o.Number("weight-decay"))),
        new("adamw", "Adam with decoupled weight decay", 3e-3, Moments(decay: 0.01), (p, rate, o, _) =>
            new AdamW(p, rate, o.Number("beta1"), o.Number("beta2"), o.Number("epsilon"), o.Number("weight-decay"))),
        new("sgd", "gradient descent with Nesterov's momentum", 0.05,
            [Momentum(0.9), ChoiceOption.YesOrNo("nesterov", "whether momentum looks ahead", true), Decay(0)], (p, rate, o, _) =>
            new Sgd(p, rate, o.Number("momentum"), o.IsYes("nesterov") && o.Number("momentum") > 0, o.Number("weight-decay"))),
        new("momentum", "gradient descent with classical momentum", 0.05, [Momentum(0.9), Decay(0)], (p, rate, o, _) =>
            new Sgd(p, rate, o.Number("momentum"), weightDecay: o.Number("weight-decay"))),
        new("nesterov", "accelerated gradient descent that evaluates the loss at the point ahead", 0.05, [Momentum(0.9)], (p, rate, o, _) =>
            new Nesterov(p, rate, o.Number("momentum"))) { Searches = true },
        new("adagrad", "AdaGrad", 0.1, [Epsilon(1e-10), Decay(0)], (p, rate, o, _) =>
            new AdaGrad(p, rate, o.Number("epsilon"), o.Number("weight-decay"))),
        new("adadelta", "AdaDelta", 1, [Part("rho", "how long averages last", 0.9), Epsilon(1e-6), Decay(0)], (p, rate, o, _) =>
            new AdaDelta(p, rate, o.Number("rho"), o.Number("epsilon"), o.Number("weight-decay"))),
        new("rmsprop", "RMSProp", 1e-3,
            [
                Part("alpha", "how long averages last", 0.99), Epsilon(1e-8), Momentum(0),
                ChoiceOption.YesOrNo("centered", "whether the mean gradient is taken off", false), Decay(0),
            ],
            (p, rate, o, _) => new RmsProp(
                p, rate, o.Number("alpha"), o.Number("epsilon"), o.Number("momentum"), o.IsYes("centered"), o.Number("weight-decay"))),
        new("amsgrad", "Adam that never raises a rate again", 3e-3, Moments(decay: 0), (p, rate, o, _) =>
            new Adam(p, rate, o.Number("beta1"), o.Number("beta2"), o.Number("epsilon"), o.Number("weight-decay"), amsgrad: true)),
        new("nadam", "Adam with Nesterov's momentum", 3e-3, Moments(decay: 0), (p, rate, o, _) =>
            new NAdam(p, rate, o.Number("beta1"), o.Number("beta2"), o.Number("epsilon"), o.Number("weight-decay"))),
        new("lamb", "Adam with rates for each layer", 0.01, Moments(decay: 0.01, epsilon: 1e-6), (p, rate, o, _) =>
            new Lamb(p, rate, o.Number("beta1"), o.Number("beta2"), o.Number("epsilon"), o.Number("weight-decay"))),
        new("lars", "momentum with rates for each layer", 0.1,
            [Momentum(0.9), Decay(5e-4), ChoiceOption.Number("trust", "what part of a layer's norm a step may be", 0.02, NumberRange.Positive)],
            (p, rate, o, _) => new Lars(p, rate, o.Number("momentum"), o.Number("weight-decay"), o.Number("trust"))),
        new("lion", "sign momentum", 5e-4,
            [Part("beta1", "of the step's momentum", 0.9), Part("beta2", "of what is kept", 0.99), Decay(0)], (p, rate, o, _) =>
            new Lion(p, rate, o.Number("beta1"), o.Number("beta2"), o.Number("weight-decay"))),
        new("lbfgs", "limited-memory quasi-Newton with line search; --batch is to hold all examples", 1,
            [ChoiceOption.Whole("history", "steps that curvature is known from", 10), Iterations], (p, rate, o, _) =>
            new Lbfgs(p, rate, o.Whole("history"), o.Whole("iterations"))) { Searches = true },
        new("bfgs", "quasi-Newton with line search, for few parameters", 1, [Iterations], (p, rate, o, _) =>
            new Bfgs(p, rate, o.Whole("iterations"))) { Searches = true },
        new("newton", "Newton's method with line search, for few parameters", 1, [Iterations], (p, rate, o, _) =>
            new Newton(p, rate, o.Whole("iterations"))) { Searches = true },
        new("random-search", "keeps random steps that lower the loss: what gradients are measured against", 0.01, [], (p, rate, _, rng) =>
            new RandomSearch(p, rate, rng)) { Searches = true },
    ];

    /// <summary>Every kind with the defaults of its options; the first is the default.</summary>
    public static IReadOnlyList<OptimizerKind> All { get; } = [.. Rules.Select(rule => Parse(rule.Name))];

    private static ChoiceOption Iterations => ChoiceOption.Whole("iterations", "line searches in a step", 20);

    /// <summary>Reads <c>NAME</c> or <c>NAME:OPTION=VALUE,OPTION=VALUE</c>.</summary>
    /// <exception cref="ArgumentException">There is no such optimizer or option (the message names the nearest), or a value is not valid.</exception>
    public static OptimizerKind Parse(string text) => new(Choice<Rule>.Parse("optimizer", text, Rules));

    /// <summary>Makes one over these parameters with this learning rate.</summary>
    /// <param name="parameters">What it changes.</param>
    /// <param name="learningRate">The rate that it begins with.</param>
    /// <param name="rng">What a random search draws from; seed 0 where none is given.</param>
    public Optimizer Create(IReadOnlyList<Parameter> parameters, double learningRate, Rng? rng = null) =>
        _choice.Kind.Create(parameters, learningRate, _choice, rng ?? new Rng(0, parameters[0].Read().Device));

    /// <summary>The text that <see cref="Parse"/> reads back.</summary>
    public override string ToString() => _choice.ToString();

    internal bool Has(string option) => _choice.Has(option);

    internal OptimizerKind With(string option, string value) => new(_choice.With(option, value));

    private static ChoiceOption[] Moments(double decay, double epsilon = 1e-8) =>
        [Part("beta1", "how long the first moment lasts", 0.9), Part("beta2", "how long the second moment lasts", 0.999), Epsilon(epsilon), Decay(decay)];

    private static ChoiceOption Part(string name, string meaning, double value) => ChoiceOption.Number(name, meaning, value, NumberRange.Part);

    private static ChoiceOption Momentum(double value) => Part("momentum", "the part of the last step that is taken again", value);

    private static ChoiceOption Epsilon(double value) =>
        ChoiceOption.Number("epsilon", "what keeps the divisor above 0", value, NumberRange.Positive);

    private static ChoiceOption Decay(double value) =>
        ChoiceOption.Number("weight-decay", "of weights, not of intercepts and normalisations", value, NumberRange.NotNegative);

    private sealed record Rule(
        string Name,
        string Description,
        double LearningRate,
        ChoiceOption[] Options,
        Func<IReadOnlyList<Parameter>, double, Choice<Rule>, Rng, Optimizer> Create) : IChoiceKind
    {
        public bool Searches { get; init; }
    }
}
