namespace Descent;

/// <summary>Samples whose confidence, the largest probability, lies in one interval.</summary>
/// <param name="From">Confidences above this,</param>
/// <param name="To">and up to this.</param>
/// <param name="Count">Samples.</param>
/// <param name="Confidence">Their mean confidence; 0 where there is none.</param>
/// <param name="Accuracy">The part of them that is right; 0 where there is none.</param>
public readonly record struct ReliabilityBin(double From, double To, long Count, double Confidence, double Accuracy);

/// <summary>Whether a network is as often right as it is sure: the samples by confidence, and how far both lie apart.</summary>
/// <remarks>
/// The expected calibration error is <c>Σ n(b)/N·|accuracy(b) − confidence(b)|</c> over intervals b of equal width, the greatest one the maximum
/// calibration error. Naeini, Cooper and Hauskrecht, AAAI 2015; Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, with its 15
/// intervals.
/// </remarks>
public sealed class Calibration
{
    private Calibration(IReadOnlyList<ReliabilityBin> bins, long count)
    {
        Bins = bins;
        ExpectedError = bins.Sum(bin => (double)bin.Count / count * Gap(bin));
        MaximumError = bins.Max(Gap);
    }

    /// <summary>From the least confident to the most.</summary>
    public IReadOnlyList<ReliabilityBin> Bins { get; }

    /// <summary>In [0, 1]; 0 where accuracy and confidence agree everywhere.</summary>
    public double ExpectedError { get; }

    /// <summary>Of the interval with the greatest difference.</summary>
    public double MaximumError { get; }

    /// <summary>Of probabilities (N, K), row by row, and a label for each row.</summary>
    /// <exception cref="ArgumentException">
    /// The rows do not fit the labels, a probability is NaN or outside [0, 1], or a label names no class.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">There are less than 1 interval.</exception>
    public static Calibration Of(ReadOnlySpan<float> probabilities, ReadOnlySpan<int> labels, int bins = 15)
    {
        var rows = new ScoreRows("calibration error", probabilities, labels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bins);
        long[] counts = new long[bins], right = new long[bins];
        double[] sums = new double[bins];
        for (int i = 0; i < rows.Count; i++)
        {
            int best = rows.Best(i);
            double confidence = rows[i][best];

            // Rounding may carry a softmax a little above 1.
            if (confidence is < 0 or > 1 + 1e-5)
            {
                throw new ArgumentException(
                    $"calibration error: sample {i} has probability {confidence}; scores become probabilities by a softmax.", nameof(probabilities));
            }

            int bin = Math.Clamp((int)Math.Ceiling(confidence * bins) - 1, 0, bins - 1);
            counts[bin]++;
            sums[bin] += confidence;
            right[bin] += best == labels[i] ? 1 : 0;
        }

        return new(
            [.. counts.Select((n, b) => new ReliabilityBin(
                (double)b / bins, (b + 1.0) / bins, n, n == 0 ? 0 : sums[b] / n, n == 0 ? 0 : (double)right[b] / n))],
            rows.Count);
    }

    private static double Gap(ReliabilityBin bin) => Math.Abs(bin.Accuracy - bin.Confidence);
}
