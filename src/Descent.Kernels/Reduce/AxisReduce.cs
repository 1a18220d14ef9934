using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>Reduces the middle axis of a dense (outer, n, inner) array: <c>y[o, i] = R over j of x[o, j, i]</c>.</summary>
/// <remarks>
/// Any set of axes is a chain of such steps, innermost first. A long axis is cut in chunks fixed by the shape, so that work can be shared
/// when there is little else to share: the units then write partial results to a workspace and <see cref="Combine"/> ends the job.
/// Any split of the units gives the same bits.
/// </remarks>
public readonly unsafe struct AxisReduce<R>
    where R : struct, IReduction
{
    // Elements that make a unit of work worth handing out, and how many chunks an axis is cut in at most.
    private const int UnitElements = 16_384;
    private const int MaxChunks = 64;
    private const int ColumnBlock = 512;

    private readonly nint _outer;
    private readonly nint _n;
    private readonly nint _inner;
    private readonly nint _chunk;
    private readonly nint _groupOuter;
    private readonly nint _columnBlocks;

    public AxisReduce(nint outer, nint n, nint inner)
    {
        (_outer, _n, _inner) = (outer, n, inner);
        if (inner == 1)
        {
            // The blocks of a row, so that chunks add up to what RowReduce.Row gives for the whole.
            _chunk = RowReduce.Block;
        }
        else
        {
            nint worthwhile = UnitElements / Math.Max(1, Math.Min(inner, ColumnBlock));
            _chunk = Math.Max(Math.Max(worthwhile, 1), (n + MaxChunks - 1) / MaxChunks);
        }
        _chunk = Math.Max(1, Math.Min(_chunk, n));
        Chunks = n <= _chunk ? 1 : (int)((n + _chunk - 1) / _chunk);
        _columnBlocks = (inner + ColumnBlock - 1) / ColumnBlock;
        _groupOuter = Math.Max(1, UnitElements / Math.Max(1, _chunk * Math.Min(inner, ColumnBlock)));
    }

    /// <summary>In how many pieces the reduced axis is cut; 1 when units write the result itself.</summary>
    public int Chunks { get; }

    /// <summary>Floats of workspace: none when <see cref="Chunks"/> is 1.</summary>
    public nint WorkspaceElements => Chunks > 1 ? _outer * Chunks * _inner : 0;

    /// <summary>Independent pieces of work.</summary>
    public int Units => checked((int)((_outer + _groupOuter - 1) / _groupOuter * Chunks * _columnBlocks));

    /// <summary>Runs units; <paramref name="target"/> is the workspace when there is one, else y.</summary>
    [MethodImpl(Jit.Hot)]
    public void Run(float* x, float* target, int firstUnit, int lastUnit)
    {
        Debug.Assert(0 <= firstUnit && firstUnit <= lastUnit && lastUnit <= Units, "Units outside the reduction.");
        for (int unit = firstUnit; unit < lastUnit; unit++)
        {
            (nint rest, nint columnBlock) = Math.DivRem(unit, _columnBlocks);
            (nint group, nint chunk) = Math.DivRem(rest, Chunks);
            nint c = columnBlock * ColumnBlock, cols = Math.Min(ColumnBlock, _inner - c);
            nint j = chunk * _chunk, count = Math.Min(_chunk, _n - j);
            nint last = Math.Min((group + 1) * _groupOuter, _outer);
            for (nint o = group * _groupOuter; o < last; o++)
            {
                float* from = x + (((o * _n) + j) * _inner) + c;
                float* to = target + (((o * Chunks) + chunk) * _inner) + c;
                if (_inner == 1)
                {
                    *to = RowReduce.Row<R>(from, count);
                }
                else
                {
                    ColumnReduce.Run<R>(from, _inner, count, cols, to);
                }
            }
        }
    }

    /// <summary>Combines the chunks: needed when <see cref="Chunks"/> is more than 1, after all units.</summary>
    [MethodImpl(Jit.Hot)]
    public void Combine(float* workspace, float* y)
    {
        for (nint o = 0; o < _outer; o++)
        {
            float* chunks = workspace + (o * Chunks * _inner);
            if (_inner == 1)
            {
                y[o] = RowReduce.CombineBlocks<R>(chunks, Chunks);
            }
            else
            {
                ColumnReduce.Run<R>(chunks, _inner, Chunks, _inner, y + (o * _inner));
            }
        }
    }
}
