namespace Descent.Tests;

internal static partial class LayerSamples
{
    private static IReadOnlyList<LayerSample> Linear =>
    [
        Layer("linear", (i, rng) => new Linear(At(i, 5, 7, 3), At(i, 4, 1, 9), rng), sums: 9),
        Layer("linear_no_bias", (i, rng) => new Linear(At(i, 5, 7, 3), At(i, 4, 1, 9), rng, bias: false), sums: 9),
    ];
}
