using System.Numerics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// Adds slices along the middle axis of a dense (outer, n, inner) array, the gradient of <see cref="Gather"/>:
/// <c>y[o, k, i] = y[o, k, i] + Σ over j with index[j] = k of x[o, j, i]</c>.
/// </summary>
/// <remarks>
/// The positions are first sorted by their index, which keeps the order of equal ones; then every row of y has one owner, who adds to it
/// in that order. So any split of the rows gives the same bits, without atomic additions.
/// </remarks>
/// <param name="outer">Size of everything before the axis.</param>
/// <param name="n">Size of the axis in y.</param>
/// <param name="inner">Size of everything after the axis.</param>
/// <param name="count">Number of indices, the size of the axis in x.</param>
public readonly unsafe struct ScatterAdd(nint outer, nint n, nint inner, nint count)
{
    /// <summary>Rows of <c>inner</c> elements that y consists of.</summary>
    public nint Rows => outer * n;

    /// <summary>Integers that <see cref="Sort"/> writes and <see cref="Run"/> reads.</summary>
    public nint WorkspaceElements => n + 1 + count;

    /// <summary>Sorts the positions by index (a counting sort), once for all rows.</summary>
    /// <returns>The first position whose index is outside [0, n), with nothing sorted; −1 when there is none.</returns>
    [MethodImpl(Jit.Hot)]
    public nint Sort<TIndex>(TIndex* index, int* workspace)
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        // begins[k] first counts the positions of index k, then says where they end, and at last where they begin.
        int* begins = workspace, positions = workspace + n + 1;
        new Span<int>(begins, checked((int)n)).Clear();
        for (nint j = 0; j < count; j++)
        {
            long at = long.CreateTruncating(index[j]);
            if ((ulong)at >= (ulong)n)
            {
                return j;
            }
            begins[at]++;
        }
        for (nint k = 1; k < n; k++)
        {
            begins[k] += begins[k - 1];
        }
        begins[n] = checked((int)count);
        for (nint j = count - 1; j >= 0; j--)
        {
            positions[--begins[long.CreateTruncating(index[j])]] = (int)j;
        }
        return -1;
    }

    /// <summary>Adds to the rows [<paramref name="firstRow"/>, <paramref name="lastRow"/>) of y.</summary>
    [MethodImpl(Jit.Hot)]
    public void Run(float* x, int* workspace, float* y, nint firstRow, nint lastRow)
    {
        int* begins = workspace, positions = workspace + n + 1;
        for (nint row = firstRow; row < lastRow; row++)
        {
            (nint o, nint k) = Math.DivRem(row, n);
            for (nint p = begins[k]; p < begins[k + 1]; p++)
            {
                Add(x + (((o * count) + positions[p]) * inner), y + (row * inner));
            }
        }
    }

    [MethodImpl(Jit.Inline)]
    private void Add(float* x, float* y)
    {
        nint i = 0;
        for (; i <= inner - Vector<float>.Count; i += Vector<float>.Count)
        {
            (Vector.Load(y + i) + Vector.Load(x + i)).Store(y + i);
        }
        for (; i < inner; i++)
        {
            y[i] += x[i];
        }
    }
}
