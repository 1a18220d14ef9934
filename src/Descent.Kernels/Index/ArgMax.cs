using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Kernels;

/// <summary>
/// Where the maximum stands along the middle axis of a dense (outer, n, inner) array: the smallest j with <c>x[o, j, i]</c> = max.
/// </summary>
/// <remarks>A NaN is larger than every number, so the first NaN wins.</remarks>
/// <param name="outer">Size of everything before the axis.</param>
/// <param name="n">Size of the axis, at least 1.</param>
/// <param name="inner">Size of everything after the axis.</param>
public readonly unsafe struct ArgMax(nint outer, nint n, nint inner)
{
    // Columns that are searched side by side, so that memory is read along its lines.
    private const int Block = 64;

    /// <summary>Independent pieces of work: one per index before the axis.</summary>
    public nint Units => outer;

    /// <summary>Writes <c>inner</c> positions for each of the units [<paramref name="firstUnit"/>, <paramref name="lastUnit"/>).</summary>
    [MethodImpl(Jit.Hot)]
    public void Run<TIndex>(float* x, TIndex* y, nint firstUnit, nint lastUnit)
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        float* best = stackalloc float[Block];
        for (nint unit = firstUnit; unit < lastUnit; unit++)
        {
            float* matrix = x + (unit * n * inner);
            TIndex* target = y + (unit * inner);
            if (inner == 1)
            {
                *target = TIndex.CreateTruncating(Row(matrix, n));
                continue;
            }
            for (nint c = 0; c < inner; c += Block)
            {
                Columns(matrix + c, nint.Min(Block, inner - c), best, target + c);
            }
        }
    }

    /// <summary>Position of the first maximum of one row.</summary>
    [MethodImpl(Jit.Hot)]
    public static nint Row(float* x, nint n)
    {
        float max = RowReduce.Row<MaxReduction>(x, n);
        nint i = 0;
        if (float.IsNaN(max))
        {
            while (!float.IsNaN(x[i]))
            {
                i++;
            }
            return i;
        }
        Vector256<float> sought = Vector256.Create(max);
        while (i <= n - Vector256<float>.Count && !Vector256.EqualsAny(Vector256.Load(x + i), sought))
        {
            i += Vector256<float>.Count;
        }
        while (x[i] != max)
        {
            i++;
        }
        return i;
    }

    [MethodImpl(Jit.Hot)]
    private void Columns<TIndex>(float* x, nint cols, float* best, TIndex* y)
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        for (nint c = 0; c < cols; c++)
        {
            best[c] = x[c];
            y[c] = TIndex.Zero;
        }
        for (nint j = 1; j < n; j++)
        {
            float* row = x + (j * inner);
            TIndex position = TIndex.CreateTruncating(j);
            for (nint c = 0; c < cols; c++)
            {
                // Larger, or the first NaN of the column.
                if (row[c] > best[c] || (row[c] != row[c] && best[c] == best[c]))
                {
                    best[c] = row[c];
                    y[c] = position;
                }
            }
        }
    }
}
