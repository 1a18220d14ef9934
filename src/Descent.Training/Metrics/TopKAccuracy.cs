namespace Descent;

/// <summary>The part of samples whose label is among the k largest scores, in [0, 1].</summary>
/// <remarks>
/// Of equal scores the class of the smaller number is larger, so that k = 1 is the accuracy of the first largest score.
/// Krizhevsky, Sutskever and Hinton, "ImageNet Classification with Deep Convolutional Neural Networks", NIPS 2012.
/// </remarks>
public static class TopKAccuracy
{
    /// <summary>Of scores (N, K), row by row, and a label for each row.</summary>
    /// <exception cref="ArgumentException">The rows do not fit the labels, a score is NaN, or a label names no class.</exception>
    /// <exception cref="ArgumentOutOfRangeException">k is below 1.</exception>
    public static double Of(ReadOnlySpan<float> scores, ReadOnlySpan<int> labels, int k)
    {
        var rows = new ScoreRows("top-k accuracy", scores, labels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        int right = 0;
        for (int i = 0; i < rows.Count; i++)
        {
            right += RankOf(labels[i], rows[i]) < k ? 1 : 0;
        }

        return (double)right / rows.Count;
    }

    /// <summary>How many classes stand before this one.</summary>
    private static int RankOf(int label, ReadOnlySpan<float> row)
    {
        int before = 0;
        for (int k = 0; k < row.Length; k++)
        {
            before += row[k] > row[label] || (row[k] == row[label] && k < label) ? 1 : 0;
        }

        return before;
    }
}
