namespace Descent;

// Pooling along one, two or three axes. A sequence is an image of one row; a window in a volume is first pooled in each of its images and then,
// (D, H′·W′) taken as an image, in depth.
public sealed partial class Tensor
{
    /// <summary>The largest element of each window along one axis.</summary>
    /// <remarks>
    /// Shapes: x (N, C, L) → (N, C, L′), L′ = ⌊(L + 2·padding − kernel) / stride⌋ + 1. All else as <see cref="MaxPool2d(PoolWindow)"/>.
    /// </remarks>
    /// <exception cref="ShapeException">The window does not fit.</exception>
    public Tensor MaxPool1d(int kernel, int? stride = null, int padding = 0) =>
        MaxPool(AxisWindow.Alike([kernel], stride ?? kernel, padding)).Values;

    /// <summary>The largest element of each window of a volume.</summary>
    /// <remarks>Shapes: x (N, C, D, H, W) → (N, C, D′, H′, W′), D′ = ⌊(D + 2·padding − kernel) / stride⌋ + 1, H′ and W′ alike.</remarks>
    /// <exception cref="ShapeException">The window does not fit.</exception>
    public Tensor MaxPool3d(int kernel, int? stride = null, int padding = 0) =>
        MaxPool(AxisWindow.Alike([kernel, kernel, kernel], stride ?? kernel, padding)).Values;

    /// <summary>The mean of each window along one axis.</summary>
    /// <remarks>
    /// Shapes: x (N, C, L) → (N, C, L′), L′ = ⌊(L + 2·padding − kernel) / stride⌋ + 1. All else as <see cref="AvgPool2d(PoolWindow,
    /// bool)"/>.
    /// </remarks>
    /// <exception cref="ShapeException">The window does not fit.</exception>
    public Tensor AvgPool1d(int kernel, int? stride = null, int padding = 0, bool countPadding = true) =>
        AvgPool(AxisWindow.Alike([kernel], stride ?? kernel, padding), countPadding);

    /// <summary>The mean of each window of a volume.</summary>
    /// <remarks>Shapes: x (N, C, D, H, W) → (N, C, D′, H′, W′), D′ = ⌊(D + 2·padding − kernel) / stride⌋ + 1, H′ and W′ alike.</remarks>
    /// <exception cref="ShapeException">The window does not fit.</exception>
    public Tensor AvgPool3d(int kernel, int? stride = null, int padding = 0, bool countPadding = true) =>
        AvgPool(AxisWindow.Alike([kernel, kernel, kernel], stride ?? kernel, padding), countPadding);

    /// <summary>Zeros with each element put where its index says in the plane of its channel: the partial inverse of max pooling.</summary>
    /// <remarks>
    /// Shapes: x and indices (N, C, …) → (N, C, size…), with the indices that max pooling gives, row-major within the axes behind the
    /// channels. Elements of one index, which only overlapping windows give, add up. Gradient: dy read at the indices.
    /// Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014.
    /// </remarks>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="IndexException">When computed: an index lies outside the plane.</exception>
    public Tensor MaxUnpool(Tensor indices, params ReadOnlySpan<int> size)
    {
        if (Rank < 3 || indices.Shape != Shape || size.Length != Rank - 2)
        {
            throw new ShapeException(
                $"max-unpool: {Type} needs indices of its shape and a size for each axis behind the channels, but they are {indices.Type} and "
                + $"({string.Join(", ", size.ToArray())}).");
        }

        var plane = new Shape(size);
        var flat = new Shape(Shape[0], Shape[1], checked((int)new Shape(Shape.Sizes[2..]).Count));
        Tensor y = Apply(new ScatterAddAlong(2, checked((int)plane.Count)), Reshape(flat), indices.Reshape(flat));
        return y.Reshape(new Shape([Shape[0], Shape[1], .. size]));
    }

    /// <summary>The largest element of each window, and where it stood: row-major within the axes behind the channels.</summary>
    internal (Tensor Values, Tensor Indices) MaxPool(ReadOnlySpan<AxisWindow> axes)
    {
        MustHaveAxes(this, axes.Length, "maxpool");
        switch (axes.Length)
        {
            case 1:
                (Tensor values, Tensor indices) = Unsqueeze(2).MaxPool2d(PoolWindow.Of(AxisWindow.Single, axes[0]));
                return (values.Squeeze(2), indices.Squeeze(2));
            case 2:
                return MaxPool2d(PoolWindow.Of(axes[0], axes[1]));
            default:
                (Tensor inImages, Tensor places) = Slices.ToImages(this).MaxPool2d(PoolWindow.Of(axes[1], axes[2]));
                var image = new Shape(inImages.Shape.Sizes[2..]);
                (Tensor inDepth, Tensor depths) = Columns(inImages).MaxPool2d(PoolWindow.Of(axes[0], AxisWindow.Single));
                var pooled = new Shape([.. inDepth.Shape.Sizes[..3], .. image.Sizes]);

                // What the second pooling chose is a place among the images' results; these say where in their image they stood.
                int depth = Shape[2], plane = checked(Shape[3] * Shape[4]);
                Tensor starts = From([.. Enumerable.Range(0, depth).Select(d => d * plane)], new Shape(depth, 1), Device);
                Tensor candidates = (Columns(places) + starts).Flatten(from: 2);
                return (inDepth.Reshape(pooled), candidates.GatherAlong(depths.Flatten(from: 2), 2).Reshape(pooled));
        }

        // (N·D, C, H′, W′) → (N, C, D, H′·W′).
        Tensor Columns(Tensor images) => Slices.ToVolumes(images, Shape[0]).Flatten(from: 3);
    }

    /// <summary>The mean of each window.</summary>
    internal Tensor AvgPool(ReadOnlySpan<AxisWindow> axes, bool countPadding)
    {
        MustHaveAxes(this, axes.Length, "avgpool");
        Tensor y;
        switch (axes.Length)
        {
            case 1:
                y = Unsqueeze(2).AvgPool2d(PoolWindow.Of(AxisWindow.Single, axes[0]), countPadding).Squeeze(2);
                break;
            case 2:
                y = AvgPool2d(PoolWindow.Of(axes[0], axes[1]), countPadding);
                break;
            default:
                // A window has the same number of counted elements in each of its images, so that the mean of means is the mean.
                Tensor images = Slices.ToImages(this).AvgPool2d(PoolWindow.Of(axes[1], axes[2]), countPadding);
                Tensor columns = Slices.ToVolumes(images, Shape[0]).Flatten(from: 3);
                y = columns.AvgPool2d(PoolWindow.Of(axes[0], AxisWindow.Single), countPadding);
                y = y.Reshape(new Shape([.. y.Shape.Sizes[..3], .. images.Shape.Sizes[2..]]));
                break;
        }

        for (int i = 0; i < axes.Length && countPadding; i++)
        {
            y = axes[i].Overhang > 0 ? y * OverhangLeftOut(axes[i], 2 + i, y.Shape[2 + i]) : y;
        }

        return y;
    }

    /// <summary>For each window along an axis its length over the part of it that a mean counts.</summary>
    private Tensor OverhangLeftOut(AxisWindow window, int axis, int outputs)
    {
        double[] factors = new double[outputs];
        for (int p = 0; p < outputs; p++)
        {
            int counted = Shape[axis] + window.PadBefore + window.PadAfter - window.Overhang - (p * window.Stride);
            factors[p] = (double)window.Kernel / Math.Min(window.Kernel, counted);
        }

        return From(factors, new Shape([outputs, .. Enumerable.Repeat(1, Rank - axis - 1)]), Device).To(DType);
    }

    private static void MustHaveAxes(Tensor x, int spatial, string op)
    {
        if (x.Rank != 2 + spatial)
        {
            throw new ShapeException($"{op}{spatial}d: input must be {SpatialAxes.Of(spatial)}, but it is {x.Type}.");
        }
    }
}
