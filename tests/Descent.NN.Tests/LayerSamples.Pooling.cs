namespace Descent.Tests;

internal static partial class LayerSamples
{
    private static IReadOnlyList<LayerSample> Pooling =>
    [
        Layer("max_pool2d", _ => new MaxPool2d(2)),
        Layer("max_pool2d_overlap", _ => new MaxPool2d(3, stride: 2, padding: 1), sums: 4),
        Layer("avg_pool2d", _ => new AvgPool2d(2), sums: 4),
        Layer("avg_pool2d_padded", _ => new AvgPool2d(3, stride: 2, padding: 1), sums: 9),
        Layer("avg_pool2d_uncounted", _ => new AvgPool2d(3, stride: 2, padding: 1, countPadding: false), sums: 9),
        Layer("global_avg_pool2d", _ => new GlobalAvgPool2d(), sums: 21),
    ];
}
