namespace Descent;

/// <summary>What one pass over a data set gives, before anything is made of it.</summary>
/// <param name="Count">Samples.</param>
/// <param name="Loss">Mean over all labels.</param>
/// <param name="LabelsPerSample">More than 1 where pixels or characters have labels, or a sample has several numbers to be learned.</param>
/// <param name="Classes">Numbers that the network gives for a sample, K: one for each class or target, one for yes or no.</param>
/// <param name="Scores">(N, K), row by row, before a softmax or sigmoid; empty where a sample has many classes.</param>
/// <param name="Labels">The class of each sample; empty where it has many, or numbers.</param>
internal sealed record EvaluationOutputs(int Count, double Loss, int LabelsPerSample, int Classes, float[] Scores, int[] Labels)
{
    /// <summary>Where a sample has many classes; else null.</summary>
    public ConfusionMatrix? Confusion { get; init; }

    /// <summary>The numbers to be learned of each sample, yes and no among them; else empty.</summary>
    public float[] Targets { get; init; } = [];

    /// <summary>The labels that are right; of numbers that are neither yes nor no none.</summary>
    public long CountCorrect(LearningTask task) => task switch
    {
        LearningTask.Regression => 0,
        LearningTask.BinaryClassification or LearningTask.MultiLabel =>
            Scores.Zip(Targets).LongCount(pair => pair.First >= 0 == pair.Second >= 0.5f),
        _ => Confusion?.Correct ?? Found().Zip(Labels).LongCount(pair => pair.First == pair.Second),
    };

    /// <summary>The class of the largest score of each row; the first of equal ones.</summary>
    public int[] Found()
    {
        int[] found = new int[Labels.Length];
        for (int i = 0; i < found.Length; i++)
        {
            // A score that is NaN is above none and below none, so that counting goes on: a report refuses it, a validation shows its loss.
            ReadOnlySpan<float> row = Scores.AsSpan(i * Classes, Classes);
            for (int k = 1; k < row.Length; k++)
            {
                found[i] = row[k] > row[found[i]] ? k : found[i];
            }
        }

        return found;
    }

    /// <summary>The sigmoid of each score.</summary>
    public float[] Sigmoids() => [.. Scores.Select(score => (float)(1 / (1 + Math.Exp(-(double)score))))];

    /// <summary>The softmax of each row.</summary>
    public float[] Probabilities()
    {
        float[] probabilities = new float[Scores.Length];
        for (int start = 0; start < Scores.Length; start += Classes)
        {
            ReadOnlySpan<float> row = Scores.AsSpan(start, Classes);
            float largest = row[0];
            double sum = 0;
            foreach (float score in row)
            {
                largest = Math.Max(largest, score);
            }

            foreach (float score in row)
            {
                sum += Math.Exp(score - largest);
            }

            for (int k = 0; k < row.Length; k++)
            {
                probabilities[start + k] = (float)(Math.Exp(row[k] - largest) / sum);
            }
        }

        return probabilities;
    }
}
