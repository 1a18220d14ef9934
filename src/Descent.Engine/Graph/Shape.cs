using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Descent;

/// <summary>The sizes of a tensor's axes, outermost first; at most 8 axes. A scalar has none.</summary>
public readonly struct Shape : IEquatable<Shape>
{
    /// <summary>The largest number of axes.</summary>
    public const int MaxRank = 8;

    private readonly Axes _axes;
    private readonly int _rank;

    /// <summary>A shape of the given axis sizes.</summary>
    /// <exception cref="ShapeException">A size is negative, or there are more than 8.</exception>
    public Shape(params ReadOnlySpan<int> sizes)
    {
        if (sizes.Length > MaxRank)
        {
            throw new ShapeException($"A tensor has at most {MaxRank} axes, not {sizes.Length}.");
        }

        long count = 1;
        for (int i = 0; i < sizes.Length; i++)
        {
            if (sizes[i] < 0)
            {
                throw new ShapeException($"Axis {i} has negative size {sizes[i]}.");
            }

            _axes[i] = sizes[i];
            count = checked(count * Math.Max(1, sizes[i]));
        }

        _rank = sizes.Length;
    }

    /// <summary>The shape of a single number.</summary>
    public static Shape Scalar => default;

    /// <summary>The number of axes.</summary>
    public int Rank => _rank;

    /// <summary>The number of elements: the product of all sizes.</summary>
    public long Count
    {
        get
        {
            long count = 1;
            for (int i = 0; i < _rank; i++)
            {
                count *= _axes[i];
            }

            return count;
        }
    }

    /// <summary>The sizes as a span over this value.</summary>
    [UnscopedRef]
    public ReadOnlySpan<int> Sizes => MemoryMarshal.CreateReadOnlySpan(in _axes[0], MaxRank)[.._rank];

    /// <summary>The size of an axis; <c>^1</c> is the last.</summary>
    public int this[Index axis] => this[axis.GetOffset(_rank)];

    /// <summary>The size of an axis.</summary>
    public int this[int axis] => (uint)axis < (uint)_rank
        ? _axes[axis]
        : throw new ShapeException($"Shape {this} has no axis {axis}.");

    /// <summary>The same shape with one axis resized.</summary>
    public Shape With(int axis, int size)
    {
        Span<int> sizes = stackalloc int[_rank];
        Sizes.CopyTo(sizes);
        sizes[axis] = size;
        return new Shape(sizes);
    }

    /// <summary>The axis counted from the front; −1 is the last.</summary>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public int Axis(int axis, string op)
    {
        int fromFront = axis < 0 ? axis + _rank : axis;
        return (uint)fromFront < (uint)_rank
            ? fromFront
            : throw new ShapeException($"{op}: there is no axis {axis} in {this}; axes run from {-_rank} to {_rank - 1}.");
    }

    /// <summary>The shape that both broadcast to: axes are matched from the last, and a size of 1 stretches.</summary>
    /// <exception cref="ShapeException">Two sizes differ and neither is 1.</exception>
    public static Shape Broadcast(Shape a, Shape b, string op)
    {
        if (a == b)
        {
            return a;
        }

        int rank = Math.Max(a._rank, b._rank);
        Span<int> sizes = stackalloc int[rank];
        for (int i = 1; i <= rank; i++)
        {
            int sizeA = i <= a._rank ? a._axes[a._rank - i] : 1;
            int sizeB = i <= b._rank ? b._axes[b._rank - i] : 1;
            if (sizeA != sizeB && sizeA != 1 && sizeB != 1)
            {
                throw new ShapeException(
                    $"{op}: shapes {a} and {b} do not broadcast: axis {rank - i} has sizes {sizeA} and {sizeB}, and neither is 1.");
            }

            sizes[rank - i] = sizeA == 1 ? sizeB : sizeA;
        }

        return new Shape(sizes);
    }

    /// <inheritdoc/>
    public bool Equals(Shape other) => Sizes.SequenceEqual(other.Sizes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        int hash = _rank;
        for (int i = 0; i < _rank; i++)
        {
            hash = (hash * 31) + _axes[i];
        }

        return hash;
    }

    /// <inheritdoc/>
    public override string ToString() => _rank == 1 ? $"({_axes[0]})" : $"({string.Join(", ", Sizes.ToArray())})";

    public static bool operator ==(Shape a, Shape b) => a.Equals(b);

    public static bool operator !=(Shape a, Shape b) => !a.Equals(b);

    [InlineArray(MaxRank)]
    private struct Axes
    {
        private int _first;
    }
}
