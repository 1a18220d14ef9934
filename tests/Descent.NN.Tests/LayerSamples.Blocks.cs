namespace Descent.Tests;

internal static partial class LayerSamples
{
    private static IReadOnlyList<LayerSample> Blocks =>
    [
        Layer("basic_block", rng => new BasicBlock(3, 3, stride: 1, rng), sums: 300),
        Layer("basic_block_zero_pad", rng => new BasicBlock(2, 4, stride: 2, rng, ResidualShortcut.ZeroPad), sums: 300),
        Layer("basic_block_projection", rng => new BasicBlock(2, 3, stride: 2, rng), sums: 300),
        Layer("bottleneck", rng => new Bottleneck(8, 2, stride: 1, rng), sums: 300),
        Layer("bottleneck_projection", rng => new Bottleneck(3, 2, stride: 2, rng), sums: 300),
        Layer("basic_conv2d", rng => new BasicConv2d(3, 4, kernel: 3, rng, stride: 2, padding: 1), sums: 300),
        Layer("inception", rng => new Inception(3, 2, 2, 3, 1, 2, 2, rng), sums: 300),
        Layer("inception_aux", rng => new InceptionAux(3, 2, 16, classes: 10, rng, dropout: 0), sums: 300),
        Layer("depthwise_separable_block", rng => new DepthwiseSeparableBlock(3, 4, stride: 2, rng), sums: 300),
        Layer("conv_pool_block", rng => new ConvPoolBlock(2, 3, rng), sums: 300),
        Layer("patch_whitening2d", rng => new PatchWhitening2d(channels: 2, components: 5, kernel: 3, rng), sums: 300),
        Layer("zero_pad_shortcut", _ => new ZeroPadShortcut(2, 6, stride: 2)),
    ];
}
