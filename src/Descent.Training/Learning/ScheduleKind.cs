using System.Globalization;

namespace Descent;

/// <summary>
/// A learning-rate schedule by its name on the command line with the values of its options, measured in epochs: <c>cosine</c>,
/// <c>step:every=30,gamma=0.1</c>, <c>warm-up:epochs=5+cosine</c>.
/// </summary>
public sealed class ScheduleKind
{
    private const string WarmUp = "warm-up";

    private readonly Choice<Shape> _choice;
    private readonly Choice<Shape>? _warmUp;

    private ScheduleKind(Choice<Shape> choice, Choice<Shape>? warmUp) => (_choice, _warmUp) = (choice, warmUp);

    /// <summary>The names and what they stand for; <c>warm-up</c> goes before another one and a plus sign.</summary>
    public static IReadOnlyList<(string Name, string Description)> All => [.. Shapes.Select(shape => (shape.Name, shape.Description))];

    /// <summary>One cycle: the default.</summary>
    public static ScheduleKind OneCycle => Parse("one-cycle");

    /// <summary>Where the rate falls once a measure has not become better: the factor and the epochs that it waits; else null.</summary>
    internal (double Factor, int Patience)? Plateau =>
        _choice.Kind.Name == "plateau" ? (_choice.Number("factor"), _choice.Whole("patience")) : null;

    private static Shape[] Shapes { get; } =
    [
        new("one-cycle", "up half a cosine to the rate, then down", [
            ChoiceOption.Number("rise", "the rising part of the steps", 0.3, NumberRange.Part),
            ChoiceOption.Number("start", "what the rate is divided by at the start", 25, NumberRange.Positive),
            ChoiceOption.Number("end", "what the first rate is divided by at the end", 1e4, NumberRange.Positive),
        ], (rate, length, o) => Schedule.OneCycle(rate, length.Steps, o.Number("rise"), o.Number("start"), o.Number("end"))),
        new("cosine", "down half a cosine", [Floor], (rate, length, o) => Schedule.Cosine(rate, length.Steps, floor: rate * o.Number("floor"))),
        new("constant", "the same rate always", [], (rate, _, _) => Schedule.Constant(rate)),
        new("linear", "down a line, or a power of it", [
            ChoiceOption.Number("power", "1 for a line", 1, NumberRange.Positive), Floor,
        ], (rate, length, o) => Schedule.Polynomial(rate, length.Steps, o.Number("power"), rate * o.Number("floor"))),
        new("step", "down by a factor every so many epochs", [
            ChoiceOption.Number("every", "epochs", 30, NumberRange.Positive), Gamma(0.1),
        ], (rate, length, o) => Schedule.Step(rate, length.Of(o.Number("every")), o.Number("gamma"))),
        new("multi-step", "down by a factor at the end of these epochs", [
            ChoiceOption.Widths("at", "epochs", "30-60-80"), Gamma(0.1),
        ], (rate, length, o) => Schedule.MultiStep(rate, o.Widths("at").Select(epoch => length.Of(epoch)), o.Number("gamma"))),
        new("exponential", "down by the same factor over each epoch", [Gamma(0.95)], (rate, length, o) =>
            Schedule.Exponential(rate, -Math.Log(o.Number("gamma")) / length.StepsPerEpoch)),
        new("inverse-time", "down as one over the time", [
            ChoiceOption.Number("decay", "for each epoch", 1, NumberRange.NotNegative),
        ], (rate, length, o) => Schedule.InverseTime(rate, o.Number("decay") / length.StepsPerEpoch)),
        new("cosine-restarts", "half cosines, one behind the other", [
            ChoiceOption.Number("period", "epochs of the first", 10, NumberRange.Positive),
            ChoiceOption.Whole("stretch", "how many times as long each further one is", 1), Floor,
        ], (rate, length, o) => Schedule.CosineRestarts(rate, length.Of(o.Number("period")), o.Whole("stretch"), rate * o.Number("floor"))),
        new("plateau", "down by a factor when the validation loss has not become better for a while", [
            ChoiceOption.Number("factor", "what the rate is multiplied by", 0.1, NumberRange.Part),
            ChoiceOption.Whole("patience", "epochs that may be no better", 5),
        ], (rate, _, _) => Schedule.Constant(rate)),
        new(WarmUp, "up a line before another schedule: warm-up:epochs=5+cosine", [
            ChoiceOption.Number("epochs", "of the rise", 1, NumberRange.Positive),
        ], (rate, _, _) => Schedule.Constant(rate)),
    ];

    private static ChoiceOption Floor => ChoiceOption.Number("floor", "the last rate as a part of the first", 0, NumberRange.Share);

    /// <summary>Reads <c>NAME</c>, <c>NAME:OPTION=VALUE</c>, or one of these behind <c>warm-up+</c>.</summary>
    /// <exception cref="ArgumentException">There is no such schedule or option (the message names the nearest), or a value is not valid.</exception>
    public static ScheduleKind Parse(string text)
    {
        string[] parts = text.Split('+', 2);
        Choice<Shape> first = Choice<Shape>.Parse("schedule", parts[0], Shapes);
        bool isWarmUp = first.Kind.Name == WarmUp;
        if (parts.Length == 1)
        {
            return isWarmUp
                ? throw new ArgumentException($"The schedule '{text}' goes before another one: {text}+cosine.")
                : new(first, null);
        }

        Choice<Shape> second = Choice<Shape>.Parse("schedule", parts[1], Shapes);
        return !isWarmUp || second.Kind.Name is WarmUp or "one-cycle"
            ? throw new ArgumentException($"The schedule '{text}' cannot be: '{WarmUp}' alone goes before another one, of which 'one-cycle' rises by itself.")
            : new(second, first);
    }

    /// <summary>The rate of each step.</summary>
    /// <param name="rate">The largest rate.</param>
    /// <param name="stepsPerEpoch">Steps of an epoch.</param>
    /// <param name="epochs">Epochs of the training.</param>
    public Schedule Of(double rate, long stepsPerEpoch, int epochs)
    {
        long warmUp = _warmUp is null ? 0 : (long)Math.Round(_warmUp.Number("epochs") * stepsPerEpoch);
        long total = stepsPerEpoch * epochs;
        if (warmUp >= total)
        {
            throw new ArgumentException($"The schedule '{this}' rises for {warmUp} steps, but the training has {total}: make it longer, or the rise shorter.");
        }

        return _choice.Kind.Make(rate, new(total - warmUp, stepsPerEpoch), _choice).WithWarmup(warmUp);
    }

    /// <summary>The text that <see cref="Parse"/> reads back.</summary>
    public override string ToString() => _warmUp is null ? _choice.ToString() : $"{_warmUp}+{_choice}";

    private static ChoiceOption Gamma(double value) => ChoiceOption.Number("gamma", "the factor", value, NumberRange.Positive);

    /// <summary>How long a schedule is.</summary>
    private readonly record struct Length(long Steps, long StepsPerEpoch)
    {
        public long Of(double epochs) => Math.Max(1, (long)Math.Round(epochs * StepsPerEpoch));
    }

    private sealed record Shape(
        string Name, string Description, ChoiceOption[] Options, Func<double, Length, Choice<Shape>, Schedule> Make) : IChoiceKind;
}
