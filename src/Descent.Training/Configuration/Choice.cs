using System.Globalization;

namespace Descent;

/// <summary>
/// One of several things that are chosen by name, with the values of its options: <c>NAME</c> or <c>NAME:OPTION=VALUE,OPTION=VALUE</c>. Networks,
/// optimizers, schedules, losses and averages of weights are read by it.
/// </summary>
/// <typeparam name="TKind">What is chosen.</typeparam>
internal sealed class Choice<TKind>
    where TKind : IChoiceKind
{
    private readonly OrderedDictionary<string, string> _given;

    private Choice(TKind kind, OrderedDictionary<string, string> given) => (Kind, _given) = (kind, given);

    public TKind Kind { get; }

    /// <summary>The text of an option's value.</summary>
    public string this[string option] =>
        _given.TryGetValue(option, out string? value) ? value : Array.Find(Kind.Options, o => o.Name == option)!.Default;

    /// <summary>Reads a choice.</summary>
    /// <param name="what">What messages call it: <c>model</c>.</param>
    /// <param name="text">As it was written.</param>
    /// <param name="kinds">What there is to choose from.</param>
    /// <exception cref="ArgumentException">There is no such name or option (the message names the nearest), or a value is not valid.</exception>
    public static Choice<TKind> Parse(string what, string text, IReadOnlyList<TKind> kinds)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string name = colon < 0 ? text : text[..colon];
        TKind kind = kinds.FirstOrDefault(k => k.Name == name) ?? throw new ArgumentException(
            $"Unknown {what} '{name}'; did you mean '{NearestName.To(name, kinds.Select(k => k.Name))}'? "
            + $"Known are {string.Join(", ", kinds.Select(k => k.Name))}.");
        var given = new OrderedDictionary<string, string>();
        foreach (string part in colon < 0 ? [] : text[(colon + 1)..].Split(','))
        {
            string[] pair = part.Split('=', 2);
            ChoiceOption? option = Array.Find(kind.Options, o => o.Name == pair[0]);
            if (option is null)
            {
                throw new ArgumentException(kind.Options.Length == 0
                    ? $"The {what} '{name}' has no options, and so no '{pair[0]}'."
                    : $"The {what} '{name}' has no option '{pair[0]}'; did you mean '{NearestName.To(pair[0], kind.Options.Select(o => o.Name))}'?");
            }

            if (pair.Length < 2)
            {
                throw new ArgumentException($"The option '{option.Name}' of the {what} '{name}' needs a value: {option.Name}={option.Default}.");
            }

            option.Check(pair[1]);
            if (!given.TryAdd(option.Name, pair[1]))
            {
                throw new ArgumentException($"The option '{option.Name}' of the {what} '{name}' is given twice.");
            }
        }

        return new(kind, given);
    }

    /// <summary>Whether there is an option of that name.</summary>
    public bool Has(string option) => Array.Exists(Kind.Options, o => o.Name == option);

    /// <summary>The same choice with another value of an option.</summary>
    /// <exception cref="ArgumentException">It is no value of the option.</exception>
    public Choice<TKind> With(string option, string value)
    {
        Array.Find(Kind.Options, o => o.Name == option)!.Check(value);
        return new(Kind, new OrderedDictionary<string, string>(_given) { [option] = value });
    }

    public int Whole(string option) => ChoiceOption.ReadWhole(option, this[option]);

    public double Number(string option) => double.Parse(this[option], NumberStyles.Float, CultureInfo.InvariantCulture);

    public int[] Widths(string option) => ChoiceOption.ReadWidths(option, this[option]);

    public bool IsYes(string option) => this[option] == "yes";

    /// <summary>The text that <see cref="Parse"/> reads back: options that were not given are left out.</summary>
    public override string ToString() =>
        _given.Count == 0 ? Kind.Name : $"{Kind.Name}:{string.Join(',', _given.Select(o => $"{o.Key}={o.Value}"))}";
}

/// <summary>Something that can be chosen by name.</summary>
internal interface IChoiceKind
{
    string Name { get; }

    /// <summary>One line that says what it is.</summary>
    string Description { get; }

    ChoiceOption[] Options { get; }
}
