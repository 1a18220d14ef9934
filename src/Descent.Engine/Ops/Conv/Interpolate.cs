namespace Descent;

/// <summary>How values between the elements of an image are found.</summary>
public enum InterpolationMode
{
    /// <summary>The element at or before the place.</summary>
    Nearest,

    /// <summary>A straight line between the two neighbours: linear along one axis, bilinear in images, trilinear in volumes.</summary>
    Linear,
}

public sealed partial class Tensor
{
    /// <summary>An image drawn larger or smaller.</summary>
    /// <remarks>
    /// Shapes: x (N, C, …), one, two or three axes behind the channels → (N, C, size…). Along each axis output i reads the place
    /// i·n / n′ (nearest, rounded down), (i + ½)·n / n′ − ½, but not below 0 (linear), or i·(n − 1) / (n′ − 1) (linear with aligned
    /// corners): as PyTorch. Linear interpolation is a product with a matrix for each axis, in which an element that is not finite spoils
    /// its line.
    /// Gradient: dy shared out by the same weights.
    /// </remarks>
    /// <param name="size">Of each axis behind the channels.</param>
    /// <param name="mode">Nearest or linear.</param>
    /// <param name="alignCorners">Whether the first and last elements of both images stand at the same places, rather than their outer
    /// edges; linear only.</param>
    /// <exception cref="ShapeException">x has not as many axes, or one of them is empty.</exception>
    /// <exception cref="ArgumentException">Corners are to be aligned in nearest mode.</exception>
    public Tensor Interpolate(ReadOnlySpan<int> size, InterpolationMode mode = InterpolationMode.Nearest, bool alignCorners = false) =>
        Interpolate(size, default, mode, alignCorners);

    /// <summary>
    /// With the input elements that an output element spans along each axis, where they are not the quotient of the sizes.
    /// </summary>
    internal Tensor Interpolate(ReadOnlySpan<int> size, ReadOnlySpan<double> steps, InterpolationMode mode, bool alignCorners)
    {
        MustHaveAxes(this, size, "interpolate");
        if (alignCorners && mode == InterpolationMode.Nearest)
        {
            throw new ArgumentException("interpolate: corners are aligned in linear mode alone; nearest reads whole elements.", nameof(alignCorners));
        }

        double[]?[] rows = new double[]?[size.Length];
        long[]?[] elements = new long[]?[size.Length];
        for (int i = 0; i < size.Length; i++)
        {
            int from = Shape[2 + i];
            double? step = steps.IsEmpty ? null : steps[i];
            if (mode == InterpolationMode.Nearest)
            {
                elements[i] = Nearest(from, size[i], step);
            }
            else if (from != size[i] || step is not (null or 1))
            {
                rows[i] = Linear(from, size[i], step, alignCorners);
            }
        }

        return mode == InterpolationMode.Nearest ? ElementsAt(size, elements) : Resample(size, rows);
    }

    /// <summary>Which element each output reads.</summary>
    private static long[] Nearest(int from, int to, double? step)
    {
        long[] elements = new long[to];
        for (long i = 0; i < to; i++)
        {
            elements[i] = Math.Min(step is { } s ? (long)(i * s) : i * from / to, from - 1);
        }

        return elements;
    }

    /// <summary>The matrix (to, from) of the weights by which each output reads its two neighbours.</summary>
    private static double[] Linear(int from, int to, double? step, bool alignCorners)
    {
        double[] matrix = new double[to * from];
        double scale = alignCorners ? (to > 1 ? (double)(from - 1) / (to - 1) : 0) : step ?? (double)from / to;
        for (int i = 0; i < to; i++)
        {
            double place = alignCorners ? i * scale : Math.Max(((i + 0.5) * scale) - 0.5, 0);
            int first = Math.Min((int)place, from - 1), second = Math.Min(first + 1, from - 1);
            matrix[(i * from) + first] += 1 - (place - first);
            matrix[(i * from) + second] += place - first;
        }

        return matrix;
    }

    /// <summary>The elements named along each axis behind the channels.</summary>
    private Tensor ElementsAt(ReadOnlySpan<int> size, long[]?[] elements)
    {
        // A whole number of copies needs no indices: its gradient is a plain sum.
        List<int> apart = [Shape[0]], repeated = [Shape[0]], joined = [Shape[0]];
        for (int i = 0; i < size.Length; i++)
        {
            int from = Shape[2 + i], copies = size[i] / from;
            bool isWhole = size[i] % from == 0 && Array.TrueForAll([.. Enumerable.Range(0, size[i])], e => elements[i]![e] == e / copies);
            apart.AddRange(isWhole ? [from, 1] : [from]);
            repeated.AddRange(isWhole ? [from, copies] : [from]);
            joined.Add(isWhole ? size[i] : from);
            elements[i] = isWhole ? null : elements[i];
        }

        int channels = Shape[1];
        Tensor y = ChannelsLast(this).Reshape(new Shape([.. apart, channels])).Expand(new Shape([.. repeated, channels]));
        y = y.Reshape(new Shape([.. joined, channels]));
        for (int i = 0; i < size.Length; i++)
        {
            y = elements[i] is { } places ? y.Gather(From(places, new Shape(size[i]), Device), 1 + i) : y;
        }

        return ChannelsFirst(y);
    }

    /// <summary>
    /// The axes behind the channels each multiplied by a matrix (size, n), row-major; an axis without one stays. Channels are innermost
    /// meanwhile: each product then reads whole runs of them.
    /// </summary>
    private Tensor Resample(ReadOnlySpan<int> size, double[]?[] matrices)
    {
        Tensor y = ChannelsLast(this);
        for (int i = 0; i < size.Length; i++)
        {
            if (matrices[i] is { } values)
            {
                Shape s = y.Shape;
                int outer = checked((int)new Shape(s.Sizes[..(1 + i)]).Count), inner = checked((int)new Shape(s.Sizes[(2 + i)..]).Count);
                Tensor matrix = From(values, new Shape(size[i], s[1 + i]), Device).To(DType);
                y = inner == 1
                    ? y.Reshape(new Shape(outer, s[1 + i])).MatMul(matrix.T)
                    : matrix.MatMul(y.Reshape(new Shape(outer, s[1 + i], inner)));
                y = y.Reshape(s.With(1 + i, size[i]));
            }
        }

        return ChannelsFirst(y);
    }

    private static Tensor ChannelsLast(Tensor x) => x.Permute([0, .. Enumerable.Range(2, x.Rank - 2), 1]);

    private static Tensor ChannelsFirst(Tensor x) => x.Permute([0, x.Rank - 1, .. Enumerable.Range(1, x.Rank - 2)]);
}
