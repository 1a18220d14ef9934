namespace Descent;

/// <summary>
/// A network of the catalogue: its name, the images and classes of its paper, its options, and how it is built for images of a shape.
/// </summary>
internal sealed record ArchitectureKind(
    string Name, string Description, Shape Input, int Classes, ChoiceOption[] Options, ArchitectureKind.Builder Build) : IChoiceKind
{
    /// <summary>What it is made for.</summary>
    public LearningTask Task { get; init; }

    /// <summary>How it is trained where nothing else is asked for.</summary>
    public TrainingRecipe Recipe { get; init; } = TrainingRecipe.Default;

    /// <summary>How it learns from all examples at once; null where it is trained by steps.</summary>
    public Action<Layer, Architecture, IDataset>? Fit { get; init; }

    /// <summary>Throws an <see cref="ArgumentException"/> where the network cannot take such images.</summary>
    public delegate Layer Builder(Architecture options, Shape imageShape, int classes, Rng rng);
}
