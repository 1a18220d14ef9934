namespace Descent;

/// <summary>What average of its weights a training ends with, by its name on the command line: <c>ema:decay=0.999</c>, <c>swa:start=0.75</c>.</summary>
public sealed class AverageKind
{
    private readonly Choice<Kind> _choice;

    private AverageKind(Choice<Kind> choice) => _choice = choice;

    private static Kind[] Kinds { get; } =
    [
        new("ema", "exponentially weighted over the last steps", [ChoiceOption.Number("decay", "of each step", 0.999, NumberRange.Part)]),
        new("swa", "the plain mean of the ends of the last epochs", [ChoiceOption.Number("start", "the part of the epochs before the first", 0.75, NumberRange.Part)]),
    ];

    /// <summary>Reads <c>NAME</c> or <c>NAME:OPTION=VALUE</c>.</summary>
    /// <exception cref="ArgumentException">There is no such average or option (the message names the nearest), or a value is not valid.</exception>
    public static AverageKind Parse(string text) => new(Choice<Kind>.Parse("average", text, Kinds));

    /// <inheritdoc/>
    public override string ToString() => _choice.ToString();

    internal WeightAveraging Create() => _choice.Kind.Name == "ema"
        ? new ExponentialWeightAveraging(_choice.Number("decay"))
        : new StochasticWeightAveraging(_choice.Number("start"));

    private sealed record Kind(string Name, string Description, ChoiceOption[] Options) : IChoiceKind;
}
