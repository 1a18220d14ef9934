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

    /// <summary>The share of each target that is spread over all classes, in [0, 1].</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>The learning rate by step; one cycle with the optimizer's rate as its peak where none is given.</summary>
    public Schedule? Schedule { get; init; }

    /// <summary>Builds every step anew instead of replaying a compiled one: slower, and errors come from the line that made them.</summary>
    public bool Eager { get; init; }
}
