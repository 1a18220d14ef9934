namespace Descent.Tests;

internal static partial class LayerSamples
{
    // Statistics are sums over a channel, and the gradients of what they normalise are differences of two more.
    private static IReadOnlyList<LayerSample> Normalisation =>
    [
        .. BothModes("batch_norm1d", i => new BatchNorm1d(At(i, 4, 7, 1)), sums: 3 * 6),
        .. BothModes("batch_norm1d_sequence", i => new BatchNorm1d(At(i, 4, 1, 3)), sums: 3 * 10),
        .. BothModes("batch_norm2d", i => new BatchNorm2d(At(i, 4, 1, 3)), sums: 3 * 27),
        Layer("layer_norm", (i, _) => new LayerNorm(At(i, 8, 5, 17)), sums: 3 * 17),
    ];

    private static LayerSample[] BothModes(string name, Func<int, Layer> make, int sums) =>
        [Layer(name, (i, _) => make(i), sums), Layer(name + "_eval", (i, _) => make(i), sums)];
}
