using System.Numerics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// Adds elements where their indices say along the middle axis of a dense (outer, n, inner) array, the other axes in step, the gradient of
/// <see cref="GatherAlong"/>: <c>y[o, k, i] = Σ over j with index[o, j, i] = k of x[o, j, i]</c>.
/// </summary>
/// <remarks>A unit owns whole columns of y and adds in ascending j, so any split of the units gives the same bits.</remarks>
/// <param name="outer">Size of everything before the axis.</param>
/// <param name="n">Size of the axis in y.</param>
/// <param name="inner">Size of everything after the axis.</param>
/// <param name="count">Size of the axis in x and index.</param>
public readonly unsafe struct ScatterAddAlong(nint outer, nint n, nint inner, nint count)
{
    // Columns that one unit owns: a few cache lines of each row.
    private const int Block = 256;

    private readonly nint _blocks = (inner + Block - 1) / Block;

    /// <summary>Independent pieces of work.</summary>
    public nint Units => outer * _blocks;

    /// <summary>Elements of x and y that a unit touches at most.</summary>
    public nint UnitElements => (n + count) * nint.Min(Block, inner);

    /// <summary>Writes the columns of the units [<paramref name="firstUnit"/>, <paramref name="lastUnit"/>).</summary>
    /// <returns>
    /// The first place in x that these units met whose index is outside [0, n), which is left out; −1 when there is none.
    /// </returns>
    [MethodImpl(Jit.Hot)]
    public nint Run<T>(T* x, long* index, T* y, nint firstUnit, nint lastUnit)
        where T : unmanaged, INumberBase<T>
    {
        nint firstBad = -1;
        for (nint unit = firstUnit; unit < lastUnit; unit++)
        {
            (nint o, nint block) = Math.DivRem(unit, _blocks);
            nint first = block * Block, cols = nint.Min(Block, inner - first);
            T* sums = y + (o * n * inner) + first;
            for (nint k = 0; k < n; k++)
            {
                new Span<T>(sums + (k * inner), (int)cols).Clear();
            }
            for (nint j = 0; j < count; j++)
            {
                nint place = (((o * count) + j) * inner) + first;
                for (nint i = 0; i < cols; i++)
                {
                    long at = index[place + i];
                    if ((ulong)at < (ulong)n)
                    {
                        sums[((nint)at * inner) + i] += x[place + i];
                    }
                    else if (firstBad < 0)
                    {
                        firstBad = place + i;
                    }
                }
            }
        }
        return firstBad;
    }
}
