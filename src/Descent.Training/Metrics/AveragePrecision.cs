namespace Descent;

/// <summary>The mean precision over all recalls: <c>Σ (Rₙ − Rₙ₋₁)·Pₙ</c> over thresholds n from the highest score on.</summary>
/// <remarks>
/// Pₙ and Rₙ are precision and recall of the samples that score at least the n-th distinct score, so that samples of equal scores enter together.
/// Nothing is interpolated. Salton and McGill, "Introduction to Modern Information Retrieval", 1983; as scikit-learn.
/// </remarks>
public static class AveragePrecision
{
    /// <summary>Of a score for each sample; null where none is positive.</summary>
    /// <exception cref="ArgumentException">There are not as many of both, or a score is NaN.</exception>
    public static double? Of(ReadOnlySpan<float> scores, ReadOnlySpan<bool> isPositive)
    {
        _ = new ScoreRows("average precision", scores, isPositive.Length);
        float[] sorted = scores.ToArray();
        bool[] positive = isPositive.ToArray();
        Array.Sort(sorted, positive);
        long seen = 0, right = 0;
        double sum = 0;
        for (int end = sorted.Length - 1, start; end >= 0; end = start)
        {
            long entered = 0;
            for (start = end; start >= 0 && sorted[start] == sorted[end]; start--)
            {
                seen++;
                entered += positive[start] ? 1 : 0;
            }

            right += entered;
            sum += entered * ((double)right / seen);
        }

        return right == 0 ? null : sum / right;
    }

    /// <summary>Of each label of samples that may have several: scores and truths (N, K), row by row; null of a label that no sample has.</summary>
    /// <exception cref="ArgumentException">The rows do not fit, or a score is NaN.</exception>
    public static double?[] OfLabels(ReadOnlySpan<float> scores, ReadOnlySpan<bool> isPositive, int count)
    {
        var rows = new ScoreRows("average precision", scores, count);
        if (isPositive.Length != scores.Length)
        {
            throw new ArgumentException($"average precision: {scores.Length} scores and {isPositive.Length} truths do not pair up.", nameof(isPositive));
        }

        var precisions = new double?[rows.Classes];
        bool[] column = new bool[count];
        for (int k = 0; k < precisions.Length; k++)
        {
            for (int i = 0; i < count; i++)
            {
                column[i] = isPositive[(i * rows.Classes) + k];
            }

            precisions[k] = Of(rows.Column(k), column);
        }

        return precisions;
    }
}
