using System.Globalization;

namespace Descent;

/// <summary>A network by its name on the command line, with its options: <c>lenet5</c>, <c>mlp:hidden=256-128</c>.</summary>
/// <remarks>The text of an architecture is saved beside the weights, so that a file alone says what network to build.</remarks>
public sealed class Architecture
{
    private static readonly Kind[] s_kinds =
    [
        new("lenet5", "LeNet-5: two convolutions with pooling, three affine layers; images of 1×28×28", [], BuildLeNet5),
        new("mlp", "multi-layer perceptron with ReLU; images of any size",
            [new Option("hidden", "widths of the hidden layers, joined by '-'", "256", CheckWidths)], BuildMlp),
    ];

    private readonly Kind _kind;
    private readonly Dictionary<string, string> _options;

    private Architecture(Kind kind, Dictionary<string, string> options) => (_kind, _options) = (kind, options);

    /// <summary>The names of all networks.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_kinds.Select(kind => kind.Name)];

    /// <summary>The name without options: <c>mlp</c>.</summary>
    public string Name => _kind.Name;

    /// <summary>One line that says what it is.</summary>
    public string Description => _kind.Description;

    /// <summary>Every option with what it means and its value here.</summary>
    public IReadOnlyList<(string Name, string Meaning, string Value)> Options =>
        [.. _kind.Options.Select(o => (o.Name, o.Meaning, Value(o)))];

    /// <summary>Reads <c>NAME</c> or <c>NAME:OPTION=VALUE,OPTION=VALUE</c>.</summary>
    /// <exception cref="ArgumentException">There is no such network or option (the message names the nearest), or a value is not
    /// valid.</exception>
    public static Architecture Parse(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string name = colon < 0 ? text : text[..colon];
        Kind kind = Array.Find(s_kinds, k => k.Name == name)
            ?? throw new ArgumentException(
                $"Unknown model '{name}'; did you mean '{NearestName.To(name, Names)}'? Known are {string.Join(", ", Names)}.");
        var options = new Dictionary<string, string>();
        foreach (string part in colon < 0 ? [] : text[(colon + 1)..].Split(','))
        {
            string[] pair = part.Split('=', 2);
            Option? option = Array.Find(kind.Options, o => o.Name == pair[0]);
            if (option is null)
            {
                string nearest = NearestName.To(pair[0], kind.Options.Select(o => o.Name).DefaultIfEmpty(""));
                throw new ArgumentException(nearest.Length == 0
                    ? $"The model '{name}' has no options, but '{part}' was given."
                    : $"The model '{name}' has no option '{pair[0]}'; did you mean '{nearest}'?");
            }

            if (pair.Length < 2)
            {
                throw new ArgumentException(
                    $"The option '{option.Name}' of the model '{name}' needs a value: {option.Name}={option.Default}.");
            }

            option.Check(pair[1]);
            if (!options.TryAdd(option.Name, pair[1]))
            {
                throw new ArgumentException($"The option '{option.Name}' of the model '{name}' is given twice.");
            }
        }

        return new(kind, options);
    }

    /// <summary>Builds the network for images of this shape; initial values are drawn when first used.</summary>
    /// <exception cref="ArgumentException">The network cannot take such images.</exception>
    public Layer Build(Shape imageShape, int classes, Rng rng) => _kind.Build(this, imageShape, classes, rng);

    /// <summary>The text that <see cref="Parse"/> reads back: options that have their default are left out.</summary>
    public override string ToString() =>
        _options.Count == 0 ? Name : $"{Name}:{string.Join(',', _options.Select(o => $"{o.Key}={o.Value}"))}";

    private static LeNet5 BuildLeNet5(Architecture architecture, Shape imageShape, int classes, Rng rng) =>
        imageShape == new Shape(1, 28, 28)
            ? new LeNet5(rng, classes)
            : throw new ArgumentException($"The model 'lenet5' takes images of (1, 28, 28), but these are {imageShape}; try 'mlp'.");

    private static Mlp BuildMlp(Architecture architecture, Shape imageShape, int classes, Rng rng) =>
        new(checked((int)imageShape.Count), Widths(architecture.Value(architecture._kind.Options[0])), classes, rng);

    private static void CheckWidths(string text) => Widths(text);

    private static int[] Widths(string text)
    {
        string[] parts = text.Split('-');
        int[] widths = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out widths[i]) || widths[i] is < 1 or > 65536)
            {
                throw new ArgumentException(
                    $"The option 'hidden' takes widths from 1 to 65536 joined by '-', such as 256-128, not '{text}'.");
            }
        }

        return widths;
    }

    private string Value(Option option) => _options.GetValueOrDefault(option.Name, option.Default);

    private sealed record Option(string Name, string Meaning, string Default, Action<string> Check);

    private sealed record Kind(string Name, string Description, Option[] Options, Func<Architecture, Shape, int, Rng, Layer> Build);
}
