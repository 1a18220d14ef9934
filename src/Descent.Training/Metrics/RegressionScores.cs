namespace Descent;

/// <summary>How near predicted numbers are to the true ones.</summary>
/// <param name="R2">
/// The part of the targets' variance that is explained: <c>1 − Σ(y − ŷ)² / Σ(y − ȳ)²</c>, at most 1, and 0 where nothing is learnt but the mean.
/// Of targets that are all equal it is 1 where they are met exactly, else 0.
/// </param>
/// <param name="MeanSquaredError"><c>1/N·Σ(y − ŷ)²</c>.</param>
/// <param name="MeanAbsoluteError"><c>1/N·Σ|y − ŷ|</c>.</param>
/// <remarks>Wright, "Correlation and Causation", 1921. Of several outputs each is the plain mean over them, as scikit-learn.</remarks>
public readonly record struct RegressionScores(double R2, double MeanSquaredError, double MeanAbsoluteError)
{
    /// <summary>The root of the mean squared error, in the unit of the targets.</summary>
    public double RootMeanSquaredError => Math.Sqrt(MeanSquaredError);

    /// <summary>Of predictions and targets (N, outputs), row by row.</summary>
    /// <exception cref="ArgumentException">There is no sample, the rows do not fit, or a number is NaN.</exception>
    public static RegressionScores Of(ReadOnlySpan<float> predictions, ReadOnlySpan<float> targets, int outputs = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputs);
        int count = targets.Length / outputs;
        if (predictions.Length != targets.Length)
        {
            throw new ArgumentException($"regression: {predictions.Length} predictions and {targets.Length} targets do not pair up.", nameof(predictions));
        }

        ScoreRows y = new("regression, targets", targets, count), found = new("regression, predictions", predictions, count);
        double r2 = 0, squares = 0, distances = 0;
        for (int k = 0; k < outputs; k++)
        {
            double mean = 0, own = 0, total = 0;
            for (int i = 0; i < count; i++)
            {
                mean += (double)y[i][k] / count;
            }

            for (int i = 0; i < count; i++)
            {
                double error = (double)y[i][k] - found[i][k], spread = y[i][k] - mean;
                own += error * error;
                total += spread * spread;
                distances += Math.Abs(error);
            }

            squares += own;
            r2 += total > 0 ? 1 - (own / total) : own == 0 ? 1 : 0;
        }

        return new(r2 / outputs, squares / targets.Length, distances / targets.Length);
    }
}
