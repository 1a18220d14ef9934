using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Kernels;

/// <summary>
/// Where the extremum stands along the middle axis of a dense (outer, n, inner) array: the smallest j with <c>x[o, j, i]</c> = R of all.
/// </summary>
/// <remarks>A NaN beats every number, so the first NaN wins.</remarks>
/// <param name="outer">Size of everything before the axis.</param>
/// <param name="n">Size of the axis, at least 1.</param>
/// <param name="inner">Size of everything after the axis.</param>
public readonly unsafe struct ArgReduce<R>(nint outer, nint n, nint inner)
    where R : struct, IExtremum
{
    // Columns that are searched side by side, so that memory is read along its lines.
    private const int Block = 64;

    /// <summary>Independent pieces of work: one per index before the axis.</summary>
    public nint Units => outer;

    /// <summary>Writes <c>inner</c> positions for each of the units [<paramref name="firstUnit"/>, <paramref name="lastUnit"/>).</summary>
    [MethodImpl(Jit.Hot)]
    public void Run<T>(T* x, long* y, nint firstUnit, nint lastUnit)
        where T : unmanaged, INumber<T>
    {
        T* best = stackalloc T[Block];
        for (nint unit = firstUnit; unit < lastUnit; unit++)
        {
            T* matrix = x + (unit * n * inner);
            long* target = y + (unit * inner);
            if (inner == 1 && typeof(T) == typeof(float))
            {
                *target = Row((float*)matrix, n);
                continue;
            }
            for (nint c = 0; c < inner; c += Block)
            {
                Columns(matrix + c, nint.Min(Block, inner - c), best, target + c);
            }
        }
    }

    /// <summary>Position of the first extremum of one row.</summary>
    [MethodImpl(Jit.Hot)]
    public static nint Row(float* x, nint n)
    {
        float extremum = RowReduce.Row<R>(x, n);
        nint i = 0;
        if (float.IsNaN(extremum))
        {
            while (!float.IsNaN(x[i]))
            {
                i++;
            }
            return i;
        }
        Vector256<float> sought = Vector256.Create(extremum);
        while (i <= n - Vector256<float>.Count && !Vector256.EqualsAny(Vector256.Load(x + i), sought))
        {
            i += Vector256<float>.Count;
        }
        while (x[i] != extremum)
        {
            i++;
        }
        return i;
    }

    [MethodImpl(Jit.Hot)]
    private void Columns<T>(T* x, nint cols, T* best, long* y)
        where T : unmanaged, INumber<T>
    {
        for (nint c = 0; c < cols; c++)
        {
            best[c] = x[c];
            y[c] = 0;
        }
        for (nint j = 1; j < n; j++)
        {
            T* row = x + (j * inner);
            for (nint c = 0; c < cols; c++)
            {
                if (R.Beats(row[c], best[c]))
                {
                    best[c] = row[c];
                    y[c] = j;
                }
            }
        }
    }
}
