namespace Descent;

/// <summary>The mean negative logarithm of the label's probability: <c>−1/N·Σ ln p(label)</c>, the cross-entropy of the truth.</summary>
/// <remarks>Probabilities are taken as at least f32's 1.2·10⁻⁷, as scikit-learn does, so that one sure mistake costs 15.9 and not infinitely much.</remarks>
public static class LogLoss
{
    private const float Smallest = 1.1920929e-07f;

    /// <summary>Of probabilities (N, K), row by row, and a label for each row.</summary>
    /// <exception cref="ArgumentException">The rows do not fit the labels, a probability is NaN, or a label names no class.</exception>
    public static double Of(ReadOnlySpan<float> probabilities, ReadOnlySpan<int> labels)
    {
        var rows = new ScoreRows("log loss", probabilities, labels);
        double sum = 0;
        for (int i = 0; i < rows.Count; i++)
        {
            sum -= Math.Log(Math.Clamp(rows[i][labels[i]], Smallest, 1 - Smallest));
        }

        return sum / rows.Count;
    }
}
