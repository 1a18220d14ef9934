namespace Descent.Tests;

internal static partial class LayerSamples
{
    private const SizeRounding Floor = SizeRounding.Floor, Ceiling = SizeRounding.Ceiling;

    private static IReadOnlyList<LayerSample> Spatial => [.. Convolutions, .. Poolings, .. Structures];

    // A value sums over channels and taps, up to 4·27; a weight's gradient over examples and places, up to 2·48.
    private static IReadOnlyList<LayerSample> Convolutions =>
    [
        Layer("conv1d", rng => new Conv1d(4, 6, kernel: 3, rng, padding: 1), sums: 24),
        Layer("conv1d_stride_dilation", rng => new Conv1d(4, 6, kernel: 2, rng, stride: 2, padding: 1, dilation: 2, rounding: Floor), sums: 24),
        Layer("conv1d_depthwise", rng => new Conv1d(4, 8, kernel: 3, rng, padding: 1, groups: 4), sums: 24),
        Layer("conv1d_same", rng => new Conv1d(4, 3, kernel: 4, rng, padding: Padding.Same, dilation: 2), sums: 24),
        Layer("conv1d_circular", rng => new Conv1d(4, 3, kernel: 3, rng, padding: 2, paddingMode: PaddingMode.Circular), sums: 27),
        Layer("conv2d", rng => new Conv2d(4, 6, kernel: 3, rng, padding: 1), sums: 60),
        Layer("conv2d_stride_groups", rng => new Conv2d(4, 6, kernel: 3, rng, stride: 2, padding: 1, groups: 2, rounding: Floor), sums: 60),
        Layer("conv2d_dilation_no_bias", rng => new Conv2d(4, 6, kernel: 3, rng, dilation: 2, bias: false), sums: 36),
        Layer("conv2d_1x1", rng => new Conv2d(4, 5, kernel: 1, rng), sums: 60),
        Layer("conv2d_depthwise", rng => new Conv2d(4, 4, kernel: 3, rng, padding: 1, groups: 4), sums: 60),
        Layer("conv2d_depthwise_multiplier", rng => new Conv2d(4, 8, kernel: 3, rng, stride: 2, padding: 1, groups: 4, rounding: Floor), sums: 60),
        Layer("conv2d_per_axis", rng => new Conv2d(4, 3, kernel: (3, 2), rng, stride: (2, 1), padding: (1, 2), dilation: (1, 2), rounding: Floor), sums: 60),
        Layer("conv2d_valid", rng => new Conv2d(4, 3, kernel: (3, 4), rng, padding: Padding.Valid), sums: 48),
        Layer("conv2d_same", rng => new Conv2d(4, 3, kernel: (3, 4), rng, padding: Padding.Same), sums: 60),
        Layer("conv2d_same_stride", rng => new Conv2d(4, 3, kernel: (3, 4), rng, stride: (2, 3), padding: Padding.Same), sums: 48),
        Layer("conv2d_sides", rng => new Conv2d(4, 3, kernel: 3, rng, padding: Padding.Sides((1, 2), (3, 0))), sums: 84),
        Layer("conv2d_ceiling", rng => new Conv2d(4, 3, kernel: 2, rng, stride: 3, padding: 1, rounding: Ceiling), sums: 16),
        Layer("conv2d_reflect", rng => new Conv2d(4, 3, kernel: 3, rng, padding: (2, 1), paddingMode: PaddingMode.Reflect), sums: 84),
        Layer("conv2d_replicate", rng => new Conv2d(4, 3, kernel: 3, rng, padding: 3, paddingMode: PaddingMode.Replicate), sums: 180),
        Layer("conv2d_circular", rng => new Conv2d(4, 3, kernel: 3, rng, padding: (1, 4), paddingMode: PaddingMode.Circular), sums: 120),
        Layer("conv2d_same_reflect", rng => new Conv2d(4, 3, kernel: (2, 5), rng, padding: Padding.Same, paddingMode: PaddingMode.Reflect), sums: 60),
        Layer("conv3d", rng => new Conv3d(4, 3, kernel: 3, rng, padding: 1), sums: 108),
        Layer("conv3d_per_axis", rng => new Conv3d(4, 3, (2, 3, 2), rng, (2, 1, 3), (1, 0, 1), dilation: (2, 1, 1), rounding: Floor), sums: 48),
        Layer("conv3d_groups", rng => new Conv3d(4, 6, kernel: (3, 1, 2), rng, padding: (1, 0, 0), groups: 2, bias: false), sums: 72),
        Layer("conv3d_depthwise", rng => new Conv3d(4, 4, kernel: (2, 2, 3), rng, groups: 4), sums: 24),
        Layer("conv3d_replicate", rng => new Conv3d(4, 2, kernel: 3, rng, padding: (2, 1, 1), paddingMode: PaddingMode.Replicate), sums: 160),
        Layer("conv_transpose1d", rng => new ConvTranspose1d(4, 3, kernel: 3, rng), sums: 24),
        Layer(
            "conv_transpose1d_output_padding",
            rng => new ConvTranspose1d(4, 6, kernel: 3, rng, stride: 2, padding: 1, outputPadding: 1, groups: 2), sums: 24),
        Layer("conv_transpose2d", rng => new ConvTranspose2d(4, 3, kernel: 3, rng, padding: 1), sums: 60),
        Layer(
            "conv_transpose2d_output_padding",
            rng => new ConvTranspose2d(4, 2, kernel: 3, rng, stride: 2, padding: 1, outputPadding: 1, groups: 2), sums: 60),
        Layer(
            "conv_transpose2d_per_axis",
            rng => new ConvTranspose2d(4, 3, (2, 3), rng, (3, 2), padding: (0, 2), outputPadding: (2, 1), dilation: (1, 2), bias: false), sums: 60),
        Layer("conv_transpose3d", rng => new ConvTranspose3d(4, 3, kernel: 2, rng), sums: 96),
        Layer(
            "conv_transpose3d_output_padding",
            rng => new ConvTranspose3d(4, 2, (3, 2, 3), rng, (2, 1, 2), (1, 0, 1), outputPadding: (1, 0, 0), dilation: (1, 2, 1), groups: 2), sums: 96),
        Layer("separable_conv1d", rng => new SeparableConv1d(4, 6, kernel: 3, rng, padding: 1), sums: 60),
        Layer("separable_conv2d", rng => new SeparableConv2d(4, 6, kernel: 3, rng, stride: 2, padding: 1, rounding: Floor), sums: 60),
        Layer("separable_conv2d_multiplier", rng => new SeparableConv2d(4, 3, kernel: (2, 3), rng, multiplier: 2), sums: 60),
        Layer("locally_connected1d", (i, rng) => new LocallyConnected1d(4, 3, At(i, 8, 5, 7), kernel: 3, rng, padding: 1), sums: 12),
        Layer(
            "locally_connected1d_stride",
            (i, rng) => new LocallyConnected1d(4, 3, At(i, 8, 5, 7), kernel: 2, rng, stride: 3, dilation: 2, bias: false, rounding: Floor), sums: 8),
        Layer("locally_connected2d", (i, rng) => new LocallyConnected2d(4, 2, Image(i), kernel: (3, 2), rng), sums: 24),
        Layer(
            "locally_connected2d_stride",
            (i, rng) => new LocallyConnected2d(4, 2, Image(i), kernel: 3, rng, stride: 2, padding: 1, rounding: Floor), sums: 36),
    ];

    // A mean sums over its window, a gradient over the windows that an element stands in.
    private static IReadOnlyList<LayerSample> Poolings =>
    [
        Layer("max_pool1d", _ => new MaxPool1d(2, rounding: Floor)),
        Layer("max_pool1d_ceiling", _ => new MaxPool1d(3, stride: 2, padding: 1, rounding: Ceiling), sums: 2),
        Layer("max_pool2d", _ => new MaxPool2d(2, rounding: Floor)),
        Layer("max_pool2d_overlap", _ => new MaxPool2d(3, stride: 2, padding: 1, rounding: Floor), sums: 4),
        Layer("max_pool2d_ceiling", _ => new MaxPool2d(2, stride: 3, padding: 1, rounding: Ceiling)),
        Layer("max_pool2d_per_axis", _ => new MaxPool2d((3, 2), stride: (1, 2), padding: (1, 0), rounding: Floor), sums: 3),
        Layer("max_pool3d", _ => new MaxPool3d(2, rounding: Floor)),
        Layer("max_pool3d_overlap", _ => new MaxPool3d((3, 2, 3), (1, 2, 2), (1, 0, 1), Ceiling), sums: 6),
        Module("max_unpool1d", (_, _) => new MaxUnpool1d(2), (unpool, x) => Indexed(new MaxPool1d(2, rounding: Floor), unpool, x[0])),
        Module("max_unpool2d", (_, _) => new MaxUnpool2d(2), (unpool, x) => Indexed(new MaxPool2d(2, rounding: Floor), unpool, x[0])),
        Module(
            "max_unpool2d_stride", (_, _) => new MaxUnpool2d(2, (2, 3), (0, 1)),
            (unpool, x) => new MaxPool2d(2, (2, 3), (0, 1), Floor).ForwardWithIndices(x[0]) is var (values, indices)
                ? [values, indices.To(DType.F32), unpool.Forward(values * 2, indices)] : []),
        Module("max_unpool3d", (_, _) => new MaxUnpool3d((2, 1, 2)), (unpool, x) => Indexed(new MaxPool3d((2, 1, 2), rounding: Floor), unpool, x[0])),
        Layer("avg_pool1d", _ => new AvgPool1d(2, rounding: Floor), sums: 2),
        Layer("avg_pool1d_ceiling", _ => new AvgPool1d(3, stride: 2, padding: 1, rounding: Ceiling), sums: 3),
        Layer("avg_pool2d", _ => new AvgPool2d(2, rounding: Floor), sums: 4),
        Layer("avg_pool2d_padded", _ => new AvgPool2d(3, stride: 2, padding: 1, rounding: Floor), sums: 9),
        Layer("avg_pool2d_uncounted", _ => new AvgPool2d(3, stride: 2, padding: 1, countPadding: false, rounding: Floor), sums: 9),
        Layer("avg_pool2d_ceiling", _ => new AvgPool2d(3, stride: (3, 2), padding: 1, rounding: Ceiling), sums: 9),
        Layer("avg_pool2d_ceiling_uncounted", _ => new AvgPool2d((2, 3), stride: 3, padding: 1, countPadding: false, rounding: Ceiling), sums: 6),
        Layer("avg_pool3d", _ => new AvgPool3d(2, rounding: Floor), sums: 8),
        Layer("avg_pool3d_padded", _ => new AvgPool3d((3, 2, 3), (2, 1, 2), (1, 0, 1), rounding: Floor), sums: 18),
        Layer("avg_pool3d_uncounted", _ => new AvgPool3d(3, stride: 2, padding: 1, countPadding: false, rounding: Ceiling), sums: 27),
        Layer("lp_pool1d", _ => new LpPool1d(2, kernel: 3, stride: 1), sums: 3),
        Layer("lp_pool2d", _ => new LpPool2d(2, kernel: 2, rounding: Floor), sums: 4),
        Layer("lp_pool2d_power", _ => new LpPool2d(2.5, kernel: (3, 2), stride: 2, rounding: Floor), sums: 6),
        Layer("lp_pool3d", _ => new LpPool3d(2, kernel: (2, 3, 2), stride: 1), sums: 12),
        Layer("adaptive_avg_pool1d", (i, _) => new AdaptiveAvgPool1d(At(i, 4, 3, 5)), sums: 3),
        Layer("adaptive_avg_pool2d", (i, _) => new AdaptiveAvgPool2d(AdaptiveImage(i)), sums: 20),
        Layer("adaptive_avg_pool3d", (i, _) => new AdaptiveAvgPool3d(AdaptiveVolume(i)), sums: 42),
        Layer("adaptive_max_pool1d", (i, _) => new AdaptiveMaxPool1d(At(i, 4, 3, 5)), sums: 2),
        Layer("adaptive_max_pool2d", (i, _) => new AdaptiveMaxPool2d(AdaptiveImage(i)), sums: 4),
        Layer("adaptive_max_pool3d", (i, _) => new AdaptiveMaxPool3d(AdaptiveVolume(i)), sums: 8),
        Layer("global_avg_pool1d", _ => new GlobalAvgPool1d(), sums: 8),
        Layer("global_avg_pool2d", _ => new GlobalAvgPool2d(), sums: 21),
        Layer("global_max_pool1d", _ => new GlobalMaxPool1d()),
        Layer("global_max_pool2d", _ => new GlobalMaxPool2d()),
        Layer("channel_max_pool", _ => new ChannelMaxPool(3)),
    ];

    // An interpolated value is a product with a row that has two neighbours along each axis; a gradient sums over at most five outputs of each.
    private static IReadOnlyList<LayerSample> Structures =>
    [
        Layer("upsample_nearest", _ => new Upsample(2), sums: 8),
        Layer("upsample_nearest_fraction", _ => new Upsample(1.5), sums: 8),
        Layer("upsample_nearest_size", (i, _) => new Upsample(size: ImageSize(i, corner: (8, 5))), sums: 4),
        Layer("upsample_linear", _ => new Upsample(2, mode: InterpolationMode.Linear), sums: 4),
        Layer("upsample_bilinear", _ => new Upsample(2, mode: InterpolationMode.Linear), sums: 16),
        Layer("upsample_bilinear_fraction", _ => new Upsample(1.7, mode: InterpolationMode.Linear), sums: 16),
        Layer("upsample_bilinear_size", (i, _) => new Upsample(size: ImageSize(i, corner: (1, 5)), mode: InterpolationMode.Linear), sums: 16),
        Layer("upsample_bilinear_corners", (i, _) => new Upsample(size: ImageSize(i, corner: (1, 5)), mode: InterpolationMode.Linear, alignCorners: true), sums: 16),
        Layer("upsample_trilinear", (i, _) => new Upsample(size: VolumeSize(i), mode: InterpolationMode.Linear), sums: 64),
        Layer("reshape", _ => new Reshape(3, -1)),
        Layer("unflatten", _ => new Unflatten(1, 2, -1)),
        Layer(
            "parallel",
            rng => new Parallel(
                new Conv2d(4, 2, kernel: 1, rng),
                new Sequential(new Conv2d(4, 3, kernel: 1, rng), new Conv2d(3, 3, kernel: 3, rng, padding: 1)),
                new MaxPool2d(3, stride: 1, padding: 1)),
            sums: 90),
    ];

    private static PerAxis Image(int i) => i switch { 0 => (5, 6), 1 => 5, _ => (6, 7) };

    private static PerAxis AdaptiveImage(int i) => i switch { 0 => (2, 3), 1 => 3, 2 => (7, 2), _ => (2, 7) };

    private static PerAxis AdaptiveVolume(int i) => i switch { 0 => 2, 1 => (3, 2, 4), _ => (2, 3, 1) };

    private static PerAxis ImageSize(int i, PerAxis corner) => i switch { 0 => (7, 9), 1 => (3, 2), _ => corner };

    private static PerAxis VolumeSize(int i) => i switch { 0 => (3, 5, 4), 1 => 2, _ => (4, 4, 7) };

    /// <summary>Values and indices of a max pooling, and the values doubled and put back into an output of the input's size.</summary>
    private static Tensor[] Indexed(MaxPoolNd pool, MaxUnpoolNd unpool, Tensor x)
    {
        (Tensor values, Tensor indices) = pool.ForwardWithIndices(x);
        return [values, indices.To(DType.F32), unpool.Forward(values * 2, indices, x.Shape.Sizes[2..])];
    }
}
