namespace Descent;

/// <summary>How a network does on a data set.</summary>
/// <param name="Count">Images.</param>
/// <param name="Correct">Labels whose logit is the largest: of images, or of pixels or characters where each has one.</param>
/// <param name="Loss">Mean cross-entropy of all labels; of a network that has an objective of its own, that.</param>
public sealed record Evaluation(int Count, long Correct, double Loss)
{
    /// <summary>Pixels of an image, or characters of a text, where each has a label; else 1.</summary>
    public int LabelsPerImage { get; init; } = 1;

    /// <summary>
    /// The mean over classes of the pixels that are of the class and found, by those that are of the class or taken for it; in [0, 1]. Classes
    /// that neither occur nor are found do not count. Null where pixels have no labels.
    /// </summary>
    public double? MeanIntersectionOverUnion { get; init; }

    /// <summary>See <see cref="RegressionScores.R2"/>; NaN where an output is not finite, null where classes are learned.</summary>
    public double? R2 { get; init; }

    /// <summary>The part of the labels that is right, in [0, 1]; of numbers none is right or wrong, and it is 0.</summary>
    public double Accuracy => (double)Correct / Count / LabelsPerImage;

    /// <summary>Runs the network over all images.</summary>
    /// <param name="model">The network.</param>
    /// <param name="data">What it is asked about.</param>
    /// <param name="batchSize">Samples at once.</param>
    /// <param name="testFlip">Whether it is asked about each image's mirror image too, and its scores for both averaged.</param>
    /// <exception cref="InvalidOperationException">The network is in training mode, where dropout and batch statistics would falsify the
    /// result.</exception>
    /// <exception cref="ArgumentException">The data set is empty, or its mirror images make no sense.</exception>
    public static Evaluation Of(Layer model, IDataset data, int batchSize = 250, bool testFlip = false) =>
        new EvaluationStep(model, testFlip).Run(data, batchSize, CancellationToken.None);

    /// <summary>What is larger where a network is better: the accuracy, or R² where numbers are learned.</summary>
    public double Score => R2 ?? Accuracy;

    internal static Evaluation From(EvaluationOutputs outputs, LearningTask task) => new(outputs.Count, outputs.CountCorrect(task), outputs.Loss)
    {
        LabelsPerImage = outputs.LabelsPerSample,
        MeanIntersectionOverUnion = task == LearningTask.Segmentation ? outputs.Confusion!.MeanIntersectionOverUnion : null,
        R2 = task == LearningTask.Regression ? R2Of(outputs) : null,
    };

    private static double R2Of(EvaluationOutputs outputs) => Array.TrueForAll(outputs.Scores, float.IsFinite)
        ? RegressionScores.Of(outputs.Scores, outputs.Targets, outputs.Classes).R2
        : double.NaN;
}

/// <summary>Evaluation as a shortcut on the network itself.</summary>
public static class EvaluationExtensions
{
    /// <summary>The part of the images that the network classifies rightly, in [0, 1]: <c>model.Eval().Accuracy(test)</c>.</summary>
    /// <inheritdoc cref="Evaluation.Of" path="/exception"/>
    public static double Accuracy(this Layer model, IDataset data, int batchSize = 250) => Evaluation.Of(model, data, batchSize).Accuracy;
}
