using System.Globalization;

namespace Descent;

/// <summary>What follows a path in <c>KIND:PATH:NAME=VALUE,NAME=VALUE</c>.</summary>
internal sealed class SourceOptions
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">A name is unknown or occurs twice, or a value is missing.</exception>
    public SourceOptions(string kind, string text, IReadOnlyList<string> known)
    {
        foreach (string option in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] pair = option.Split('=', 2);
            if (!known.Contains(pair[0]))
            {
                throw new ArgumentException(
                    $"Unknown option '{pair[0]}' of the data '{kind}'; did you mean '{NearestName.To(pair[0], known)}'? Known are {string.Join(", ", known)}.");
            }

            if (pair.Length < 2 || pair[1].Length == 0)
            {
                throw new ArgumentException($"The option '{pair[0]}' of the data '{kind}' needs a value: {pair[0]}=VALUE.");
            }

            if (!_values.TryAdd(pair[0], pair[1]))
            {
                throw new ArgumentException($"The option '{pair[0]}' of the data '{kind}' is given twice; several names are parted by +.");
            }
        }
    }

    /// <summary>The value, or null.</summary>
    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <summary>Names parted by +.</summary>
    public string[] Names(string name) => this[name]?.Split('+') ?? [];

    /// <summary>The parts to set aside, <c>test</c> and <c>val</c>.</summary>
    /// <exception cref="ArgumentException">A part is no number, or nothing is left to train on.</exception>
    public SplitParts Parts(ulong seed)
    {
        var defaults = new SplitParts();
        return new SplitParts(Number("test", defaults.Test), Number("val", defaults.Validation), seed).Checked();
    }

    private double Number(string name, double otherwise) => this[name] switch
    {
        null => otherwise,
        string text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? value
            : throw new ArgumentException($"{name}={text}: the part of the examples is a number below 1, such as {name}=0.2."),
    };
}
