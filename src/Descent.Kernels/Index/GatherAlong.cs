using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// Picks one element per index along the middle axis of a dense (outer, n, inner) array, the other axes in step:
/// <c>y[o, j, i] = x[o, index[o, j, i], i]</c>.
/// </summary>
/// <param name="outer">Size of everything before the axis.</param>
/// <param name="n">Size of the axis in x.</param>
/// <param name="inner">Size of everything after the axis.</param>
/// <param name="count">Size of the axis in index and y.</param>
public readonly unsafe struct GatherAlong(nint outer, nint n, nint inner, nint count)
{
    /// <summary>Rows of <c>inner</c> elements that y consists of.</summary>
    public nint Rows => outer * count;

    /// <summary>Writes the rows [<paramref name="firstRow"/>, <paramref name="lastRow"/>) of y.</summary>
    /// <returns>
    /// The first place in y, among these rows, whose index is outside [0, n), where y is left as it was; −1 when there is none.
    /// </returns>
    [MethodImpl(Jit.Hot)]
    public nint Run<T>(T* x, long* index, T* y, nint firstRow, nint lastRow)
        where T : unmanaged
    {
        nint firstBad = -1;
        for (nint row = firstRow; row < lastRow; row++)
        {
            T* from = x + (row / count * n * inner);
            for (nint i = 0, place = row * inner; i < inner; i++, place++)
            {
                long at = index[place];
                if ((ulong)at < (ulong)n)
                {
                    y[place] = from[((nint)at * inner) + i];
                }
                else if (firstBad < 0)
                {
                    firstBad = place;
                }
            }
        }
        return firstBad;
    }
}
