namespace Descent;

/// <summary>What a network says of one image.</summary>
/// <param name="Class">The class of the largest logit.</param>
/// <param name="Probability">Its softmax probability.</param>
/// <param name="Label">The label that the data set gives.</param>
public sealed record Prediction(int Class, double Probability, int Label)
{
    /// <summary>The probability of each class.</summary>
    public IReadOnlyList<float> Probabilities { get; init; } = [];

    /// <summary>
    /// The predictions for all images of a data set, in order. The images are seen under the classifier's own preprocessing.
    /// </summary>
    /// <exception cref="ArgumentException">The images have another shape than those that the network was trained on, or an index names
    /// none.</exception>
    public static IReadOnlyList<Prediction> Of(Classifier classifier, IDataset data, IEnumerable<int>? indices = null, int batchSize = 250)
    {
        IDataset seen = classifier.Adapt(new Subset(data, indices));
        bool isYesOrNo = seen.Task == LearningTask.BinaryClassification;
        if (!isYesOrNo && (seen.LabelShape.Rank > 0 || seen.LabelType == DType.F32))
        {
            throw new ArgumentException(
                $"The network is made for {classifier.Task.InWords()}, which is no single class to predict; 'evaluate' measures it"
                + (classifier.Task == LearningTask.NextCharacter ? ", 'sample' writes with it." : "."));
        }

        EvaluationOutputs outputs = new EvaluationStep(classifier.Model, classifier.TestFlip).Outputs(seen, batchSize, CancellationToken.None);
        float[] probabilities = isYesOrNo ? [.. outputs.Sigmoids().SelectMany(yes => (float[])[1 - yes, yes])] : outputs.Probabilities();
        int classes = classifier.ClassNames.Count;
        return [.. Enumerable.Range(0, seen.Count).Select(i =>
        {
            float[] own = probabilities[(i * classes)..((i + 1) * classes)];
            int best = own.IndexOf(own.Max());
            return new Prediction(best, own[best], seen.Label(i)) { Probabilities = own };
        })];
    }
}
