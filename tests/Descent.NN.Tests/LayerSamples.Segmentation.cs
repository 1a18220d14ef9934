namespace Descent.Tests;

internal static partial class LayerSamples
{
    // Six or seven convolutions behind one another, each over up to 8 channels of a 3×3 window.
    private static IReadOnlyList<LayerSample> Segmentation =>
    [
        Layer("fcn", (i, rng) => new FullyConvolutionalNet(At(i, 3, 1, 2), At(i, 4, 3, 2), rng, width: At(i, 2, 3, 1)), sums: 432),
        Layer("context", (i, rng) => new ContextNet(At(i, 3, 1, 2), At(i, 4, 3, 2), rng, width: At(i, 2, 3, 1)), sums: 189),
    ];
}
