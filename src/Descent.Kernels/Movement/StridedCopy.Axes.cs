using System.Runtime.CompilerServices;

namespace Descent.Kernels;

public readonly unsafe partial struct StridedCopy
{
    /// <summary>Fills <paramref name="collapsed"/> with the axes that matter, in the order of the destination's memory.</summary>
    /// <returns>Their number; −1 when there is nothing to copy.</returns>
    private static int Collapse(
        ReadOnlySpan<int> shape, ReadOnlySpan<nint> sourceStrides, ReadOnlySpan<nint> destinationStrides, ref Axes collapsed)
    {
        Span<Axis> axes = collapsed;
        int rank = 0;
        for (int i = 0; i < shape.Length; i++)
        {
            if (shape[i] == 0)
            {
                return -1;
            }
            if (shape[i] > 1)
            {
                axes[rank++] = new Axis(shape[i], sourceStrides[i], destinationStrides[i]);
            }
        }
        SortByDestination(axes[..rank]);

        int kept = 0;
        for (int i = 1; i < rank; i++)
        {
            Axis outer = axes[kept], inner = axes[i];
            if (outer.Source == inner.Source * inner.Size && outer.Destination == inner.Destination * inner.Size)
            {
                axes[kept] = inner with { Size = outer.Size * inner.Size };
            }
            else
            {
                axes[++kept] = inner;
            }
        }
        return rank == 0 ? 0 : kept + 1;
    }

    /// <summary>Largest stride first; axes of equal stride keep their order.</summary>
    private static void SortByDestination(Span<Axis> axes)
    {
        for (int i = 1; i < axes.Length; i++)
        {
            Axis axis = axes[i];
            int at = i;
            for (; at > 0 && nint.Abs(axes[at - 1].Destination) < nint.Abs(axis.Destination); at--)
            {
                axes[at] = axes[at - 1];
            }
            axes[at] = axis;
        }
    }

    /// <summary>Takes one axis out; a single point where there is none.</summary>
    private static Axis Pop(ref Span<Axis> axes, int index)
    {
        if (index < 0)
        {
            return new Axis(1, 0, 0);
        }
        Axis axis = axes[index];
        axes[(index + 1)..].CopyTo(axes[index..]);
        axes = axes[..^1];
        return axis;
    }

    private static int IndexOfContiguousSource(ReadOnlySpan<Axis> axes)
    {
        int index = axes.Length - 1;
        while (index >= 0 && axes[index].Source != 1)
        {
            index--;
        }
        return index;
    }

    /// <summary>Sides of a transposed tile: a strip as wide as one square, shorter and wider where an axis is short.</summary>
    private static (nint Across, nint Inner) Tile(nint across, nint inner)
    {
        nint tileInner = nint.Min(inner, WholeSquares(TileElements / nint.Min(across, TileSide)));
        nint tileAcross = across <= TileSide ? across : nint.Min(across, WholeSquares(TileElements / tileInner));
        return (tileAcross, tileInner);

        static nint WholeSquares(nint side) => side / Transpose.Square * Transpose.Square;
    }

    private readonly record struct Axis(nint Size, nint Source, nint Destination);

    [InlineArray(MaxRank)]
    private struct Axes
    {
        private Axis _first;
    }
}
