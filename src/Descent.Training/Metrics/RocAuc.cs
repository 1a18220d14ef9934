namespace Descent;

/// <summary>
/// The area under the receiver operating characteristic: the probability that a positive sample scores higher than a negative one, a tie
/// counting half.
/// </summary>
/// <remarks>
/// By ranks: <c>(R − P·(P + 1) / 2) / (P·N)</c> with R the sum of the positives' ranks from 1, equal scores sharing their mean rank, P positives
/// and N negatives. Of scores that say nothing it is ½. Mann and Whitney, 1947; Fawcett, "An Introduction to ROC Analysis", 2006.
/// </remarks>
public static class RocAuc
{
    /// <summary>Of a score for each sample; null where all samples are positive or none is.</summary>
    /// <exception cref="ArgumentException">There are not as many of both, or a score is NaN.</exception>
    public static double? Binary(ReadOnlySpan<float> scores, ReadOnlySpan<bool> isPositive)
    {
        _ = new ScoreRows("ROC AUC", scores, isPositive.Length);
        float[] sorted = scores.ToArray();
        bool[] positive = isPositive.ToArray();
        Array.Sort(sorted, positive);
        double rankSum = 0;
        long positives = 0;
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            int tied = 0;
            for (end = start; end < sorted.Length && sorted[end] == sorted[start]; end++)
            {
                tied += positive[end] ? 1 : 0;
            }

            // Ranks start + 1 … end, each tied sample at their mean.
            rankSum += tied * (start + 1 + end) / 2.0;
            positives += tied;
        }

        long negatives = sorted.Length - positives;
        return positives == 0 || negatives == 0 ? null : (rankSum - (positives * (positives + 1) / 2.0)) / ((double)positives * negatives);
    }

    /// <summary>Of each class against all others by its own score; null of a class that all samples are of, or none is.</summary>
    /// <exception cref="ArgumentException">The rows do not fit the labels, a score is NaN, or a label names no class.</exception>
    public static double?[] OneVersusRest(ReadOnlySpan<float> scores, ReadOnlySpan<int> labels)
    {
        var rows = new ScoreRows("ROC AUC", scores, labels);
        var areas = new double?[rows.Classes];
        bool[] isPositive = new bool[rows.Count];
        for (int k = 0; k < areas.Length; k++)
        {
            for (int i = 0; i < isPositive.Length; i++)
            {
                isPositive[i] = labels[i] == k;
            }

            areas[k] = Binary(rows.Column(k), isPositive);
        }

        return areas;
    }

    /// <summary>The plain mean of <see cref="OneVersusRest"/> over the classes that have an area; null where none has.</summary>
    /// <inheritdoc cref="OneVersusRest" path="/exception"/>
    public static double? Macro(ReadOnlySpan<float> scores, ReadOnlySpan<int> labels) => OneVersusRest(scores, labels).Average();
}
