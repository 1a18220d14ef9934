namespace Descent.Tests;

/// <summary>What holds of convolution, pooling and resampling beyond their rows in <see cref="LayerSamples"/>.</summary>
public sealed class SpatialTests
{
    private static readonly Rng s_rng = new(1);

    private static readonly Dictionary<string, (Func<object> Act, string Message)> s_shapes = new()
    {
        ["windows that leave elements over"] = (
            () => new Conv2d(3, 4, kernel: 3, s_rng, stride: 2, padding: 1).Forward(F(1, 3, 32, 31)),
            "Conv2d: windows do not fit axis 2 of (1, 3, 32, 31): (32 + 2 padding − 3) / 2 leaves 1 over. Change kernel, stride or padding, or pass "
            + "rounding: SizeRounding.Floor to leave the rest unread (Ceiling to let the last window reach over the edge)."),
        ["pooling that leaves elements over"] = (
            () => new MaxPool1d(2).Forward(F(1, 3, 7)),
            "MaxPool1d: windows do not fit axis 2 of (1, 3, 7): (7 + 0 padding − 2) / 2 leaves 1 over. Change kernel, stride or padding, or pass "
            + "rounding: SizeRounding.Floor to leave the rest unread (Ceiling to let the last window reach over the edge)."),
        ["a window larger than the image"] = (
            () => new Conv3d(1, 1, kernel: 3, s_rng, dilation: (1, 1, 2)).Forward(F(1, 1, 3, 3, 4)),
            "Conv3d: the window spans 5 elements (3 elements, 2 apart) of axis 4, but with its padding that has 4 (x (1, 1, 3, 3, 4))."),
        ["other channels"] = (
            () => new Conv1d(3, 4, kernel: 3, s_rng).Forward(F(2, 4, 9)), "Conv1d: input must be (N, 3, L), but it is f32 (2, 4, 9)."),
        ["other axes"] = (() => new AvgPool2d(2).Forward(F(4, 6, 6)), "AvgPool2d: input must be (N, C, H, W), but it is f32 (4, 6, 6)."),
        ["axes of an adaptive pooling"] = (
            () => new AdaptiveAvgPool3d(2).Forward(F(4, 6, 6)), "AdaptiveAvgPool3d: input must be (N, C, D, H, W), but it is f32 (4, 6, 6)."),
        ["another size than every place has weights for"] = (
            () => new LocallyConnected2d(1, 2, inputSize: (4, 5), kernel: 3, s_rng).Forward(F(1, 1, 5, 5)),
            "LocallyConnected2d: every place has weights of its own, for inputs of (4, 5), but x is (1, 1, 5, 5)."),
        ["an input size that windows do not fit"] = (
            () => new LocallyConnected1d(1, 2, inputSize: 6, kernel: 3, s_rng, stride: 2),
            "LocallyConnected1d: windows do not fit axis 2 of (1, 1, 6): (6 + 0 padding − 3) / 2 leaves 1 over. Change kernel, stride or padding, or pass "
            + "rounding: SizeRounding.Floor to leave the rest unread (Ceiling to let the last window reach over the edge)."),
        ["channels that are no groups"] = (
            () => new ChannelMaxPool(4).Forward(F(2, 6, 3)), "ChannelMaxPool: input must be (N, C, …) with C a multiple of 4, but it is f32 (2, 6, 3)."),
        ["axes to draw larger"] = (
            () => new Upsample(2).Forward(F(2, 3)), "Upsample: input must be (N, C, L), (N, C, H, W) or (N, C, D, H, W), but it is f32 (2, 3)."),
        ["values to put back"] = (
            () => new MaxUnpool2d(2).Forward(F(2, 3, 4), F(2, 3, 4)), "MaxUnpool2d: values must be (N, C, H, W), but they are f32 (2, 3, 4)."),
        ["a reflection wider than the image"] = (
            () => new Conv1d(1, 1, kernel: 3, s_rng, padding: 4, paddingMode: PaddingMode.Reflect).Forward(F(1, 1, 4)),
            "pad: Reflect has 4 before and 4 behind axis 2 of (1, 1, 4), but an axis of 4 gives at most 3."),
        ["branches of different size"] = (
            () => new Parallel(new MaxPool2d(2), new MaxPool2d(1)).Forward(F(1, 2, 4, 4)),
            "concat: tensor 1 is f32 (1, 2, 4, 4) but tensor 0 is f32 (1, 2, 2, 2): only axis 1 may differ; cast with To(DType) where the element types do."),
    };

    private static readonly Dictionary<string, (Func<object> Act, string Message)> s_arguments = new()
    {
        ["a size for other axes"] = (
            () => new Conv3d(1, 1, kernel: (3, 3), s_rng), "kernel must be one number or 3, one for each axis, but it is (3, 3)."),
        ["padding for other axes"] = (
            () => new Conv1d(1, 1, kernel: 3, s_rng, padding: Padding.Sides((1, 1), (0, 2))),
            "padding must be one number or 1, one for each axis, but it is 1, (0, 2)."),
        ["padding for four axes"] = (
            () => Padding.Sides((1, 1), (1, 1), (1, 1), (1, 1)), "Padding has sides for one, two or three axes, not for 4."),
        ["padding as wide as the window"] = (
            () => new MaxPool2d(2, padding: (0, 2)), "MaxPool2d: a padding of 2 is not smaller than the window of 2, which must always see an element."),
        ["same size of a transposed convolution"] = (
            () => new ConvTranspose2d(1, 1, kernel: 3, s_rng, padding: Padding.Same),
            "ConvTranspose2d: the output of a transposed convolution is not the size of its input; give padding in numbers."),
        ["output padding of a stride or more"] = (
            () => new ConvTranspose1d(1, 1, kernel: 3, s_rng, stride: 2, outputPadding: 2),
            "ConvTranspose1d: output padding 2 must be below the stride 2: it tells which of the sizes that the convolution shrinks to the same one is meant."),
        ["same size of an unpooling"] = (() => new MaxUnpool1d(2, padding: Padding.Same), "MaxUnpool1d: give the padding of the pooling in numbers."),
        ["no branch"] = (() => new Parallel(), "Parallel needs at least one branch."),
        ["a factor and a size"] = (() => new Upsample(2, size: 4), "Upsample takes either a scaleFactor or a size."),
        ["neither a factor nor a size"] = (() => new Upsample(), "Upsample takes either a scaleFactor or a size."),
        ["corners of whole elements"] = (
            () => new Upsample(2, alignCorners: true), "Corners are aligned in linear mode alone; nearest reads whole elements."),
    };

    public static TheoryData<string> ShapeRows => [.. s_shapes.Keys];

    public static TheoryData<string> ArgumentRows => [.. s_arguments.Keys];

    [Theory]
    [MemberData(nameof(ShapeRows))]
    public void An_input_that_does_not_fit_is_refused_with_the_numbers(string row) =>
        Assert.Equal(s_shapes[row].Message, Assert.Throws<ShapeException>(s_shapes[row].Act).Message);

    [Theory]
    [MemberData(nameof(ArgumentRows))]
    public void Arguments_that_do_not_fit_are_refused(string row) =>
        Assert.StartsWith(s_arguments[row].Message, Assert.ThrowsAny<ArgumentException>(s_arguments[row].Act).Message, StringComparison.Ordinal);

    [Fact]
    public void Sizes_that_are_not_above_0_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Conv2d(1, 1, kernel: (3, 0), s_rng));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Conv2d(1, 1, kernel: 3, s_rng, padding: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Conv1d(0, 1, kernel: 3, s_rng));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdaptiveMaxPool2d(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LpPool2d(0.5, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Upsample(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChannelMaxPool(0));
    }

    [Fact]
    public void A_layer_inside_a_network_is_named_by_its_path()
    {
        var net = new Sequential(new Conv2d(1, 2, kernel: 3, s_rng), new Conv2d(2, 2, kernel: 2, s_rng, stride: 2));
        net.Parameters();
        Assert.StartsWith("1: Conv2d: windows do not fit axis 3", Assert.Throws<ShapeException>(() => net.Forward(F(1, 1, 6, 7))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_norm_of_a_window_of_zeros_has_the_gradient_0()
    {
        Tensor x = Tensor.From([0f, 0, 3, 4], new(1, 1, 4));
        Tensor y = new LpPool1d(2, kernel: 2).Forward(x);
        Assert.Equal([0f, 5], y.ToArray<float>());
        Assert.Equal([0f, 0, 0.6f, 0.8f], y.Sum().Backward(x)[0].ToArray<float>());
    }

    [Fact]
    public void The_first_of_equal_elements_of_a_volume_is_its_maximum()
    {
        (Tensor values, Tensor indices) = new MaxPool3d(2).ForwardWithIndices(Tensor.From([1f, 2, 0, 2, 2, 1, 2, 0], new(1, 1, 2, 2, 2)));
        Assert.Equal([2f], values.ToArray<float>());
        Assert.Equal([1], indices.ToArray<int>());
    }

    [Fact]
    public void Values_of_one_place_add_up_when_they_are_put_back()
    {
        (Tensor values, Tensor indices) = new MaxPool1d(2, stride: 1).ForwardWithIndices(Tensor.From([1f, 3, 2], new(1, 1, 3)));
        Assert.Equal([0f, 6, 0], new MaxUnpool1d(2, stride: 1).Forward(values, indices).ToArray<float>());
    }

    [Fact]
    public void A_transposed_convolution_begins_within_the_bound_of_what_its_outputs_sum_over()
    {
        float[] weight = new ConvTranspose2d(100, 8, kernel: 3, new Rng(3), groups: 2).Weight.ToArray<float>();
        Assert.InRange(weight.Max(Math.Abs), 0.99 / Math.Sqrt(4 * 9), 1 / Math.Sqrt(4 * 9));
    }

    [Fact]
    public void Parallel_branches_are_named_by_their_position()
    {
        var layer = new Parallel(new Conv2d(4, 2, kernel: 1, s_rng), new MaxPool2d(1), new SeparableConv2d(4, 3, kernel: 1, s_rng));
        Assert.Equal(["0.weight", "0.bias", "2.depthwise.weight", "2.pointwise.weight", "2.pointwise.bias"], layer.State().Keys);
        Assert.Equal(new Shape(2, 9, 5, 5), layer.Forward(F(2, 4, 5, 5)).Shape);
    }

    [Fact]
    public void Nearest_and_linear_leave_an_image_of_the_same_size_as_it_is()
    {
        Tensor x = Reference.Fill(new(1, 2, 3, 4), 0.1);
        foreach (InterpolationMode mode in Enum.GetValues<InterpolationMode>())
        {
            Assert.Equal(x.ToArray<float>(), new Upsample(size: (3, 4), mode: mode).Forward(x).ToArray<float>());
        }
    }

    private static Tensor F(params ReadOnlySpan<int> sizes) => Tensor.Zeros(new(sizes));
}
