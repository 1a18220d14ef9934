namespace Descent.Tests;

internal static partial class LayerSamples
{
    // Statistics are sums over a channel, and the gradients of what they normalise are differences of two more.
    private static IReadOnlyList<LayerSample> Normalisation =>
    [
        .. BothModes("batch_norm1d", i => new BatchNorm1d(At(i, 4, 7, 1)), sums: 3 * 6),
        .. BothModes("batch_norm1d_sequence", i => new BatchNorm1d(At(i, 4, 1, 3)), sums: 3 * 10),
        .. BothModes("batch_norm2d", i => new BatchNorm2d(At(i, 4, 1, 3)), sums: 3 * 27),
        Layer("group_norm", (i, _) => new GroupNorm(At(i, 2, 3, 1), At(i, 4, 3, 5)), sums: 3 * 12),
        Layer("group_norm_plain", (i, _) => new GroupNorm(At(i, 2, 1, 3), At(i, 6, 3, 9), affine: false), sums: 3 * 15),
        Layer("instance_norm", (i, _) => new InstanceNorm(At(i, 2, 3, 1)), sums: 3 * 15),
        Layer("instance_norm_affine", (i, _) => new InstanceNorm(At(i, 2, 3, 1), affine: true), sums: 3 * 15),
        Function(
            "weight_standardization", $"{nameof(WeightStandardization)}.{nameof(WeightStandardization.Of)}", (_, x) => WeightStandardization.Of(x[0]),
            sums: 3 * 35),
        Layer(
            "conv2d_standardized",
            (i, rng) => new Conv2d(At(i, 2, 1, 3), At(i, 3, 2, 1), kernel: At(i, 3, 2, 1), rng) { StandardizesWeight = true },
            sums: 3 * 18),
        Layer("rms_norm", (i, _) => new RmsNorm(At(i, 8, 5, 3)), sums: 3 * 8),
        Layer(
            "local_response_norm",
            (i, _) => i == 0 ? new LocalResponseNorm(5, 0.3, 0.75, 2) : i == 1 ? new LocalResponseNorm(2, 1, 0.5, 1) : new LocalResponseNorm(3),
            sums: 3 * 5),
        Layer("layer_norm", (i, _) => new LayerNorm(At(i, 8, 5, 17)), sums: 3 * 17),
    ];

    private static LayerSample[] BothModes(string name, Func<int, Layer> make, int sums) =>
        [Layer(name, (i, _) => make(i), sums), Layer(name + "_eval", (i, _) => make(i), sums)];
}
