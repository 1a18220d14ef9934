namespace Descent;

// Convolution along one, two or three axes. A sequence is an image of one row. A volume is a batch of images, one for each place of the kernel
// in depth, whose channels are pairs of a depth tap and a channel: one 2-D convolution sums over all of them.
public sealed partial class Tensor
{
    /// <summary>1-D cross-correlation: <c>y[n,k,p] = Σ x[n, c, p·stride + i·dilation − padding]·w[k,c,i]</c>.</summary>
    /// <remarks>
    /// Shapes: x (N, C, L), w (K, C / groups, KL) → y (N, K, L′) with L′ = ⌊(L + 2·padding − dilation·(KL − 1) − 1) / stride⌋ + 1.
    /// Gradients: those of <see cref="Conv2d(Tensor, ConvWindow)"/> for images of one row.
    /// </remarks>
    /// <exception cref="ShapeException">Channels, groups or kernel do not fit.</exception>
    public Tensor Conv1d(Tensor weight, int stride = 1, int padding = 0, int dilation = 1, int groups = 1) =>
        Conv(weight, null, Axes(weight, 1, stride, padding, dilation), groups);

    /// <summary>3-D cross-correlation: <c>y[n,k,o,p,q] = Σ x[n, c, o·stride + h·dilation − padding, …]·w[k,c,h,i,j]</c>.</summary>
    /// <remarks>
    /// Shapes: x (N, C, D, H, W), w (K, C / groups, KD, KH, KW) → y (N, K, D′, H′, W′) with
    /// D′ = ⌊(D + 2·padding − dilation·(KD − 1) − 1) / stride⌋ + 1, and H′, W′ alike. Computed as a 2-D convolution over images that hold
    /// the KD slices of a window as channels, which takes KD / stride times the memory of x. Gradients: those of that convolution.
    /// </remarks>
    /// <exception cref="ShapeException">Channels, groups or kernel do not fit.</exception>
    public Tensor Conv3d(Tensor weight, int stride = 1, int padding = 0, int dilation = 1, int groups = 1) =>
        Conv(weight, null, Axes(weight, 3, stride, padding, dilation), groups);

    /// <inheritdoc cref="ConvTranspose2d"/>
    public Tensor ConvTranspose1d(
        Tensor weight, int stride = 1, int padding = 0, int outputPadding = 0, int dilation = 1, int groups = 1) =>
        ConvTranspose(weight, null, Axes(weight, 1, stride, padding, dilation), [outputPadding], groups);

    /// <summary>
    /// Transposed convolution: each element of x adds a kernel, weighted by it, to y. The gradient of a convolution by its input.
    /// </summary>
    /// <remarks>
    /// Shapes: x (N, C, H, W), w (C, K / groups, KH, KW) → y (N, K, H′, W′) with
    /// H′ = (H − 1)·stride − 2·padding + dilation·(KH − 1) + 1 + outputPadding, W′ alike; with one axis or three alike. Output padding,
    /// below the stride, tells which of the sizes that the convolution maps to H is meant. Gradients: the convolution, and its gradient by
    /// the weight.
    /// </remarks>
    /// <exception cref="ShapeException">Channels, groups or kernel do not fit, or nothing would be left.</exception>
    public Tensor ConvTranspose2d(
        Tensor weight, int stride = 1, int padding = 0, int outputPadding = 0, int dilation = 1, int groups = 1) =>
        ConvTranspose(weight, null, Axes(weight, 2, stride, padding, dilation), [outputPadding, outputPadding], groups);

    /// <inheritdoc cref="ConvTranspose2d"/>
    public Tensor ConvTranspose3d(
        Tensor weight, int stride = 1, int padding = 0, int outputPadding = 0, int dilation = 1, int groups = 1) =>
        ConvTranspose(weight, null, Axes(weight, 3, stride, padding, dilation), [outputPadding, outputPadding, outputPadding], groups);

    /// <summary>The convolution along as many axes as there are windows, plus a number for each channel where a bias is given.</summary>
    internal Tensor Conv(Tensor weight, Tensor? bias, ReadOnlySpan<AxisWindow> axes, int groups)
    {
        if (axes.Length == 2)
        {
            return WithBias(Conv2d(weight, ConvWindow.Of(axes[0], axes[1], groups)), bias);
        }

        string op = $"conv{axes.Length}d";
        MustHaveAxes(this, weight, axes.Length, "(K, C / groups", op);
        if (groups < 1 || Shape[1] % groups != 0 || weight.Shape[0] % groups != 0 || weight.Shape[1] != Shape[1] / groups)
        {
            throw Misfit(
                this, weight,
                $"{op}: input has {Shape[1]} channels but weight expects {weight.Shape[1]} in each of {groups} groups, which must divide its "
                + $"{weight.Shape[0]} outputs (x {Shape}, w {weight.Shape}).");
        }

        for (int i = 0; i < axes.Length; i++)
        {
            int padded = Shape[2 + i] + axes[i].PadBefore + axes[i].PadAfter;
            if (axes[i].Extent > padded)
            {
                throw Misfit(
                    this, weight,
                    $"{op}: the kernel spans {axes[i].Extent} elements of axis {2 + i}, but with its padding that has {padded} (x {Shape}, "
                    + $"w {weight.Shape}).");
            }
        }

        if (axes.Length == 1)
        {
            Tensor row = Unsqueeze(2).Conv2d(weight.Unsqueeze(2), ConvWindow.Of(AxisWindow.Single, axes[0], groups));
            return WithBias(row, bias).Squeeze(2);
        }

        AxisWindow depth = axes[0];
        Tensor x = depth.IsPadded ? Pad([0, 0, depth.PadBefore, 0, 0], [0, 0, depth.PadAfter, 0, 0]) : this;
        x = x.Unfold(2, depth.Kernel, depth.Stride, depth.Dilation);
        Shape s = x.Shape;
        int n = s[0], channels = s[1] / groups, taps = s[5];

        // (N, D′, H, W, group, tap, channel): what is copied together lies together.
        x = x.Reshape(new Shape(n, groups, channels, s[2], s[3], s[4], taps)).Permute(0, 3, 4, 5, 1, 6, 2);
        x = x.Reshape(new Shape(checked(n * s[2]), s[3], s[4], groups * taps * channels)).Permute(0, 3, 1, 2);
        Tensor y = x.Conv2d(TapsAsChannels(weight), ConvWindow.Of(axes[1], axes[2], groups));
        return Slices.ToVolumes(WithBias(y, bias), n);
    }

    /// <summary>
    /// The transposed convolution along as many axes as there are windows, plus a number for each channel where a bias is given.
    /// </summary>
    internal Tensor ConvTranspose(
        Tensor weight, Tensor? bias, ReadOnlySpan<AxisWindow> axes, ReadOnlySpan<int> outputPadding, int groups)
    {
        string op = $"conv-transpose{axes.Length}d";
        MustHaveAxes(this, weight, axes.Length, "(C, K / groups", op);
        if (groups < 1 || Shape[1] % groups != 0 || weight.Shape[0] != Shape[1])
        {
            throw Misfit(
                this, weight,
                $"{op}: input has {Shape[1]} channels but weight expects {weight.Shape[0]}, a multiple of {groups} groups (x {Shape}, w {weight.Shape}).");
        }

        Span<int> size = stackalloc int[axes.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            (AxisWindow axis, int more) = (axes[i], outputPadding[i]);
            size[i] = ((Shape[2 + i] - 1) * axis.Stride) + axis.Extent + more - axis.PadBefore - axis.PadAfter;
            if (more < 0 || more >= axis.Stride || size[i] < 1)
            {
                throw Misfit(
                    this, weight,
                    $"{op}: axis {2 + i} of {Shape} would get {size[i]} elements: ({Shape[2 + i]} − 1)·{axis.Stride} + {axis.Extent} + {more} of output "
                    + $"padding − {axis.PadBefore} − {axis.PadAfter}; at least 1 must be left, and output padding be at least 0 and below the stride.");
            }
        }

        int n = Shape[0], channels = weight.Shape[1] * groups;
        switch (axes.Length)
        {
            case 1:
                var row = new Conv2dBackwardInput(ConvWindow.Of(AxisWindow.Single, axes[0], groups), new Shape(n, channels, 1, size[0]));
                return WithBias(Apply(row, Unsqueeze(2), weight.Unsqueeze(2)), bias).Squeeze(2);
            case 2:
                var image = new Conv2dBackwardInput(ConvWindow.Of(axes[0], axes[1], groups), new Shape(n, channels, size[0], size[1]));
                return WithBias(Apply(image, this, weight), bias);
            default:
                AxisWindow depth = axes[0];
                var images = new Shape(checked(n * Shape[2]), channels * depth.Kernel, size[1], size[2]);
                Tensor y = Apply(
                    new Conv2dBackwardInput(ConvWindow.Of(axes[1], axes[2], groups), images), Slices.ToImages(this), TapsAsChannels(weight));

                // (N, D, H′, W′, group, tap, channel), the channels as Conv lays them out, to windows in depth that add up.
                y = y.Permute(0, 2, 3, 1).Reshape(new Shape(n, Shape[2], size[1], size[2], groups, depth.Kernel, weight.Shape[1]));
                y = y.Permute(0, 4, 6, 1, 2, 3, 5).Reshape(new Shape(n, channels, Shape[2], size[1], size[2], depth.Kernel));
                y = y.Fold(2, depth.PadBefore + size[0] + depth.PadAfter, depth.Stride, depth.Dilation);
                return WithBias(depth.IsPadded ? y.Narrow(2, depth.PadBefore, size[0]) : y, bias);
        }
    }

    /// <summary>The weight of a 3-D convolution as that of the 2-D one: (K, C, KD, KH, KW) → (K, KD·C, KH, KW).</summary>
    private static Tensor TapsAsChannels(Tensor weight)
    {
        Shape w = weight.Shape;
        return weight.Permute(0, 2, 1, 3, 4).Reshape(new Shape(w[0], w[2] * w[1], w[3], w[4]));
    }

    private static Tensor WithBias(Tensor y, Tensor? bias) =>
        bias is null ? y : y + bias.Reshape(new Shape([1, y.Shape[1], .. Enumerable.Repeat(1, y.Rank - 2)]));

    private static AxisWindow[] Axes(Tensor weight, int count, int stride, int padding, int dilation)
    {
        if (weight.Rank != 2 + count)
        {
            throw new ShapeException($"conv{count}d: weight must have {2 + count} axes, but it is {weight.Type}.");
        }

        return stride >= 1 && dilation >= 1 && padding >= 0
            ? AxisWindow.Alike(weight.Shape.Sizes[2..], stride, padding, dilation)
            : throw new ShapeException(
                $"conv{count}d: stride {stride} and dilation {dilation} must be at least 1, and padding {padding} at least 0.");
    }

    private static void MustHaveAxes(Tensor x, Tensor weight, int spatial, string weightAxes, string op)
    {
        if (x.Rank != 2 + spatial || weight.Rank != 2 + spatial)
        {
            string kernel = spatial switch { 1 => "KL", 2 => "KH, KW", _ => "KD, KH, KW" };
            throw Misfit(
                x, weight, $"{op}: input must be {SpatialAxes.Of(spatial)} and weight {weightAxes}, {kernel}), but they are {x.Type} and {weight.Type}.");
        }
    }

    private static ShapeException Misfit(Tensor x, Tensor weight, string message) =>
        new(Layers.PathOf([x, weight]) is { Length: > 0 } layer ? $"{layer}: {message}" : message);
}
