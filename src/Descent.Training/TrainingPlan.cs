namespace Descent;

/// <summary>How a training goes that settings ask for: what they leave open is what suits the network.</summary>
public sealed class TrainingPlan
{
    /// <summary>Images that a network begins from, where it does (<see cref="IDataInitialized"/>).</summary>
    private const int InitialImages = 1024;

    /// <summary>What says how steps are taken, and so nothing to a model that learns from all examples at once.</summary>
    private static readonly Setting[] s_ofSteps =
    [
        TrainingSettings.Augment, TrainingSettings.Weights, TrainingSettings.Replace, TrainingSettings.Freeze,
        TrainingSettings.Epochs, TrainingSettings.Batch, TrainingSettings.Optimizer, TrainingSettings.LearningRate, TrainingSettings.Schedule,
        TrainingSettings.Loss, TrainingSettings.Accumulate, TrainingSettings.ClipNorm, TrainingSettings.ClipValue, TrainingSettings.Validation,
        TrainingSettings.LabelSmoothing, TrainingSettings.Weighting, TrainingSettings.Average, TrainingSettings.Patience, TrainingSettings.Monitor,
        TrainingSettings.CheckpointEvery, TrainingSettings.Eager,
    ];

    private TrainingPlan(SettingValues settings, OptimizerKind optimizer, double learningRate, TrainerOptions options)
    {
        (Settings, Optimizer, LearningRate, Options) = (settings, optimizer, learningRate, options);
    }

    /// <summary>The settings with all that was left open, so that they repeat the training.</summary>
    public SettingValues Settings { get; }

    /// <summary>How parameters follow their gradients.</summary>
    public OptimizerKind Optimizer { get; }

    /// <summary>The largest rate of the schedule.</summary>
    public double LearningRate { get; }

    /// <summary>What the trainer is told.</summary>
    public TrainerOptions Options { get; }

    /// <summary>The settings that change something of how such a network is trained.</summary>
    internal static IEnumerable<Setting> UsedBy(Architecture architecture) => TrainingSettings.Schema.All.Except(architecture.IsFitted ? s_ofSteps : []);

    /// <summary>Refuses a setting that somebody has set and that would change nothing.</summary>
    /// <exception cref="ArgumentException">There is one; the message names it.</exception>
    public static void ThrowIfUnused(SettingValues settings)
    {
        Architecture architecture = settings.Get(TrainingSettings.Model);
        if (architecture.IsFitted && Array.Find(s_ofSteps, settings.IsGiven) is { } unused)
        {
            throw new ArgumentException(
                $"The model '{architecture.Name}' learns from all examples at once and takes no steps: --{unused.Name} would change nothing, leave it out.");
        }
    }

    /// <summary>The plan of a training.</summary>
    public static TrainingPlan Of(SettingValues settings)
    {
        TrainingRecipe recipe = settings.Get(TrainingSettings.Model).Recipe;
        OptimizerKind optimizer = settings.Get(TrainingSettings.Optimizer) ?? recipe.Optimizer;
        double rate = settings.Get(TrainingSettings.LearningRate)
            ?? (settings.IsGiven(TrainingSettings.Optimizer) ? optimizer.LearningRate : recipe.LearningRate);
        ScheduleKind schedule = settings.Get(TrainingSettings.Schedule) ?? (optimizer.SearchesByItself ? ScheduleKind.Parse("constant") : recipe.Schedule);
        LossKind? loss = settings.Get(TrainingSettings.Loss) ?? recipe.Loss;
        double? clipNorm = settings.Get(TrainingSettings.ClipNorm) ?? (optimizer.SearchesByItself ? null : recipe.ClipNorm);
        settings = settings.With(TrainingSettings.Optimizer, optimizer).With(TrainingSettings.LearningRate, rate)
            .With(TrainingSettings.Schedule, schedule).With(TrainingSettings.Loss, loss).With(TrainingSettings.ClipNorm, clipNorm);
        return new(settings, optimizer, rate, new TrainerOptions
        {
            Epochs = settings.Get(TrainingSettings.Epochs),
            BatchSize = settings.Get(TrainingSettings.Batch),
            ValidationPart = settings.Get(TrainingSettings.Validation),
            Loss = loss,
            LabelSmoothing = settings.Get(TrainingSettings.LabelSmoothing),
            ClassWeights = settings.Get(TrainingSettings.Weighting),
            ScheduleKind = schedule,
            ClipNorm = clipNorm,
            ClipValue = settings.Get(TrainingSettings.ClipValue),
            Accumulate = settings.Get(TrainingSettings.Accumulate),
            Average = settings.Get(TrainingSettings.Average),
            Preprocess = settings.Get(TrainingSettings.Preprocess),
            Augmentation = settings.Get(TrainingSettings.Augment),
            Workers = settings.Get(TrainingSettings.Workers),
            Eager = settings.Get(TrainingSettings.Eager),
        });
    }

    /// <summary>The trainer of a network on data, and what the settings say it is told to besides.</summary>
    /// <param name="model">The network.</param>
    /// <param name="trained">The parameters that are to change.</param>
    /// <param name="data">What it is trained on and validated with.</param>
    /// <param name="rng">Where all draws come from.</param>
    /// <param name="validation">What to validate on, where it comes apart.</param>
    /// <param name="further">Who else is told how it goes.</param>
    /// <exception cref="ArgumentException">The settings do not fit the data or each other.</exception>
    public Trainer Trainer(Layer model, IReadOnlyList<Parameter> trained, IDataset data, Rng rng, IDataset? validation = null, params IEnumerable<TrainerCallback> further)
    {
        if (Settings.Get(TrainingSettings.Monitor) == MonitoredMetric.Accuracy && data.Task == LearningTask.Regression)
        {
            throw new ArgumentException("Numbers are not right or wrong: --monitor accuracy has nothing to look at, leave it out.");
        }

        EarlyStopping[] stopping = Settings.Get(TrainingSettings.Patience) is { } patience ? [new(patience, Settings.Get(TrainingSettings.Monitor))] : [];
        Trainer trainer = new(model, Optimizer.Create(trained, LearningRate, rng), data, rng, Options, validation) { Callbacks = [.. stopping, .. further] };
        if (model is IDataInitialized beginner && New(model) is { Count: > 0 } cells)
        {
            beginner.InitializeFrom(Sample(trainer.TrainingSet, rng.Device), cells.Contains);
        }

        return trainer;
    }

    /// <summary>What of a network begins anew: all of it, or where it goes on from weights what replaces some of them.</summary>
    private HashSet<Cell> New(Layer model)
    {
        bool goesOn = Settings.Get(TrainingSettings.Weights) is not null;
        NamePattern? replaced = Settings.Get(TrainingSettings.Replace);
        return [.. model.State().Where(cell => !goesOn || replaced?.Matches(cell.Key) == true).Select(cell => cell.Value)];
    }

    /// <summary>Examples from everywhere in the set, also where it is sorted.</summary>
    private static Tensor Sample(IDataset data, Device device)
    {
        int count = Math.Min(InitialImages, data.Count);
        return new Subset(data, Enumerable.Range(0, count).Select(i => (int)((long)i * data.Count / count))).InOrder(count, device).First().Images;
    }
}
