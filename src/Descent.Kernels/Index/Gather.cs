using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>Picks slices along the middle axis of a dense (outer, n, inner) array: <c>y[o, j, i] = x[o, index[j], i]</c>.</summary>
/// <param name="outer">Size of everything before the axis.</param>
/// <param name="n">Size of the axis in x.</param>
/// <param name="inner">Size of everything after the axis.</param>
/// <param name="count">Number of indices, the size of the axis in y.</param>
public readonly unsafe struct Gather(nint outer, nint n, nint inner, nint count)
{
    /// <summary>Rows of <c>inner</c> elements that y consists of.</summary>
    public nint Rows => outer * count;

    /// <summary>Writes the rows [<paramref name="firstRow"/>, <paramref name="lastRow"/>) of y.</summary>
    /// <returns>
    /// The first position j in these rows whose index is outside [0, n), where y is left as it was; −1 when there is none.
    /// </returns>
    [MethodImpl(Jit.Hot)]
    public nint Run<T>(T* x, long* index, T* y, nint firstRow, nint lastRow)
        where T : unmanaged
    {
        nint firstBad = -1;
        (nint o, nint j) = Math.DivRem(firstRow, Math.Max(count, 1));
        for (nint row = firstRow; row < lastRow; row++)
        {
            long at = index[j];
            if ((ulong)at < (ulong)n)
            {
                T* from = x + (((o * n) + (nint)at) * inner), to = y + (row * inner);
                if (inner == 1)
                {
                    *to = *from;
                }
                else
                {
                    Buffer.MemoryCopy(from, to, inner * sizeof(T), inner * sizeof(T));
                }
            }
            else if (firstBad < 0 || j < firstBad)
            {
                firstBad = j;
            }
            if (++j == count)
            {
                (o, j) = (o + 1, 0);
            }
        }
        return firstBad;
    }
}
