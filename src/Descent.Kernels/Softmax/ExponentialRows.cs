using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Kernels;

/// <summary>
/// What every softmax begins with, for rows of n floats: the largest of each row and the sum of the exponentials of what lies below it.
/// </summary>
/// <remarks>
/// Four rows go together: the sums of lanes and the exponentials of one row wait for each other, those of four rows do not. A row's bits do
/// not depend on its neighbours, nor on how many there are.
/// </remarks>
internal static unsafe class ExponentialRows
{
    public const int Together = 4;

    private const int MostLanes = 16;

    /// <summary>Up to four rows; <paramref name="shifts"/> and <paramref name="sums"/> have room for four in any case.</summary>
    /// <param name="rows">1 to 4.</param>
    /// <param name="n">Floats in a row.</param>
    /// <param name="x">The first row; the others follow <paramref name="stride"/> floats apart.</param>
    /// <param name="stride">Distance of the rows of x, and of y.</param>
    /// <param name="y">exp(x − shift); null where they are not wanted, x to write over it.</param>
    /// <param name="shifts">Each row's maximum where it is finite, else 0: subtracting it never makes ∞ − ∞.</param>
    /// <param name="sums">Σ exp(x − shift) of each row.</param>
    [MethodImpl(Jit.Hot), SkipLocalsInit]
    public static void Run(nint rows, nint n, float* x, nint stride, float* y, float* shifts, float* sums)
    {
        float* lanes = stackalloc float[Together * MostLanes];
        if (Vector512.IsHardwareAccelerated)
        {
            Run<F32x16>(rows, n, x, stride, y, shifts, sums, lanes);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Run<F32x8>(rows, n, x, stride, y, shifts, sums, lanes);
        }
        else
        {
            Run<F32x4>(rows, n, x, stride, y, shifts, sums, lanes);
        }
    }

    // Three methods: in one of them the compiler would have more variables than it keeps in registers.
    [MethodImpl(Jit.Inline)]
    private static void Run<V>(nint rows, nint n, float* x, nint stride, float* y, float* shifts, float* sums, float* lanes)
        where V : struct, ISimd<V>
    {
        Shifts<V>(rows, n, x, stride, shifts);
        Exponentials<V>(rows, n, x, stride, y, shifts, lanes);
        Fold<V>(lanes, sums);
    }

    [MethodImpl(VectorLoop.Body)]
    private static void Shifts<V>(nint rows, nint n, float* x, nint stride, float* shifts)
        where V : struct, ISimd<V>
    {
        (nint row1, nint row2, nint row3) = Offsets(rows, stride);
        V lowest = V.Const(double.NegativeInfinity), max0 = lowest, max1 = lowest, max2 = lowest, max3 = lowest;
        nint i = 0;
        for (; i <= n - V.Count; i += V.Count)
        {
            float* p = x + i;
            max0 = V.Max(max0, V.Load(p));
            max1 = V.Max(max1, V.Load(p + row1));
            max2 = V.Max(max2, V.Load(p + row2));
            max3 = V.Max(max3, V.Load(p + row3));
        }
        if (i < n)
        {
            float* p = x + i;
            max0 = V.Max(max0, RowLanes.LoadFirst(p, n - i, lowest));
            max1 = V.Max(max1, RowLanes.LoadFirst(p + row1, n - i, lowest));
            max2 = V.Max(max2, RowLanes.LoadFirst(p + row2, n - i, lowest));
            max3 = V.Max(max3, RowLanes.LoadFirst(p + row3, n - i, lowest));
        }
        F32x4 max = RowLanes.Fold<MaxReduction, V>(max0, max1, max2, max3);
        F32x4.IfGreater(F32x4.Const(double.PositiveInfinity), F32x4.Abs(max), max, F32x4.Const(0)).Store(shifts);
    }

    /// <summary>The exponentials, and in four vectors one after the other the sums of their lanes.</summary>
    [MethodImpl(VectorLoop.Body)]
    private static void Exponentials<V>(nint rows, nint n, float* x, nint stride, float* y, float* shifts, float* lanes)
        where V : struct, ISimd<V>
    {
        (nint row1, nint row2, nint row3) = Offsets(rows, stride);
        V shift0 = V.Uniform(shifts[0]), shift1 = V.Uniform(shifts[1]), shift2 = V.Uniform(shifts[2]), shift3 = V.Uniform(shifts[3]);
        V sum0 = V.Const(0), sum1 = sum0, sum2 = sum0, sum3 = sum0;
        nint i = 0;
        for (; i <= n - V.Count; i += V.Count)
        {
            // All four are read before any is written.
            float* p = x + i;
            V e0 = V.Exp(V.Load(p) - shift0), e1 = V.Exp(V.Load(p + row1) - shift1);
            V e2 = V.Exp(V.Load(p + row2) - shift2), e3 = V.Exp(V.Load(p + row3) - shift3);
            sum0 = sum0 + e0;
            sum1 = sum1 + e1;
            sum2 = sum2 + e2;
            sum3 = sum3 + e3;
            if (y != null)
            {
                p = y + i;
                e0.Store(p);
                e1.Store(p + row1);
                e2.Store(p + row2);
                e3.Store(p + row3);
            }
        }
        sum0.Store(lanes);
        sum1.Store(lanes + V.Count);
        sum2.Store(lanes + (2 * V.Count));
        sum3.Store(lanes + (3 * V.Count));
        for (nint r = 0; i < n && r < rows; r++)
        {
            nint at = (r * stride) + i;
            V e = V.Exp(RowLanes.LoadFirst(x + at, n - i, V.Const(double.NegativeInfinity)) - V.Uniform(shifts[r]));
            (V.Load(lanes + (r * V.Count)) + e).Store(lanes + (r * V.Count));
            if (y != null)
            {
                RowLanes.StoreFirst(e, y + at, n - i);
            }
        }
    }

    [MethodImpl(VectorLoop.Body)]
    private static void Fold<V>(float* lanes, float* sums)
        where V : struct, ISimd<V> =>
        RowLanes.Fold<SumReduction, V>(
            V.Load(lanes), V.Load(lanes + V.Count), V.Load(lanes + (2 * V.Count)), V.Load(lanes + (3 * V.Count))).Store(sums);

    /// <summary>Where rows begin. Where there are fewer than four the last one is done again, to the same bits.</summary>
    [MethodImpl(Jit.Inline)]
    private static (nint Row1, nint Row2, nint Row3) Offsets(nint rows, nint stride)
    {
        nint row1 = rows > 1 ? stride : 0, row2 = rows > 2 ? 2 * stride : row1;
        return (row1, row2, rows > 3 ? 3 * stride : row2);
    }
}
