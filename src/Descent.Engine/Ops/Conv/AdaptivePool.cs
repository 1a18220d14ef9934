namespace Descent;

public sealed partial class Tensor
{
    /// <summary>The mean of windows that are laid so that an output of the given size comes out, whatever the size of the input.</summary>
    /// <remarks>
    /// Shapes: x (N, C, …), one, two or three axes behind the channels → (N, C, size…). Window i of n′ covers the elements from ⌊i·n / n′⌋
    /// up to ⌈(i + 1)·n / n′⌉ of an axis of n, so that windows may overlap. Gradient: dy / length for each element of its windows.
    /// </remarks>
    /// <exception cref="ShapeException">x has not as many axes, or one of them is empty.</exception>
    public Tensor AdaptiveAvgPool(params ReadOnlySpan<int> size)
    {
        MustHaveAxes(this, size, "adaptive-avgpool");
        if (Shape.Sizes[2..].SequenceEqual(size))
        {
            return this;
        }

        if (size.IndexOfAnyExcept(1) < 0)
        {
            return Mean([.. Enumerable.Range(2, size.Length)], keepDims: true);
        }

        var axes = new AxisWindow[size.Length];
        if (AdaptiveWindow.TryEven(Shape.Sizes[2..], size, axes))
        {
            return AvgPool(axes, countPadding: true);
        }

        double[]?[] rows = new double[]?[size.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = AdaptiveWindow.Means(Shape[2 + i], size[i]);
        }

        return Resample(size, rows);
    }

    /// <summary>
    /// The largest element of windows that are laid so that an output of the given size comes out, whatever the size of the input.
    /// </summary>
    /// <remarks>
    /// Shapes and windows: as <see cref="AdaptiveAvgPool"/>. Gradient: dy at the first of the largest elements of each window.
    /// </remarks>
    /// <exception cref="ShapeException">x has not as many axes, or one of them is empty.</exception>
    public Tensor AdaptiveMaxPool(params ReadOnlySpan<int> size)
    {
        MustHaveAxes(this, size, "adaptive-maxpool");
        var axes = new AxisWindow[size.Length];
        Tensor x = ChannelsLast(this);
        for (int i = 0; i < axes.Length; i++)
        {
            // Windows of different length are laid out one behind the other, shorter ones filled up by their last element.
            (axes[i], long[]? elements) = AdaptiveWindow.SideBySide(Shape[2 + i], size[i]);
            x = elements is null ? x : x.Gather(From(elements, new Shape(elements.Length), Device), 1 + i);
        }

        return ChannelsFirst(x).MaxPool(axes).Values;
    }

    private static void MustHaveAxes(Tensor x, ReadOnlySpan<int> size, string op)
    {
        if (size.Length is < 1 or > 3 || x.Rank != 2 + size.Length || x.Shape.Sizes[2..].Contains(0) || size.ContainsAnyInRange(int.MinValue, 0))
        {
            throw new ShapeException(
                $"{op}: sizes of at least 1 for one, two or three axes need an input of two axes more, none of the last empty, but the sizes are "
                + $"({string.Join(", ", size.ToArray())}) and the input is {x.Type}.");
        }
    }
}

/// <summary>The windows of adaptive pooling along one axis.</summary>
internal static class AdaptiveWindow
{
    /// <summary>The elements of window i of so many: [first, last).</summary>
    public static (int First, int Last) Of(int i, int size, int outputs) =>
        ((int)((long)i * size / outputs), (int)((((long)(i + 1) * size) + outputs - 1) / outputs));

    /// <summary>Where all outputs divide their axes, the windows that lie side by side.</summary>
    public static bool TryEven(ReadOnlySpan<int> sizes, ReadOnlySpan<int> outputs, Span<AxisWindow> axes)
    {
        for (int i = 0; i < axes.Length; i++)
        {
            if (sizes[i] % outputs[i] != 0)
            {
                return false;
            }

            axes[i] = new AxisWindow(sizes[i] / outputs[i], sizes[i] / outputs[i], 0, 0);
        }

        return true;
    }

    /// <summary>The matrix (outputs, size) that takes the mean of each window.</summary>
    public static double[] Means(int size, int outputs)
    {
        double[] matrix = new double[outputs * size];
        for (int i = 0; i < outputs; i++)
        {
            (int first, int last) = Of(i, size, outputs);
            matrix.AsSpan((i * size) + first, last - first).Fill(1.0 / (last - first));
        }

        return matrix;
    }

    /// <summary>Windows side by side, and which elements to lay there for it; none where the windows already lie so.</summary>
    public static (AxisWindow Window, long[]? Elements) SideBySide(int size, int outputs)
    {
        int longest = 0;
        for (int i = 0; i < outputs; i++)
        {
            (int first, int last) = Of(i, size, outputs);
            longest = Math.Max(longest, last - first);
        }

        var window = new AxisWindow(longest, longest, 0, 0);
        if (size % outputs == 0)
        {
            return (window, null);
        }

        long[] elements = new long[outputs * longest];
        for (int e = 0; e < elements.Length; e++)
        {
            (int first, int last) = Of(e / longest, size, outputs);
            elements[e] = Math.Min(first + (e % longest), last - 1);
        }

        return (window, elements);
    }
}
