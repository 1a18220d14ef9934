namespace Descent;

/// <summary>The measure that early stopping and a rate that falls at a plateau look at, after each epoch.</summary>
public enum MonitoredMetric
{
    /// <summary>The loss of the validation set; of the training set where there is none. Smaller is better.</summary>
    Loss,

    /// <summary>The accuracy on the validation set. Larger is better.</summary>
    Accuracy,
}

internal static class MonitoredMetrics
{
    public static double Of(this MonitoredMetric metric, EpochResult result) => metric == MonitoredMetric.Accuracy
        ? result.Validation?.Accuracy ?? double.NaN
        : result.Validation?.Loss ?? result.TrainingLoss;

    public static bool IsBetter(this MonitoredMetric metric, double value, double best) =>
        metric == MonitoredMetric.Accuracy ? value > best : value < best;

    public static double Worst(this MonitoredMetric metric) =>
        metric == MonitoredMetric.Accuracy ? double.NegativeInfinity : double.PositiveInfinity;
}
