namespace Descent.Tests;

internal static partial class LayerSamples
{
    /// <summary>In evaluation; what their random numbers do in training is said in <see cref="RegularisationTests"/>.</summary>
    private static IReadOnlyList<LayerSample> Regularisation =>
    [
        Layer("dropout", rng => new Dropout(0.3, rng)),
        Layer("dropout_at_prediction", rng => new Dropout(0.3, rng, scaleAtPrediction: true)),
        Layer("spatial_dropout", rng => new SpatialDropout(0.3, rng)),
        Layer("stochastic_depth", rng => new StochasticDepth(0.3, rng)),
        Layer("gaussian_noise", rng => new GaussianNoise(0.3, rng)),
        Penalised("penalty_l1", nameof(Penalty.L1), p => Penalty.L1(p, 0.3)),
        Penalised("penalty_l2", nameof(Penalty.L2), p => Penalty.L2(p, 0.3)),
        Penalised("penalty_elastic_net", nameof(Penalty.ElasticNet), p => Penalty.ElasticNet(p, 0.3, l1Ratio: 0.2, all: true)),
        Function("max_norm", $"{nameof(MaxNorm)}.{nameof(MaxNorm.Limited)}", (_, x) => MaxNorm.Limited(x[0], 1.5), sums: 3 * 9),
    ];

    /// <summary>A penalty on a linear layer; the input of the reference is only as large as its weight.</summary>
    private static LayerSample Penalised(string name, string method, Func<IReadOnlyList<Parameter>, Tensor> penalty) => Module(
        name,
        (i, rng) => new Descent.Linear(At(i, 3, 1, 7), At(i, 2, 5, 3), rng),
        (linear, x) => [penalty(linear.Parameters()) + (x[0] * 0).Sum()],
        sums: 24) with
    { Covers = $"{nameof(Penalty)}.{method}" };
}
