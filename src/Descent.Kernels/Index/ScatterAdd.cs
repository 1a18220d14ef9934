using System.Numerics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// Adds slices along the middle axis of a dense (outer, n, inner) array, the gradient of <see cref="Gather"/>:
/// <c>y[o, k, i] = Σ over j with index[j] = k of x[o, j, i]</c>.
/// </summary>
/// <remarks>
/// The positions are first sorted by their index, which keeps the order of equal ones; then every row of y has one owner, who adds
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
    public nint Sort(long* index, int* workspace)
    {
        // begins[k] first counts the positions of index k, then says where they end, and at last where they begin.
        int* begins = workspace, positions = workspace + n + 1;
        new Span<int>(begins, checked((int)n)).Clear();
        for (nint j = 0; j < count; j++)
        {
            long at = index[j];
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
            positions[--begins[index[j]]] = (int)j;
        }
        return -1;
    }

    /// <summary>Writes the rows [<paramref name="firstRow"/>, <paramref name="lastRow"/>) of y.</summary>
    [MethodImpl(Jit.Hot)]
    public void Run<T>(T* x, int* workspace, T* y, nint firstRow, nint lastRow)
        where T : unmanaged, INumberBase<T>
    {
        int* begins = workspace, positions = workspace + n + 1;
        for (nint row = firstRow; row < lastRow; row++)
        {
            (nint o, nint k) = Math.DivRem(row, n);
            new Span<T>(y + (row * inner), (int)inner).Clear();

            // Addresses come from the workspace: whatever wrote over it, no sum reaches beyond x.
            nint end = nint.Min(begins[k + 1], count);
            for (nint p = nint.Max(begins[k], 0); p < end; p++)
            {
                if ((uint)positions[p] < (nuint)count)
                {
                    Add(x + (((o * count) + positions[p]) * inner), y + (row * inner));
                }
            }
        }
    }

    [MethodImpl(Jit.Inline)]
    private void Add<T>(T* x, T* y)
        where T : unmanaged, INumberBase<T>
    {
        nint i = 0;
        for (; i <= inner - Vector<T>.Count; i += Vector<T>.Count)
        {
            (Vector.Load(y + i) + Vector.Load(x + i)).Store(y + i);
        }
        for (; i < inner; i++)
        {
            y[i] += x[i];
        }
    }
}
