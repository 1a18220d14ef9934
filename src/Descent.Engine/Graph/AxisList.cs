using System.Runtime.CompilerServices;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Descent;

/// <summary>A short list of axes with value equality, so that it can be an attribute of an op.</summary>
internal readonly struct AxisList : IEquatable<AxisList>
{
    private readonly Items _items;
    private readonly int _count;

    public AxisList(ReadOnlySpan<int> axes)
    {
        _count = axes.Length;
        for (int i = 0; i < axes.Length; i++)
        {
            _items[i] = axes[i];
        }
    }

    [UnscopedRef]
    public ReadOnlySpan<int> Span => MemoryMarshal.CreateReadOnlySpan(in _items[0], Shape.MaxRank)[.._count];

    public bool Contains(int axis) => Span.Contains(axis);

    /// <summary>The axes from the front, in ascending order; all of them where none is named.</summary>
    /// <exception cref="ShapeException">An axis does not exist or is named twice.</exception>
    public static AxisList Of(ReadOnlySpan<int> axes, Shape shape, string op)
    {
        Span<int> sorted = stackalloc int[axes.Length == 0 ? shape.Rank : axes.Length];
        for (int i = 0; i < sorted.Length; i++)
        {
            sorted[i] = axes.Length == 0 ? i : shape.Axis(axes[i], op);
        }

        sorted.Sort();
        for (int i = 1; i < sorted.Length; i++)
        {
            if (sorted[i] == sorted[i - 1])
            {
                throw new ShapeException($"{op}: axis {sorted[i]} of {shape} is named twice.");
            }
        }

        return new AxisList(sorted);
    }

    public bool Equals(AxisList other) => Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => obj is AxisList other && Equals(other);

    public override int GetHashCode()
    {
        int hash = _count;
        foreach (int axis in Span)
        {
            hash = (hash * 31) + axis;
        }

        return hash;
    }

    public override string ToString() => $"[{string.Join(", ", Span.ToArray())}]";

    [InlineArray(Shape.MaxRank)]
    private struct Items
    {
        private int _first;
    }
}
