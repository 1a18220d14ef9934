using System.Globalization;

namespace Descent;

/// <summary>A network by its name on the command line, with its options: <c>lenet5</c>, <c>mlp:hidden=256-128</c>.</summary>
/// <remarks>The text of an architecture is saved beside the weights, so that a file alone says what network to build.</remarks>
public sealed class Architecture
{
    /// <summary>Of networks that keep their examples.</summary>
    internal const string ExamplesOption = "examples";

    private readonly Choice<ArchitectureKind> _choice;

    private Architecture(Choice<ArchitectureKind> choice) => _choice = choice;

    /// <summary>The names of all networks.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Catalogue.All.Select(kind => kind.Name)];

    /// <summary>The name without options: <c>mlp</c>.</summary>
    public string Name => Kind.Name;

    /// <summary>One line that says what it is.</summary>
    public string Description => Kind.Description;

    /// <summary>What it is made for.</summary>
    public LearningTask Task => Kind.Task;

    /// <summary>The shape (C, H, W) of the images that its paper takes; of texts (T).</summary>
    public Shape Input => Kind.Input;

    /// <summary>What it takes: f32, or u8 for numbers of characters.</summary>
    public DType InputType => Task is LearningTask.TextClassification or LearningTask.NextCharacter ? DType.U8 : DType.F32;

    /// <summary>The number of classes that its paper tells apart.</summary>
    public int Classes => Kind.Classes;

    /// <summary>Every option with what it means and its value here.</summary>
    public IReadOnlyList<(string Name, string Meaning, string Value)> Options =>
        [.. Kind.Options.Select(o => (o.Name, o.Meaning, this[o.Name]))];

    /// <summary>How it is trained where nothing else is asked for.</summary>
    public TrainingRecipe Recipe => Kind.Recipe;

    /// <summary>True where it learns from all examples at once (<see cref="Fit"/>), and not by steps.</summary>
    public bool IsFitted => Kind.Fit is not null;

    /// <summary>Reads <c>NAME</c> or <c>NAME:OPTION=VALUE,OPTION=VALUE</c>.</summary>
    /// <exception cref="ArgumentException">There is no such network or option (the message names the nearest), or a value is not
    /// valid.</exception>
    public static Architecture Parse(string text) => new(Choice<ArchitectureKind>.Parse("model", text, Catalogue.All));

    /// <summary>Builds the network for images of this shape; initial values are drawn when first used.</summary>
    /// <exception cref="ArgumentException">The network cannot take such images.</exception>
    public Layer Build(Shape imageShape, int classes, Rng rng) => Kind.Build(this, imageShape, classes, rng);

    /// <summary>The same network with what it needs to know of the data that it is to learn from.</summary>
    public Architecture For(IDataset data)
    {
        int given = Has(ExamplesOption) ? Examples : 0;
        return Has(ExamplesOption) ? With(ExamplesOption, (given == 0 ? data.Count : Math.Min(given, data.Count)).ToString(CultureInfo.InvariantCulture)) : this;
    }

    /// <summary>Data as the network learns from it: to one that is made for yes or no, two classes are that.</summary>
    public IDataset See(IDataset data) => See(data, Task);

    /// <inheritdoc cref="See(IDataset)"/>
    internal static IDataset See(IDataset data, LearningTask task) =>
        task == LearningTask.BinaryClassification && data.Task == LearningTask.Classification && data.ClassNames.Count == 2 ? data.AsYesOrNo() : data;

    /// <summary>Learns from all examples at once.</summary>
    /// <exception cref="InvalidOperationException">The network is trained by steps.</exception>
    /// <exception cref="ArgumentException">The examples do not say enough.</exception>
    public void Fit(Layer model, IDataset data) =>
        (Kind.Fit ?? throw new InvalidOperationException($"The model '{Name}' is trained by steps."))(model, this, data);

    /// <summary>Builds the network for this data.</summary>
    /// <param name="data">What it is to be trained on.</param>
    /// <param name="rng">Draws the initial values.</param>
    /// <param name="preprocessing">What will be fitted to the data; null: its own preprocessing.</param>
    /// <exception cref="ArgumentException">The network is made for another task, or cannot take such images.</exception>
    public Layer Build(IDataset data, Rng rng, PreprocessingKind? preprocessing = null)
    {
        Shape inputs = preprocessing?.OutputShape(data) ?? data.InputShape();
        if (Fits(data.Task))
        {
            return Build(inputs, data.OutputCount(), rng);
        }

        string fitting = Names.First(name => Parse(name) is var other && other.Fits(data.Task) && other.Takes(inputs, data.OutputCount()));
        string given = data.Task == LearningTask.Classification ? $"has {data.ClassNames.Count} classes" : $"is for {data.Task.InWords()}";
        throw new ArgumentException($"The model '{Name}' is made for {Task.InWords()}, but this data {given}; try --model {fitting}.");
    }

    /// <summary>
    /// True where networks of this kind serve the task: those for classes that are trained by steps serve other targets too, with another number of outputs.
    /// </summary>
    public bool Fits(LearningTask task) => task == Task || (Task == LearningTask.Classification && !IsFitted
        && task is LearningTask.BinaryClassification or LearningTask.MultiLabel or LearningTask.Regression);

    /// <summary>Builds the network for the images and classes of its paper.</summary>
    public Layer Build(Rng rng) => Build(Input, Classes, rng);

    /// <summary>The text that <see cref="Parse"/> reads back: options that have their default are left out.</summary>
    public override string ToString() => _choice.ToString();

    /// <summary>The text of an option's value.</summary>
    internal string this[string option] => _choice[option];

    private bool Takes(Shape inputs, int outputs)
    {
        try
        {
            _ = Build(inputs, outputs, new Rng(0));
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private ArchitectureKind Kind => _choice.Kind;

    /// <summary>Whether the network has an option of that name.</summary>
    internal bool Has(string option) => _choice.Has(option);

    /// <summary>The same network with another value of an option.</summary>
    /// <exception cref="ArgumentException">It is no value of the option.</exception>
    internal Architecture With(string option, string value) => new(_choice.With(option, value));

    internal int Whole(string option) => _choice.Whole(option);

    internal double Part(string option) => _choice.Number(option);

    internal double Factor(string option) => _choice.Number(option);

    /// <summary>How many examples it keeps; 0 for all.</summary>
    internal int Examples => (int)_choice.Number(ExamplesOption);

    internal int[] Widths(string option) => _choice.Widths(option);
}
