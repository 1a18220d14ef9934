namespace Descent;

/// <summary>How well each of several labels that a sample may have is found.</summary>
/// <param name="Labels">Precision, recall and F1 of each label, of scores above the threshold.</param>
/// <param name="SubsetAccuracy">The part of samples of which every label is right.</param>
/// <param name="HammingLoss">The part of all labels of all samples that is wrong.</param>
/// <param name="AveragePrecisions">See <see cref="AveragePrecision.OfLabels"/>.</param>
/// <remarks>Tsoumakas and Katakis, "Multi-Label Classification: An Overview", 2007.</remarks>
public sealed record MultiLabelScores(
    IReadOnlyList<ClassScores> Labels, double SubsetAccuracy, double HammingLoss, IReadOnlyList<double?> AveragePrecisions)
{
    /// <summary>The mean of the average precisions over the labels that have one; null where none has.</summary>
    public double? MeanAveragePrecision => AveragePrecisions.Average();

    /// <summary>Of probabilities and truths (N, K), row by row.</summary>
    /// <exception cref="ArgumentException">The rows do not fit, or a probability is NaN.</exception>
    public static MultiLabelScores Of(ReadOnlySpan<float> probabilities, ReadOnlySpan<bool> truths, int count, double threshold = 0.5)
    {
        double?[] precisions = AveragePrecision.OfLabels(probabilities, truths, count);
        int labels = precisions.Length;
        long[] right = new long[labels], found = new long[labels], support = new long[labels];
        long wrong = 0, whole = 0;
        for (int i = 0; i < count; i++)
        {
            long before = wrong;
            for (int k = 0; k < labels; k++)
            {
                bool says = probabilities[(i * labels) + k] > threshold, isTrue = truths[(i * labels) + k];
                found[k] += says ? 1 : 0;
                support[k] += isTrue ? 1 : 0;
                right[k] += says && isTrue ? 1 : 0;
                wrong += says != isTrue ? 1 : 0;
            }

            whole += wrong == before ? 1 : 0;
        }

        return new(
            [.. right.Select((n, k) => ClassScores.Of(n, found[k], support[k]))],
            (double)whole / count,
            (double)wrong / count / labels,
            precisions);
    }
}
