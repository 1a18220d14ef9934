using static Descent.Loss;

namespace Descent.Tests;

internal static partial class LayerSamples
{
    private static readonly LossReduction[] s_reductions = [LossReduction.Mean, LossReduction.Sum, LossReduction.None];

    // Sums are over the classes of a row and over the rows.
    private static IReadOnlyList<LayerSample> Losses =>
    [
        Of("cross_entropy", nameof(CrossEntropy), (x, by) => CrossEntropy(x[0], x[1], reduction: by)),
        Of("cross_entropy_smoothed", nameof(CrossEntropy), (x, by) => CrossEntropy(x[0], x[1], 0.1, by)),
        Of("cross_entropy_ignored", nameof(CrossEntropy), (x, by) => CrossEntropy(x[0], x[1], 0, by, ignoreIndex: -100)),
        Of("cross_entropy_weighted", nameof(CrossEntropy), (x, by) => CrossEntropy(x[0], x[1], 0, by, x[2], -100)),
        Of("cross_entropy_weighted_smoothed", nameof(CrossEntropy), (x, by) => CrossEntropy(x[0], x[1], 0.1, by, x[2], -100)),
        Of("cross_entropy_probabilities", nameof(CrossEntropy), (x, by) => CrossEntropy(x[0], x[1], 0, by)),
        Of(
            "cross_entropy_probabilities_weighted_smoothed", nameof(CrossEntropy),
            (x, by) => CrossEntropy(x[0], x[1], 0.2, by, x[2])),
        Of("negative_log_likelihood", nameof(NegativeLogLikelihood), (x, by) => NegativeLogLikelihood(x[0], x[1], by)),
        Of("negative_log_likelihood_weighted", nameof(NegativeLogLikelihood), (x, by) => NegativeLogLikelihood(x[0], x[1], by, x[2], -100)),
        Of("binary_cross_entropy", nameof(BinaryCrossEntropy), (x, by) => BinaryCrossEntropy(x[0], x[1], by)),
        Of(
            "binary_cross_entropy_with_logits", nameof(BinaryCrossEntropyWithLogits),
            (x, by) => BinaryCrossEntropyWithLogits(x[0], x[1], reduction: by)),
        Of(
            "binary_cross_entropy_positive_weight", nameof(BinaryCrossEntropyWithLogits),
            (x, by) => BinaryCrossEntropyWithLogits(x[0], x[1], x[2], by)),
        Of("focal", nameof(Focal), (x, by) => Focal(x[0], x[1].To(DType.F32), reduction: by)),
        Of("focal_plain", nameof(Focal), (x, by) => Focal(x[0], x[1].To(DType.F32), alpha: null, gamma: 0.5, by)),
        Of("mean_squared_error", nameof(MeanSquaredError), (x, by) => MeanSquaredError(x[0], x[1], by)),
        Of("euclidean", nameof(Euclidean), (x, by) => Euclidean(x[0], x[1], by)),
        Of("l1", nameof(L1), (x, by) => L1(x[0], x[1], by)),
        Of("huber", nameof(Huber), (x, by) => Huber(x[0], x[1], 1.2, by)),
        Of("binary_hinge", nameof(BinaryHinge), (x, by) => BinaryHinge(x[0], (x[1].To(DType.F32) * 2) - 1, reduction: by)),
        Of("multiclass_hinge", nameof(MulticlassHinge), (x, by) => MulticlassHinge(x[0], x[1], reduction: by)),
        Of("multiclass_hinge_squared", nameof(MulticlassHinge), (x, by) => MulticlassHinge(x[0], x[1], 0.7, squared: true, by)),
        Of("kullback_leibler", nameof(KullbackLeibler), (x, by) => KullbackLeibler(x[0], x[1], by)),
        Of("dice", nameof(Dice), (x, by) => Dice(x[0], x[1], reduction: by)),
    ];

    /// <summary>A loss whose cases are the reductions mean, sum and none.</summary>
    private static LayerSample Of(string name, string method, Func<Tensor[], LossReduction, Tensor> loss) =>
        Function(name, $"{nameof(Loss)}.{method}", (i, x) => loss(x, s_reductions[i]), sums: 35);
}
