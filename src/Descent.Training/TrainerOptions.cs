namespace Descent;

/// <summary>How a <see cref="Trainer"/> trains. The defaults need no tuning for small images.</summary>
public sealed record TrainerOptions
{
    /// <summary>Passes over the training set.</summary>
    public int Epochs { get; init; } = 5;

    /// <summary>Images per step; the last step of an epoch may have fewer.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>The part of the training set that is held out to validate on after each epoch, in [0, 1); 0 trains on everything.</summary>
    public double ValidationPart { get; init; } = 0.05;

    /// <summary>What is made small; by default what the network says itself, or else what suits the data's task.</summary>
    public LossKind? Loss { get; init; }

    /// <summary>The share of each target that is spread over all classes, in [0, 1].</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>How much each class counts in the loss; all the same where none are given.</summary>
    public ClassWeights? ClassWeights { get; init; }

    /// <summary>The learning rate by step; that of <see cref="ScheduleKind"/> where none is given.</summary>
    public Schedule? Schedule { get; init; }

    /// <summary>The learning rate as it rises and falls to and from the optimizer's own; one cycle where none is given.</summary>
    public ScheduleKind? ScheduleKind { get; init; }

    /// <summary>The norm that all gradients together are shortened to where it is longer; null: no limit.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>What each number of a gradient is limited to on both sides; null: no limit.</summary>
    public double? ClipValue { get; init; }

    /// <summary>Batches whose gradients make one step: as a batch so many times as large, in the memory of one.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>The average of its weights that the network is validated with and ends with; null: the weights themselves.</summary>
    public AverageKind? Average { get; init; }

    /// <summary>What is fitted to the training set, once the validation set is held out; null keeps the preprocessing of the data set.</summary>
    public PreprocessingKind? Preprocess { get; init; }

    /// <summary>What is done to the training images, anew in each epoch; null: nothing.</summary>
    public Augmentation? Augmentation { get; init; }

    /// <summary>Batches that are prepared at the same time; null: as <see cref="Batches.DefaultWorkers"/>.</summary>
    public int? Workers { get; init; }

    /// <summary>Builds every step anew instead of replaying a compiled one: slower, and errors come from the line that made them.</summary>
    public bool Eager { get; init; }
}
