namespace Descent;

/// <summary>A network by its name on the command line, with its options: <c>lenet5</c>, <c>mlp:hidden=256-128</c>.</summary>
/// <remarks>The text of an architecture is saved beside the weights, so that a file alone says what network to build.</remarks>
public sealed class Architecture
{
    private readonly ArchitectureKind _kind;
    private readonly Dictionary<string, string> _options;

    private Architecture(ArchitectureKind kind, Dictionary<string, string> options) => (_kind, _options) = (kind, options);

    /// <summary>The names of all networks.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Catalogue.All.Select(kind => kind.Name)];

    /// <summary>The name without options: <c>mlp</c>.</summary>
    public string Name => _kind.Name;

    /// <summary>One line that says what it is.</summary>
    public string Description => _kind.Description;

    /// <summary>What it is made for.</summary>
    public LearningTask Task => _kind.Task;

    /// <summary>The shape (C, H, W) of the images that its paper takes; of texts (T).</summary>
    public Shape Input => _kind.Input;

    /// <summary>What it takes: f32, or u8 for numbers of characters.</summary>
    public DType InputType => Task is LearningTask.TextClassification or LearningTask.NextCharacter ? DType.U8 : DType.F32;

    /// <summary>The number of classes that its paper tells apart.</summary>
    public int Classes => _kind.Classes;

    /// <summary>Every option with what it means and its value here.</summary>
    public IReadOnlyList<(string Name, string Meaning, string Value)> Options =>
        [.. _kind.Options.Select(o => (o.Name, o.Meaning, this[o.Name]))];

    /// <summary>Reads <c>NAME</c> or <c>NAME:OPTION=VALUE,OPTION=VALUE</c>.</summary>
    /// <exception cref="ArgumentException">There is no such network or option (the message names the nearest), or a value is not
    /// valid.</exception>
    public static Architecture Parse(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string name = colon < 0 ? text : text[..colon];
        ArchitectureKind kind = Array.Find(Catalogue.All, k => k.Name == name)
            ?? throw new ArgumentException(
                $"Unknown model '{name}'; did you mean '{NearestName.To(name, Names)}'? Known are {string.Join(", ", Names)}.");
        var options = new Dictionary<string, string>();
        foreach (string part in colon < 0 ? [] : text[(colon + 1)..].Split(','))
        {
            string[] pair = part.Split('=', 2);
            ArchitectureOption? option = Array.Find(kind.Options, o => o.Name == pair[0]);
            if (option is null)
            {
                string nearest = NearestName.To(pair[0], kind.Options.Select(o => o.Name));
                throw new ArgumentException($"The model '{name}' has no option '{pair[0]}'; did you mean '{nearest}'?");
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

    /// <summary>Builds the network for this data.</summary>
    /// <exception cref="ArgumentException">The network is made for another task, or cannot take such images.</exception>
    public Layer Build(IDataset data, Rng rng)
    {
        if (Fits(data.Task))
        {
            return Build(data.ImageShape, data.OutputCount(), rng);
        }

        string fitting = Catalogue.All.First(kind => Parse(kind.Name).Fits(data.Task)).Name;
        throw new ArgumentException(
            $"The model '{Name}' is made for {Task.InWords()}, but this data is for {data.Task.InWords()}; try --model {fitting}.");
    }

    /// <summary>True where networks of this kind serve the task: those for classes serve other targets too, with another number of outputs.</summary>
    public bool Fits(LearningTask task) => task == Task || (Task == LearningTask.Classification
        && task is LearningTask.BinaryClassification or LearningTask.MultiLabel or LearningTask.Regression);

    /// <summary>Builds the network for the images and classes of its paper.</summary>
    public Layer Build(Rng rng) => Build(Input, Classes, rng);

    /// <summary>The text that <see cref="Parse"/> reads back: options that have their default are left out.</summary>
    public override string ToString() =>
        _options.Count == 0 ? Name : $"{Name}:{string.Join(',', _options.Select(o => $"{o.Key}={o.Value}"))}";

    /// <summary>The text of an option's value.</summary>
    internal string this[string option] => _options.GetValueOrDefault(option, Array.Find(_kind.Options, o => o.Name == option)!.Default);

    internal int Whole(string option) => ArchitectureOption.ReadWhole(option, this[option]);

    internal double Part(string option) => ArchitectureOption.ReadPart(option, this[option]);

    internal double Factor(string option) => ArchitectureOption.ReadFactor(option, this[option]);

    internal int[] Widths(string option) => ArchitectureOption.ReadWidths(option, this[option]);
}
