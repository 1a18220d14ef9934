namespace Descent;

/// <summary>What a network says of one example that has numbers for targets, or any number of classes.</summary>
/// <param name="Values">The numbers; of classes the probability of each.</param>
/// <param name="Targets">What the data set gives: the true numbers, or 1 for each class that the example has, else 0.</param>
public sealed record TargetPrediction(IReadOnlyList<float> Values, IReadOnlyList<float> Targets)
{
    /// <summary>Whether the network learns what this predicts, and not what <see cref="Prediction"/> does.</summary>
    public static bool Suits(LearningTask task) => task is LearningTask.Regression or LearningTask.MultiLabel;

    /// <summary>
    /// The predictions for all examples of a data set, in order. They are seen under the classifier's own preprocessing.
    /// </summary>
    /// <exception cref="ArgumentException">The network is made for another task, the examples have another shape than those that it was trained on, or
    /// an index names none.</exception>
    public static IReadOnlyList<TargetPrediction> Of(Classifier classifier, IDataset data, IEnumerable<int>? indices = null, int batchSize = 250)
    {
        IDataset seen = classifier.Adapt(new Subset(data, indices));
        if (!Suits(seen.Task))
        {
            throw new ArgumentException($"The network is made for {classifier.Task.InWords()}, and not for numbers or any number of classes.");
        }

        EvaluationOutputs outputs = new EvaluationStep(classifier.Model, classifier.TestFlip).Outputs(seen, batchSize, CancellationToken.None);
        float[] values = seen.Task == LearningTask.MultiLabel ? outputs.Sigmoids() : outputs.Scores;
        int each = outputs.Classes;
        return [.. Enumerable.Range(0, seen.Count).Select(i => new TargetPrediction(
            values[(i * each)..((i + 1) * each)], outputs.Targets[(i * each)..((i + 1) * each)]))];
    }
}
