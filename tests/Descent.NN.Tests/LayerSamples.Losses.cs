namespace Descent.Tests;

internal static partial class LayerSamples
{
    private static readonly LossReduction[] s_reductions = [LossReduction.Mean, LossReduction.Sum, LossReduction.None];

    // Sums are over the classes of a row and over the rows.
    private static IReadOnlyList<LayerSample> Losses =>
    [
        Loss("cross_entropy", nameof(Descent.Loss.CrossEntropy), (x, by) => Descent.Loss.CrossEntropy(x[0], x[1], reduction: by), sums: 35),
        Loss("cross_entropy_smoothed", nameof(Descent.Loss.CrossEntropy), (x, by) => Descent.Loss.CrossEntropy(x[0], x[1], 0.1, by), sums: 35),
        Loss("mean_squared_error", nameof(Descent.Loss.MeanSquaredError), (x, by) => Descent.Loss.MeanSquaredError(x[0], x[1], by), sums: 15),
    ];

    /// <summary>A loss whose cases are the reductions mean, sum and none.</summary>
    private static LayerSample Loss(string name, string method, Func<Tensor[], LossReduction, Tensor> loss, int sums) =>
        Function(name, $"{nameof(Loss)}.{method}", (i, x) => loss(x, s_reductions[i]), sums);
}
