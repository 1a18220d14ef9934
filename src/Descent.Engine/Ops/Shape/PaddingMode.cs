namespace Descent;

/// <summary>What stands beyond the edge of an image.</summary>
public enum PaddingMode
{
    /// <summary>Zeros: <c>0 0 | a b c d | 0 0</c>.</summary>
    Zeros,

    /// <summary>The image in a mirror that stands on the edge element: <c>c b | a b c d | c b</c>.</summary>
    Reflect,

    /// <summary>The edge element again and again: <c>a a | a b c d | d d</c>.</summary>
    Replicate,

    /// <summary>The image from its other side, as if it closed into a ring: <c>c d | a b c d | a b</c>.</summary>
    Circular,
}

public sealed partial class Tensor
{
    /// <summary>A border of the given kind: <c>before[i]</c> elements before axis i and <c>after[i]</c> behind it.</summary>
    /// <remarks>
    /// Axes are padded one after another, so that corners follow the same rule. Gradient: dy added up where an element stands several
    /// times.
    /// </remarks>
    /// <exception cref="ShapeException">
    /// The lists do not name a width of 0 or more for each axis, or the axis is too short for so wide a reflection or ring.
    /// </exception>
    public Tensor Pad(ReadOnlySpan<int> before, ReadOnlySpan<int> after, PaddingMode mode)
    {
        if (mode == PaddingMode.Zeros)
        {
            return Pad(before, after);
        }

        MustBeWidths(before, after);
        Tensor y = this;
        for (int axis = 0; axis < Rank; axis++)
        {
            y = y.Border(axis, before[axis], after[axis], mode);
        }

        return y;
    }

    private Tensor Border(int axis, int before, int after, PaddingMode mode)
    {
        if (before == 0 && after == 0)
        {
            return this;
        }

        int size = Shape[axis], most = mode switch { PaddingMode.Reflect => size - 1, PaddingMode.Circular => size, _ => size == 0 ? 0 : int.MaxValue };
        if (Math.Max(before, after) > most)
        {
            throw new ShapeException(
                $"pad: {mode} has {before} before and {after} behind axis {axis} of {Shape}, but an axis of {size} gives at most {Math.Max(most, 0)}.");
        }

        Tensor first = mode switch
        {
            PaddingMode.Reflect => Slice(axis, before, -1, before),
            PaddingMode.Circular => Narrow(axis, size - before, before),
            _ => Narrow(axis, 0, 1).Expand(Shape.With(axis, before)),
        };
        Tensor last = mode switch
        {
            PaddingMode.Reflect => Slice(axis, size - 2, -1, after),
            PaddingMode.Circular => Narrow(axis, 0, after),
            _ => Narrow(axis, size - 1, 1).Expand(Shape.With(axis, after)),
        };
        return (before, after) switch
        {
            (0, _) => Concat(axis, this, last),
            (_, 0) => Concat(axis, first, this),
            _ => Concat(axis, first, this, last),
        };
    }
}
