namespace Descent;

/// <summary>How a smaller shape stretches to a larger one: axes are matched from the last, a size of 1 repeats.</summary>
internal static class Broadcasting
{
    /// <summary>The element strides of <paramref name="from"/> seen as <paramref name="to"/>: 0 where it repeats.</summary>
    public static void Strides(Shape from, Shape to, Span<long> strides)
    {
        long step = 1;
        int offset = to.Rank - from.Rank;
        for (int axis = to.Rank - 1; axis >= 0; axis--)
        {
            int size = axis >= offset ? from[axis - offset] : 1;
            strides[axis] = size == 1 ? 0 : step;
            step *= axis >= offset ? size : 1;
        }
    }

    /// <summary>Copies the values, repeating them along stretched axes.</summary>
    public static void Stretch(ReadOnlySpan<double> source, Shape from, Span<double> destination, Shape to)
    {
        Span<long> strides = stackalloc long[Shape.MaxRank];
        Span<int> index = stackalloc int[Shape.MaxRank];
        Strides(from, to, strides);
        index.Clear();
        long offset = 0;
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = source[(int)offset];
            for (int axis = to.Rank - 1; axis >= 0; axis--)
            {
                offset += strides[axis];
                if (++index[axis] < to[axis])
                {
                    break;
                }

                offset -= strides[axis] * to[axis];
                index[axis] = 0;
            }
        }
    }

    /// <summary>Sums a gradient over the axes that were stretched, so that it has the input's shape again.</summary>
    public static Tensor Undo(Tensor gradient, Shape shape)
    {
        if (gradient.Shape == shape)
        {
            return gradient;
        }

        int offset = gradient.Rank - shape.Rank;
        Span<int> axes = stackalloc int[Shape.MaxRank];
        int count = 0;
        for (int axis = 0; axis < gradient.Rank; axis++)
        {
            if (axis < offset || (shape[axis - offset] == 1 && gradient.Shape[axis] != 1))
            {
                axes[count++] = axis;
            }
        }

        return gradient.Sum(axes[..count], keepDims: true).Reshape(shape);
    }
}
