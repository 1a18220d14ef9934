namespace Descent.Tests;

internal static partial class LayerSamples
{
    private static IReadOnlyList<LayerSample> Blocks =>
    [
        Layer("basic_block", rng => new BasicBlock(3, 3, stride: 1, rng), sums: 300),
        Layer("basic_block_zero_pad", rng => new BasicBlock(2, 4, stride: 2, rng, ResidualShortcut.ZeroPad), sums: 300),
        Layer("basic_block_projection", rng => new BasicBlock(2, 3, stride: 2, rng), sums: 300),
        Layer("zero_pad_shortcut", _ => new ZeroPadShortcut(2, 6, stride: 2)),
    ];
}
