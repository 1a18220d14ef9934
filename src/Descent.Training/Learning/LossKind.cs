namespace Descent;

/// <summary>What training makes small, by its name on the command line with the values of its options: <c>cross-entropy</c>, <c>huber:delta=0.5</c>.</summary>
public sealed class LossKind
{
    private static readonly LearningTask[] s_oneClass = [LearningTask.Classification, LearningTask.TextClassification];
    private static readonly LearningTask[] s_classes = [.. s_oneClass, LearningTask.Segmentation, LearningTask.NextCharacter];

    private static readonly LearningTask[] s_yesOrNo = [LearningTask.BinaryClassification, LearningTask.MultiLabel];
    private static readonly LearningTask[] s_numbers = [LearningTask.Regression];

    private readonly Choice<Formula> _choice;

    private LossKind(Choice<Formula> choice) => _choice = choice;

    /// <summary>The names and what they stand for.</summary>
    public static IReadOnlyList<(string Name, string Description)> All => [.. Formulas.Select(formula => (formula.Name, formula.Description))];

    /// <summary>As <c>--loss</c> takes it, without options.</summary>
    public string Name => _choice.Kind.Name;

    private static Formula[] Formulas { get; } =
    [
        new("cross-entropy", "softmax and negative log-likelihood of the class", s_classes, [], (scores, labels, _, terms, reduction) =>
            Loss.CrossEntropy(scores, labels, terms.LabelSmoothing, reduction, terms.ClassWeights, terms.IgnoreIndex))
            { TakesSmoothing = true, TakesWeights = true, TakesProbabilities = true },
        new("hinge", "how far other classes reach into the margin of the right one, as of a support vector machine", s_classes, [Margin],
            (scores, labels, o, terms, reduction) => Loss.MulticlassHinge(scores, labels, o.Number("margin"), squared: false, reduction, terms.IgnoreIndex)),
        new("squared-hinge", "the same, squared", s_classes, [Margin], (scores, labels, o, terms, reduction) =>
            Loss.MulticlassHinge(scores, labels, o.Number("margin"), squared: true, reduction, terms.IgnoreIndex)),
        new("perceptron", "Rosenblatt's rule: what a wrong yes or no is wrong by", [.. s_oneClass, .. s_yesOrNo], [], (scores, targets, _, _, reduction) =>
            Perceptron(scores, targets.DType.IsFloat() ? targets : targets.OneHot(scores.Shape[1]).To(scores.DType), reduction)),
        new("binary-cross-entropy", "sigmoid and negative log-likelihood of yes or no", s_yesOrNo, [], (scores, targets, _, terms, reduction) =>
            Loss.BinaryCrossEntropyWithLogits(scores, targets, terms.ClassWeights, reduction)) { TakesWeights = true },
        new("focal", "binary cross-entropy that counts easy examples little", s_yesOrNo,
            [
                ChoiceOption.Number("alpha", "the weight of yes; that of no is the rest", 0.25, NumberRange.Share),
                ChoiceOption.Number("gamma", "how little easy examples count", 2, NumberRange.NotNegative),
            ],
            (scores, targets, o, _, reduction) => Loss.Focal(scores, targets, o.Number("alpha"), o.Number("gamma"), reduction)),
        new("binary-hinge", "how far a score is from the right side of the margin", s_yesOrNo, [Margin], (scores, targets, o, _, reduction) =>
            Loss.BinaryHinge(scores, (targets * 2) - 1, o.Number("margin"), reduction)),
        new("mse", "mean squared error", s_numbers, [], (scores, targets, _, _, reduction) => Loss.MeanSquaredError(scores, targets, reduction)),
        new("l1", "mean absolute error", s_numbers, [], (scores, targets, _, _, reduction) => Loss.L1(scores, targets, reduction)),
        new("huber", "squared near 0 and absolute beyond", s_numbers,
            [ChoiceOption.Number("delta", "where it becomes absolute", 1, NumberRange.Positive)],
            (scores, targets, o, _, reduction) => Loss.Huber(scores, targets, o.Number("delta"), reduction)),
    ];

    private static ChoiceOption Margin => ChoiceOption.Number("margin", "by how much the right side is to lead", 1, NumberRange.Positive);

    /// <summary>Reads <c>NAME</c> or <c>NAME:OPTION=VALUE</c>.</summary>
    /// <exception cref="ArgumentException">There is no such loss or option (the message names the nearest), or a value is not valid.</exception>
    public static LossKind Parse(string text) => new(Choice<Formula>.Parse("loss", text, Formulas));

    /// <summary>The loss of a task where nothing else is asked for.</summary>
    public static LossKind Of(LearningTask task) => Parse(task switch
    {
        LearningTask.Regression => "mse",
        LearningTask.BinaryClassification or LearningTask.MultiLabel => "binary-cross-entropy",
        _ => "cross-entropy",
    });

    /// <summary>Whether targets may be a probability for each class.</summary>
    internal bool TakesProbabilities => _choice.Kind.TakesProbabilities;

    /// <summary>Whether it measures what is learned in such a task.</summary>
    public bool Fits(LearningTask task) => _choice.Kind.Tasks.Contains(task);

    /// <summary>A scalar: how wrong these scores are.</summary>
    /// <param name="scores">What the network says, (N, K, …).</param>
    /// <param name="targets">Classes (N, …), or numbers of the scores' shape.</param>
    /// <param name="terms">What belongs to it besides.</param>
    /// <param name="reduction">How the examples' losses are combined.</param>
    public Tensor Measure(Tensor scores, Tensor targets, LossTerms terms = default, LossReduction reduction = LossReduction.Mean) =>
        _choice.Kind.Measure(scores, targets, _choice, terms, reduction);

    /// <summary>The text that <see cref="Parse"/> reads back.</summary>
    public override string ToString() => _choice.ToString();

    /// <exception cref="ArgumentException">It is not for the task, or has no use for one of the terms.</exception>
    internal void MustSuit(LearningTask task, LossTerms terms)
    {
        if (!Fits(task))
        {
            throw new ArgumentException(
                $"The loss '{Name}' does not measure {task.InWords()}; there "
                + $"{string.Join(", ", Formulas.Where(formula => formula.Tasks.Contains(task)).Select(formula => formula.Name))} do.");
        }

        if (terms.LabelSmoothing > 0 && !_choice.Kind.TakesSmoothing)
        {
            throw new ArgumentException($"Label smoothing belongs to the loss 'cross-entropy'; '{Name}' has no use for it.");
        }

        if (terms.ClassWeights is not null && !_choice.Kind.TakesWeights)
        {
            throw new ArgumentException($"The loss '{Name}' does not take class weights; 'cross-entropy' and 'binary-cross-entropy' do.");
        }
    }

    /// <summary>
    /// <c>Σ (y − t)·s</c> with the answer y, 1 where s ≥ 0: its gradient by s is y − t, the perceptron's rule, also where all scores are still 0.
    /// </summary>
    private static Tensor Perceptron(Tensor scores, Tensor targets, LossReduction reduction)
    {
        Tensor error = (scores >= 0).To(scores.DType) - targets;
        Tensor sum = (error.Detach() * scores).Sum();
        return reduction == LossReduction.Sum ? sum : sum / scores.Shape[0];
    }

    private sealed record Formula(
        string Name,
        string Description,
        LearningTask[] Tasks,
        ChoiceOption[] Options,
        Func<Tensor, Tensor, Choice<Formula>, LossTerms, LossReduction, Tensor> Measure) : IChoiceKind
    {
        public bool TakesSmoothing { get; init; }

        public bool TakesWeights { get; init; }

        public bool TakesProbabilities { get; init; }
    }
}

/// <summary>What belongs to a loss besides scores and targets.</summary>
/// <param name="LabelSmoothing">The share of each target that is spread over all classes, in [0, 1].</param>
/// <param name="ClassWeights">How much each class counts, (K); for yes or no how much a yes counts, (K) or (1). Null: all the same.</param>
/// <param name="IgnoreIndex">The class of pixels that do not count; null: all do.</param>
public readonly record struct LossTerms(double LabelSmoothing = 0, Tensor? ClassWeights = null, long? IgnoreIndex = null);
