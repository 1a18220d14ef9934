namespace Descent;

/// <summary>Everything that can be set of a training, each thing declared once.</summary>
/// <remarks>
/// To add a setting, declare it here, where it is to stand in <c>descent train --help</c>, and read it where it is used:
/// <c>settings.Get(TrainingSettings.Epochs)</c>. The command line, <c>--config</c>, <c>run.json</c> and <c>docs/settings.md</c> follow; the page is
/// written anew by <c>DESCENT_ACCEPT_SETTINGS=1</c> and the test <c>SettingsPageTests</c> of Descent.Training.Tests, which fails while it differs.
/// A value that is one of many names with options, such as an optimizer, is <see cref="SettingSchema.Of"/> with a function that reads it.
/// </remarks>
public static class TrainingSettings
{
    private const string TheData = "Data", TheNetwork = "Network", Learning = "Learning", TheRun = "The run";

    // Declarations add themselves to it, so that it comes first.
    /// <summary>All of them, in order.</summary>
    public static SettingSchema Schema { get; } = new();

    /// <summary>Where training and test data comes from.</summary>
    public static Setting<DataSource> Data { get; } = Schema.Of(
        TheData, "data", DataSource.Parse("digits"), DataSource.Parse, $"Training and test data: {string.Join(", ", DataSource.Kinds)}", "KIND[:PATH]");

    /// <summary>Where named sets are looked for first.</summary>
    public static Setting<string?> DataDirectory { get; } = Schema.Text(
        TheData, "data-dir", "Where named data sets live; else $DESCENT_DATA and the user's cache are searched", "FOLDER");

    /// <summary>The network.</summary>
    public static Setting<Architecture> Model { get; } = Schema.Of(
        TheNetwork, "model", Architecture.Parse("lenet5"), Architecture.Parse, "The network; 'descent models' lists all", "NAME[:OPTIONS]");

    /// <summary>What training goes on from.</summary>
    public static Setting<string?> Weights { get; } = Schema.Text(
        TheNetwork, "weights", "A .safetensors file of a network with the same state names, which training goes on from", "FILE");

    /// <summary>What is not taken from <see cref="Weights"/>.</summary>
    public static Setting<NamePattern?> Replace { get; } = Schema.Of<NamePattern?>(
        TheNetwork, "replace", null, text => new(text), "What begins anew and not from --weights, such as a head for other classes: 'fc.*'", "NAMES", takesList: true);

    /// <summary>What keeps its values.</summary>
    public static Setting<NamePattern?> Freeze { get; } = Schema.Of<NamePattern?>(
        TheNetwork, "freeze", null, text => new(text), "Parameters to keep as they are: 'conv1.*,layer1.*', or '*' for all but those of --replace", "NAMES", takesList: true);

    /// <summary>Passes over the training set.</summary>
    public static Setting<int> Epochs { get; } = Schema.Whole(Learning, "epochs", 5, 1, 100_000, "Passes over the training images");

    /// <summary>Images per step.</summary>
    public static Setting<int> Batch { get; } = Schema.Whole(Learning, "batch", 64, 1, 1_000_000, "Images per step");

    /// <summary>The largest learning rate of the schedule.</summary>
    public static Setting<double?> LearningRate { get; } = Schema.NumberOr(
        Learning, "learning-rate", "one that suits the optimizer", NumberRange.Positive, "The peak of the cycle", "RATE");

    /// <summary>How parameters follow their gradients.</summary>
    public static Setting<OptimizerKind> Optimizer { get; } = Schema.Of(
        Learning, "optimizer", OptimizerKind.All[0], OptimizerKind.Parse, string.Join(", ", OptimizerKind.All.Select(kind => kind.Name)), "NAME");

    /// <summary>Where all random numbers come from.</summary>
    public static Setting<ulong> Seed { get; } = Schema.Seed(TheRun, "seed", 1, "Equal seeds give equal weights, bit for bit");

    /// <summary>Threads that compute.</summary>
    public static Setting<int?> Threads { get; } = Schema.WholeOr(
        TheRun, "threads", "all cores", 1, 256, "Threads that compute, on which results do not depend");

    /// <summary>The run's folder.</summary>
    public static Setting<string?> Out { get; } = Schema.Text(
        TheRun, "out", "The run's folder", "FOLDER", otherwise: "runs/DATA-MODEL-NNN", isRecorded: false);

    /// <summary>Whether a run that is there may be replaced.</summary>
    public static Setting<bool> Overwrite { get; } = Schema.Flag(TheRun, "overwrite", "Replace the run that --out already holds", isRecorded: false);

    /// <summary>How often a checkpoint is written.</summary>
    public static Setting<CheckpointInterval> CheckpointEvery { get; } = Schema.Of(
        TheRun, "checkpoint-every", CheckpointInterval.Default, CheckpointInterval.Parse,
        "How often a checkpoint is written besides at the end of each epoch: so many steps, or a time such as 30s, 10m or 1h", "INTERVAL");

    /// <summary>Whether each operation is computed when it is made.</summary>
    public static Setting<bool> Eager { get; } = Schema.Flag(
        TheRun, "eager", "Compute each operation when it is made: slower, the same weights, errors where they arise");

    /// <summary>Whether standard output is for programs.</summary>
    public static Setting<bool> Json { get; } = Schema.Flag(TheRun, "json", "Print one JSON object per line on standard output", isRecorded: false);
}
