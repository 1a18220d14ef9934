using System.Runtime.CompilerServices;

namespace Descent;

/// <summary>
/// How a shape's elements lie in a buffer: an offset and a step per axis, in elements. A step of 0 repeats, a negative one runs backwards.
/// </summary>
internal struct Strided : IEquatable<Strided>
{
    public Shape Shape;
    public long Offset;
    private Steps _strides;

    public long this[int axis]
    {
        readonly get => _strides[axis];
        set => _strides[axis] = value;
    }

    /// <summary>All elements side by side in the given axis order.</summary>
    public static Strided Dense(Shape shape, AxisOrder order = AxisOrder.RowMajor)
    {
        var result = new Strided { Shape = shape };
        long step = 1;
        for (int i = shape.Rank - 1; i >= 0; i--)
        {
            int axis = order == AxisOrder.ChannelsLast ? ChannelsLastAxis(i, shape.Rank) : i;
            result[axis] = step;
            step *= shape[axis];
        }

        return result;
    }

    /// <summary>The axis at a position of the memory order N, spatial axes…, C.</summary>
    public static int ChannelsLastAxis(int position, int rank) =>
        position == 0 ? 0 : position == rank - 1 ? 1 : position + 1;

    /// <summary>True where the elements lie as in a dense buffer of this order from its start; axes of size 1 do not count.</summary>
    public readonly bool IsDense(AxisOrder order = AxisOrder.RowMajor)
    {
        Strided dense = Dense(Shape, order);
        if (Offset != 0)
        {
            return false;
        }

        for (int axis = 0; axis < Shape.Rank; axis++)
        {
            if (Shape[axis] > 1 && _strides[axis] != dense[axis])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The order that the steps follow, gaps aside; null where several orders are the same or elements repeat.</summary>
    public readonly AxisOrder? NearestOrder()
    {
        if (Shape.Rank < 3 || Shape[1] == 1)
        {
            return null;
        }

        long channel = Math.Abs(_strides[1]);
        bool isFinest = channel > 0, isCoarsest = channel > 0;
        int pixels = 1;
        for (int axis = 2; axis < Shape.Rank; axis++)
        {
            pixels *= Shape[axis];
            isFinest &= Shape[axis] == 1 || Math.Abs(_strides[axis]) > channel;
            isCoarsest &= Shape[axis] == 1 || (_strides[axis] != 0 && Math.Abs(_strides[axis]) < channel);
        }

        return pixels == 1 ? null : isFinest ? AxisOrder.ChannelsLast : isCoarsest ? AxisOrder.RowMajor : null;
    }

    /// <summary>The axes taken in another order.</summary>
    public readonly Strided Permute(ReadOnlySpan<int> axes)
    {
        Span<int> sizes = stackalloc int[axes.Length];
        var result = new Strided { Offset = Offset };
        for (int i = 0; i < axes.Length; i++)
        {
            sizes[i] = Shape[axes[i]];
            result[i] = _strides[axes[i]];
        }

        result.Shape = new Shape(sizes);
        return result;
    }

    /// <summary>Stretched to a larger shape: new and repeated axes step by 0.</summary>
    public readonly Strided Expand(Shape shape)
    {
        var result = new Strided { Shape = shape, Offset = Offset };
        int added = shape.Rank - Shape.Rank;
        for (int axis = added; axis < shape.Rank; axis++)
        {
            result[axis] = Shape[axis - added] == 1 && shape[axis] != 1 ? 0 : _strides[axis - added];
        }

        return result;
    }

    /// <summary>Every step-th index of one axis from start on.</summary>
    public readonly Strided Slice(int axis, int start, int step, int size)
    {
        Strided result = this;
        result.Shape = Shape.With(axis, size);
        result.Offset += start * _strides[axis];
        result[axis] *= step;
        return result;
    }

    /// <summary>
    /// The windows of some elements along one axis, each laid along a new last axis; where they overlap they share elements.
    /// </summary>
    public readonly Strided Unfold(int axis, int windows, int size, int step, int dilation)
    {
        Strided result = this;
        result.Shape = new Shape([.. Shape.With(axis, windows).Sizes, size]);
        result[Shape.Rank] = _strides[axis] * dilation;
        result[axis] *= step;
        return result;
    }

    /// <summary>The same elements under another shape, where steps allow it without a copy.</summary>
    public readonly bool TryReshape(Shape shape, out Strided result)
    {
        result = new Strided { Shape = shape, Offset = Offset };
        if (Shape.Count == 0)
        {
            return true;
        }

        // Runs of old axes whose steps follow each other are cut into the new sizes, from the last axis to the first.
        int old = Shape.Rank - 1;
        int axis = shape.Rank - 1;
        while (axis >= 0)
        {
            if (shape[axis] == 1)
            {
                result[axis--] = 0;
                continue;
            }

            while (Shape[old] == 1)
            {
                old--;
            }

            long step = _strides[old];
            long run = Shape[old--];
            long taken = 1;
            while (true)
            {
                while (axis >= 0 && taken < run)
                {
                    result[axis] = step * taken;
                    taken *= shape[axis--];
                }

                if (taken == run)
                {
                    break;
                }

                while (old >= 0 && Shape[old] == 1)
                {
                    old--;
                }

                if (old < 0 || _strides[old] != step * run)
                {
                    return false;
                }

                run *= Shape[old--];
            }
        }

        return true;
    }

    public readonly bool Equals(Strided other)
    {
        if (Shape != other.Shape || Offset != other.Offset)
        {
            return false;
        }

        for (int axis = 0; axis < Shape.Rank; axis++)
        {
            if (_strides[axis] != other._strides[axis])
            {
                return false;
            }
        }

        return true;
    }

    public override readonly bool Equals(object? obj) => obj is Strided other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(Shape, Offset);

    /// <summary>The steps of all axes.</summary>
    public readonly long[] ToArray()
    {
        long[] result = new long[Shape.Rank];
        for (int axis = 0; axis < result.Length; axis++)
        {
            result[axis] = _strides[axis];
        }

        return result;
    }

    [InlineArray(Shape.MaxRank)]
    private struct Steps
    {
        private long _first;
    }
}
