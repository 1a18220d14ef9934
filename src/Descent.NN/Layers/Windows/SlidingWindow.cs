namespace Descent;

/// <summary>
/// The window of a layer and how it moves: what convolutions, locally connected layers and poolings of 1, 2 and 3 axes share.
/// </summary>
/// <remarks><c>layer</c> is the name in messages; <c>spatial</c> is 1 for sequences, 2 for images, 3 for volumes.</remarks>
/// <exception cref="ArgumentException">A number is given for another number of axes.</exception>
/// <exception cref="ArgumentOutOfRangeException">A kernel, stride or dilation is not above 0, or a padding is negative.</exception>
internal sealed class SlidingWindow(
    string layer, int spatial, PerAxis kernel, PerAxis stride, Padding padding, PerAxis dilation, SizeRounding rounding)
{
    private readonly int[] _stride = stride.Of(spatial, nameof(stride));
    private readonly int[] _dilation = dilation.Of(spatial, nameof(dilation));
    private readonly (int Before, int After)[] _padding = padding.Of(spatial, nameof(padding));

    /// <summary>Elements of the window along each axis.</summary>
    public int[] Kernel { get; } = kernel.Of(spatial, nameof(kernel));

    /// <summary>Elements of the whole window.</summary>
    public int Elements => Kernel.Aggregate(1, (product, size) => checked(product * size));

    /// <summary>
    /// The same window, refused where a side is padded as far as the window reaches: such a window would see nothing but padding.
    /// </summary>
    /// <exception cref="ArgumentException">One is.</exception>
    public SlidingWindow WithinPadding()
    {
        for (int i = 0; i < spatial; i++)
        {
            if (Math.Max(_padding[i].Before, _padding[i].After) >= Kernel[i])
            {
                throw new ArgumentException(
                    $"{layer}: a padding of {Math.Max(_padding[i].Before, _padding[i].After)} is not smaller than the window of {Kernel[i]}, "
                    + "which must always see an element.",
                    nameof(padding));
            }
        }

        return this;
    }

    /// <summary>How the windows lie along each axis of this input.</summary>
    /// <param name="x">The input.</param>
    /// <param name="channels">How many it must have; any where it is null.</param>
    /// <param name="of">A parameter of the layer, whose name tells where the layer stands.</param>
    /// <exception cref="ShapeException">The input has another number of axes or channels, a window is larger than the image, or windows do
    /// not fit.</exception>
    public AxisWindow[] On(TensorType x, int? channels = null, Parameter? of = null)
    {
        if (x.Shape.Rank != 2 + spatial || (channels is { } expected && x.Shape[1] != expected))
        {
            string axes = SpatialAxes.Of(spatial);
            throw Misfit(of, $"input must be {(channels is null ? axes : axes.Replace("C", $"{channels}", StringComparison.Ordinal))}, but it is {x}.");
        }

        var windows = new AxisWindow[spatial];
        for (int i = 0; i < spatial; i++)
        {
            windows[i] = Along(2 + i, x.Shape, new AxisWindow(Kernel[i], _stride[i], _padding[i].Before, _padding[i].After, _dilation[i]), of);
        }

        return windows;
    }

    /// <summary>The windows as they were given, for a layer that states its output by them alone.</summary>
    public AxisWindow[] AsGiven() =>
        [.. Enumerable.Range(0, spatial).Select(i => new AxisWindow(Kernel[i], _stride[i], _padding[i].Before, _padding[i].After, _dilation[i]))];

    public ShapeException Misfit(Parameter? of, string message) =>
        new((of is not null && Descent.Layers.PathOf(of) is { Length: > 0 } path ? $"{path}: " : "") + $"{layer}: {message}");

    private AxisWindow Along(int axis, Shape x, AxisWindow window, Parameter? of)
    {
        int size = x[axis];
        if (padding.IsSame)
        {
            int windows = (size + window.Stride - 1) / window.Stride;
            int total = Math.Max(((windows - 1) * window.Stride) + window.Extent - size, 0);
            return window with { PadBefore = total / 2, PadAfter = total - (total / 2) };
        }

        int padded = size + window.PadBefore + window.PadAfter;
        if (window.Extent > padded)
        {
            string gaps = window.Dilation == 1 ? "" : $" ({window.Kernel} elements, {window.Dilation} apart)";
            throw Misfit(of, $"the window spans {window.Extent} elements{gaps} of axis {axis}, but with its padding that has {padded} (x {x}).");
        }

        int left = (padded - window.Extent) % window.Stride;
        switch (rounding)
        {
            case SizeRounding.Exact when left != 0:
                throw Misfit(
                    of,
                    $"windows do not fit axis {axis} of {x}: ({size} + {window.PadBefore + window.PadAfter} padding − {window.Extent}) / {window.Stride} "
                    + $"leaves {left} over. Change kernel, stride or padding, or pass rounding: SizeRounding.Floor to leave the rest unread"
                    + " (Ceiling to let the last window reach over the edge).");
            case SizeRounding.Ceiling when left != 0:
                int last = padded - window.Extent - left + window.Stride;
                int overhang = last < window.PadBefore + size ? window.Stride - left : 0;
                return window with { PadAfter = window.PadAfter + overhang, Overhang = overhang };
            default:
                return window;
        }
    }
}
