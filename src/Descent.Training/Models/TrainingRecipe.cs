namespace Descent;

/// <summary>How a family of networks is trained where nothing else is asked for.</summary>
/// <param name="Optimizer">As <c>--optimizer</c> takes it.</param>
/// <param name="LearningRate">The peak of its schedule, for batches of 64.</param>
/// <param name="Schedule">As <c>--schedule</c> takes it.</param>
public sealed record TrainingRecipe(OptimizerKind Optimizer, double LearningRate, ScheduleKind Schedule)
{
    /// <summary>As <c>--loss</c> takes it; null for that of the data's task.</summary>
    public LossKind? Loss { get; init; }

    /// <summary>As <c>--clip-norm</c> takes it; null for no limit.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>Adam with one cycle: needs no tuning for small images.</summary>
    internal static TrainingRecipe Default { get; } = Of("adam", 3e-3, "one-cycle");

    /// <summary>Networks with batch normalisation: momentum, decay and one cycle. He et al. 2015, section 4.2, with the schedule of Smith and Topin.</summary>
    internal static TrainingRecipe Normed { get; } = Of("sgd:weight-decay=0.0005", 0.1, "one-cycle");

    /// <summary>As <see cref="Normed"/>, at a rate for few epochs of large batches.</summary>
    internal static TrainingRecipe Fast { get; } = Of("sgd:weight-decay=0.0005", 0.5, "one-cycle:rise=0.25");

    /// <summary>Deep networks without normalisation: momentum and a smaller rate. Simonyan and Zisserman 2014, section 3.1.</summary>
    internal static TrainingRecipe Plain { get; } = Of("sgd:weight-decay=0.0005", 0.02, "one-cycle") with { ClipNorm = 5 };

    /// <summary>
    /// Transformers: decoupled decay, and a rate that rises first. Touvron et al., "Training data-efficient image transformers", 2021, table 9.
    /// </summary>
    internal static TrainingRecipe Transformer { get; } = Of("adamw:weight-decay=0.05", 1e-3, "one-cycle") with { ClipNorm = 1 };

    /// <summary>Recurrent networks: their gradients explode now and then. Pascanu et al., ICML 2013.</summary>
    internal static TrainingRecipe Recurrent { get; } = Of("adam", 3e-3, "one-cycle") with { ClipNorm = 5 };

    /// <summary>Linear classifiers of many inputs: a small rate that falls.</summary>
    internal static TrainingRecipe Linear { get; } = Of("adam", 1e-3, "cosine");

    /// <summary>Rosenblatt's rule, whose rate only scales the weights.</summary>
    internal static TrainingRecipe Perceptron { get; } = Of("sgd:momentum=0,nesterov=no", 0.01, "cosine") with { Loss = LossKind.Parse("perceptron") };

    private static TrainingRecipe Of(string optimizer, double rate, string schedule) =>
        new(OptimizerKind.Parse(optimizer), rate, ScheduleKind.Parse(schedule));
}
