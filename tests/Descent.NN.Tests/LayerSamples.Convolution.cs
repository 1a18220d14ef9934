namespace Descent.Tests;

internal static partial class LayerSamples
{
    // A weight's gradient sums over images and pixels: 3·9·7; a value over channels and the 3×3 window.
    private static IReadOnlyList<LayerSample> Convolution =>
    [
        Layer("conv2d", rng => new Conv2d(4, 6, kernel: 3, rng, padding: 1), sums: 189),
        Layer("conv2d_stride_groups", rng => new Conv2d(4, 6, kernel: 3, rng, stride: 2, padding: 1, groups: 2), sums: 60),
        Layer("conv2d_dilation_no_bias", rng => new Conv2d(4, 6, kernel: 3, rng, dilation: 2, bias: false), sums: 45),
    ];
}
