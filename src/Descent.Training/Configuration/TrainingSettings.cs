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
    private const string TheData = "Data", TheNetwork = "Network", Learning = "Learning", Generalising = "Generalising", TheRun = "The run";

    // Declarations add themselves to it, so that it comes first.
    /// <summary>All of them, in order.</summary>
    public static SettingSchema Schema { get; } = new();

    /// <summary>Where training and test data comes from.</summary>
    public static Setting<DataSource> Data { get; } = Schema.Of(
        TheData, "data", DataSource.Parse("digits"), DataSource.Parse, $"Training and test data: {string.Join(", ", DataSource.Kinds)}", "KIND[:PATH]");

    /// <summary>Where named sets are looked for first.</summary>
    public static Setting<string?> DataDirectory { get; } = Schema.Text(
        TheData, "data-dir", "Where named data sets live; else $DESCENT_DATA and the user's cache are searched", "FOLDER");

    /// <summary>Whether named sets must be there.</summary>
    public static Setting<bool> Offline { get; } = Schema.Flag(
        TheData, "offline", "Use no network: a named data set that is not there ends the training", isRecorded: false);

    /// <summary>What is asked for named sets before their publishers.</summary>
    public static Setting<Uri?> Mirror { get; } = Schema.Of<Uri?>(
        TheData, "mirror", null, DataOptions.ParseMirror, "Where named data sets are fetched first: a data folder that is served, in a classroom for instance", "URL");

    /// <summary>What size the images of files get.</summary>
    public static Setting<ImageSize?> Size { get; } = Schema.Of<ImageSize?>(
        TheData, "size", null, ImageSize.Parse, "Height and width that the images of files get", "N|HxW",
        otherwise: "the size that all have, else that of the network's paper");

    /// <summary>How the images of files get that size.</summary>
    public static Setting<ImageFit> Fit { get; } = Schema.OneOf(
        TheData, "fit", ImageFit.Cover, "How the images of files get that size: scaled until they cover it, and the middle kept; or stretched to it, and nothing cut off");

    /// <summary>How many image files may be damaged.</summary>
    public static Setting<int> SkipBad { get; } = Schema.Whole(
        TheData, "skip-bad", 0, 0, int.MaxValue, "Image files that cannot be read and are left out, at most; each is named");

    /// <summary>What is fitted to the training set.</summary>
    public static Setting<PreprocessingKind> Preprocess { get; } = Schema.Of(
        TheData, "preprocess", PreprocessingKind.Standardize, PreprocessingKind.Parse,
        $"How inputs become numbers, fitted to the training set: {string.Join(", ", PreprocessingKind.Usages)}", "NAME[:NUMBERS]");

    /// <summary>What is done to the training images.</summary>
    public static Setting<Augmentation?> Augment { get; } = Schema.Of<Augmentation?>(
        TheData, "augment", null, Augmentation.Parse,
        $"Changes of the training images, anew in each epoch: {string.Join(", ", Augmentation.Known.Select(kind => kind.Usage))}", "NAME[:NUMBERS],...", takesList: true);

    /// <summary>Batches that are prepared at the same time.</summary>
    public static Setting<int?> Workers { get; } = Schema.WholeOr(
        TheData, "workers", "one for each core, at most 8", 1, 256, "Batches that are prepared at the same time, on which results do not depend");

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

    /// <summary>How parameters follow their gradients; by default as <see cref="Architecture.Recipe"/> says.</summary>
    public static Setting<OptimizerKind?> Optimizer { get; } = Schema.Of<OptimizerKind?>(
        Learning, "optimizer", null, OptimizerKind.Parse, string.Join(", ", OptimizerKind.All.Select(kind => kind.Name)), "NAME[:OPTIONS]",
        otherwise: "one that suits the network");

    /// <summary>The largest learning rate of the schedule.</summary>
    public static Setting<double?> LearningRate { get; } = Schema.NumberOr(
        Learning, "learning-rate", "one that suits the optimizer", NumberRange.Positive, "The peak of the schedule", "RATE");

    /// <summary>How the learning rate goes on from step to step.</summary>
    public static Setting<ScheduleKind?> Schedule { get; } = Schema.Of<ScheduleKind?>(
        Learning, "schedule", null, ScheduleKind.Parse, $"{string.Join(", ", ScheduleKind.All.Select(kind => kind.Name))}+…", "NAME[:OPTIONS]",
        otherwise: "one that suits the network");

    /// <summary>What is made small.</summary>
    public static Setting<LossKind?> Loss { get; } = Schema.Of<LossKind?>(
        Learning, "loss", null, LossKind.Parse, string.Join(", ", LossKind.All.Select(kind => kind.Name)), "NAME[:OPTIONS]",
        otherwise: "what suits the network and the data");

    /// <summary>Batches whose gradients make one step.</summary>
    public static Setting<int> Accumulate { get; } = Schema.Whole(
        Learning, "accumulate", 1, 1, 10_000, "Batches whose gradients make one step: as batches so many times as large, in the memory of one");

    /// <summary>The limit of the norm of all gradients.</summary>
    public static Setting<double?> ClipNorm { get; } = Schema.NumberOr(
        Learning, "clip-norm", null, NumberRange.Positive, "What all gradients together are shortened to where their norm is longer");

    /// <summary>The limit of each number of a gradient.</summary>
    public static Setting<double?> ClipValue { get; } = Schema.NumberOr(
        Learning, "clip-value", null, NumberRange.Positive, "What each number of a gradient is limited to on both sides");

    /// <summary>The part of the data that is held out.</summary>
    public static Setting<double> Validation { get; } = Schema.Number(
        Learning, "validation", 0.05, NumberRange.Part, "The part of the training data that is held out and measured after each epoch", "PART");

    /// <summary>The number of parts of a cross-validation.</summary>
    public static Setting<int?> Folds { get; } = Schema.WholeOr(
        Learning, "folds", null, 2, 1000, "Cross-validate: deal the training data into so many parts, train without each and measure on it, with mean and deviation");

    /// <summary>What a cross-validation compares.</summary>
    public static Setting<Sweep?> Sweep { get; } = Schema.Of<Sweep?>(
        Learning, "sweep", null, Descent.Sweep.Parse,
        "With --folds: values of a setting, or of an option of the network or the optimizer, to compare: 'weight-decay=0,0.001', 'k=1,3,5'", "NAME=VALUES");

    /// <summary>The share of each target that is spread over all classes.</summary>
    public static Setting<double> LabelSmoothing { get; } = Schema.Number(
        Generalising, "label-smoothing", 0, NumberRange.Share, "The share of each target that is spread over all classes", "PART");

    /// <summary>How much each class counts.</summary>
    public static Setting<ClassWeights?> Weighting { get; } = Schema.Of<ClassWeights?>(
        Generalising, "class-weights", null, ClassWeights.Parse, "How much each class counts in the loss: 'balanced', or a number for each", "WEIGHTS", takesList: true);

    /// <summary>The average of its weights that a network ends with.</summary>
    public static Setting<AverageKind?> Average { get; } = Schema.Of<AverageKind?>(
        Generalising, "average", null, AverageKind.Parse,
        "The average of its weights that the network ends with: 'ema:decay=0.999' over steps, 'swa:start=0.75' over the ends of epochs", "NAME[:OPTIONS]");

    /// <summary>Whether mirror images are asked about too, once the network is trained.</summary>
    public static Setting<bool> TestFlip { get; } = Schema.Flag(
        Generalising, "test-flip", "Average what the trained network says of each image and of its mirror image: in the test, 'evaluate' and 'predict'");

    /// <summary>How long a training may go on that does not become better.</summary>
    public static Setting<int?> Patience { get; } = Schema.WholeOr(
        Generalising, "patience", null, 1, 100_000, "Epochs in a row that may be no better before the training ends with its best weights");

    /// <summary>What <see cref="Patience"/> looks at.</summary>
    public static Setting<MonitoredMetric> Monitor { get; } = Schema.OneOf(
        Generalising, "monitor", MonitoredMetric.Loss, "What 'better' is measured by on the validation data");

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
