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
        if (seen.LabelShape.Rank > 0)
        {
            throw new ArgumentException(
                $"The network is made for {classifier.Architecture.Task.InWords()}, which is no single class to predict; 'evaluate' measures it"
                + (classifier.Architecture.Task == LearningTask.NextCharacter ? ", 'sample' writes with it." : "."));
        }

        var predictions = new List<Prediction>(seen.Count);
        Device device = classifier.Model.DeviceOf();
        foreach ((Tensor images, Tensor _) in seen.InOrder(batchSize, device))
        {
            int classes = classifier.ClassNames.Count;
            float[] probabilities = classifier.Model.Forward(images).Softmax().ToArray<float>();
            for (int start = 0; start < probabilities.Length; start += classes)
            {
                ReadOnlySpan<float> row = probabilities.AsSpan(start, classes);
                int best = IndexOfMax(row);
                predictions.Add(new(best, row[best], seen.Label(predictions.Count)) { Probabilities = row.ToArray() });
            }
        }

        return predictions;
    }

    private static int IndexOfMax(ReadOnlySpan<float> row)
    {
        int best = 0;
        for (int i = 1; i < row.Length; i++)
        {
            best = row[i] > row[best] ? i : best;
        }

        return best;
    }
}
