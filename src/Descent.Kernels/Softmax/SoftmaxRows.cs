using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Kernels;

/// <summary>Softmax and its relatives over rows of n consecutive floats; rows [firstRow, lastRow) of a dense matrix are done.</summary>
/// <remarks>
/// Numerics: exponents are taken of x − max, so no finite logit overflows. A logit of −∞ has probability 0. A row of −∞ alone
/// becomes NaN; so does the row of a NaN logit.
/// Output may be written over input.
/// </remarks>
public static unsafe class SoftmaxRows
{
    /// <summary><c>y = exp(x − max) / Σ exp(x − max)</c>.</summary>
    [MethodImpl(Jit.Hot)]
    public static void Softmax(float* x, float* y, nint n, nint firstRow, nint lastRow)
    {
        float* shifts = stackalloc float[ExponentialRows.Together], sums = stackalloc float[ExponentialRows.Together];
        for (nint row = firstRow; row < lastRow; row += ExponentialRows.Together)
        {
            nint rows = nint.Min(ExponentialRows.Together, lastRow - row);
            float* first = y + (row * n);
            ExponentialRows.Run(rows, n, x + (row * n), n, first, shifts, sums);
            for (nint i = 0; i < rows; i++)
            {
                Multiply(first + (i * n), 1 / sums[i], n);
            }
        }
    }

    /// <summary><c>y = x − max − log Σ exp(x − max)</c>.</summary>
    [MethodImpl(Jit.Hot)]
    public static void LogSoftmax(float* x, float* y, nint n, nint firstRow, nint lastRow)
    {
        float* shifts = stackalloc float[ExponentialRows.Together], logSums = stackalloc float[ExponentialRows.Together];
        for (nint row = firstRow; row < lastRow; row += ExponentialRows.Together)
        {
            nint rows = nint.Min(ExponentialRows.Together, lastRow - row);
            ExponentialRows.Run(rows, n, x + (row * n), n, null, shifts, logSums);
            F32x4.Log(F32x4.Load(logSums)).Store(logSums);
            for (nint i = 0; i < rows; i++)
            {
                float* logits = x + ((row + i) * n);
                Map<Shifted>(logits, logits, shifts[i], logSums[i], y + ((row + i) * n), n);
            }
        }
    }

    /// <summary>Gradient of <see cref="Softmax"/> from its result: <c>dx = y·(dy − Σ dy·y)</c>.</summary>
    public static void SoftmaxBackward(float* y, float* dy, float* dx, nint n, nint firstRow, nint lastRow) =>
        Run<SoftmaxBackwardRow>(y, dy, dx, n, firstRow, lastRow);

    /// <summary>Gradient of <see cref="LogSoftmax"/> from its result: <c>dx = dy − exp(y)·Σ dy</c>.</summary>
    public static void LogSoftmaxBackward(float* y, float* dy, float* dx, nint n, nint firstRow, nint lastRow) =>
        Run<LogSoftmaxBackwardRow>(y, dy, dx, n, firstRow, lastRow);

    /// <summary>x·factor in place.</summary>
    [MethodImpl(Jit.Inline)]
    internal static void Multiply(float* x, float factor, nint n) => Map<Scaled>(x, x, factor, 0, x, n);

    /// <summary>Σ x·y.</summary>
    [MethodImpl(VectorLoop.Body)]
    internal static float Dot<V>(float* x, float* y, nint n)
        where V : struct, ISimd<V>
    {
        V zero = V.Const(0), a = zero, b = zero;
        nint i = 0;
        for (; i <= n - (2 * V.Count); i += 2 * V.Count)
        {
            a = V.MultiplyAdd(V.Load(x + i), V.Load(y + i), a);
            b = V.MultiplyAdd(V.Load(x + i + V.Count), V.Load(y + i + V.Count), b);
        }
        for (; i < n; i += V.Count)
        {
            nint count = nint.Min(V.Count, n - i);
            a = V.MultiplyAdd(RowLanes.LoadFirst(x + i, count, zero), RowLanes.LoadFirst(y + i, count, zero), a);
        }
        return RowLanes.Fold<SumReduction, V>(a + b);
    }

    [MethodImpl(Jit.Hot)]
    private static void Run<Op>(float* a, float* b, float* y, nint n, nint firstRow, nint lastRow)
        where Op : struct, IRowOp
    {
        for (nint row = firstRow; row < lastRow; row++)
        {
            float* rowA = a + (row * n), rowB = b + (row * n), rowY = y + (row * n);
            if (Vector512.IsHardwareAccelerated)
            {
                Op.Row<F32x16>(rowA, rowB, rowY, n);
            }
            else if (Vector256.IsHardwareAccelerated)
            {
                Op.Row<F32x8>(rowA, rowB, rowY, n);
            }
            else
            {
                Op.Row<F32x4>(rowA, rowB, rowY, n);
            }
        }
    }

    [MethodImpl(Jit.Inline)]
    private static void Map<F>(float* a, float* b, float s, float t, float* y, nint n)
        where F : struct, IRowFormula
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Map<F, F32x16>(a, b, s, t, y, n);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Map<F, F32x8>(a, b, s, t, y, n);
        }
        else
        {
            Map<F, F32x4>(a, b, s, t, y, n);
        }
    }

    /// <summary>y[i] = f(a[i], b[i], s, t) for an elementwise part of a row.</summary>
    [MethodImpl(VectorLoop.Body)]
    private static void Map<F, V>(float* a, float* b, float s, float t, float* y, nint n)
        where F : struct, IRowFormula
        where V : struct, ISimd<V>
    {
        V ss = V.Uniform(s), tt = V.Uniform(t);
        nint i = 0;
        for (; i <= n - V.Count; i += V.Count)
        {
            F.Apply(V.Load(a + i), V.Load(b + i), ss, tt).Store(y + i);
        }
        if (i < n)
        {
            V zero = V.Const(0), lastA = RowLanes.LoadFirst(a + i, n - i, zero), lastB = RowLanes.LoadFirst(b + i, n - i, zero);
            RowLanes.StoreFirst(F.Apply(lastA, lastB, ss, tt), y + i, n - i);
        }
    }

    private interface IRowOp
    {
        static abstract void Row<V>(float* a, float* b, float* y, nint n)
            where V : struct, ISimd<V>;
    }

    private interface IRowFormula
    {
        static abstract V Apply<V>(V a, V b, V s, V t)
            where V : struct, ILanes<V>;
    }

    private readonly struct Scaled : IRowFormula
    {
        [MethodImpl(Jit.Inline)]
        public static V Apply<V>(V e, V same, V scale, V unused)
            where V : struct, ILanes<V> => e * scale;
    }

    private readonly struct Shifted : IRowFormula
    {
        // Not x − (shift + logSum), whose rounding would be that of the logits and not that of their differences.
        [MethodImpl(Jit.Inline)]
        public static V Apply<V>(V x, V same, V shift, V logSum)
            where V : struct, ILanes<V> => x - shift - logSum;
    }

    private readonly struct SoftmaxBackwardRow : IRowOp, IRowFormula
    {
        [MethodImpl(Jit.Inline)]
        public static V Apply<V>(V y, V dy, V dot, V unused)
            where V : struct, ILanes<V> => y * (dy - dot);

        [MethodImpl(VectorLoop.Body)]
        public static void Row<V>(float* y, float* dy, float* dx, nint n)
            where V : struct, ISimd<V>
        {
            Map<SoftmaxBackwardRow, V>(y, dy, Dot<V>(y, dy, n), 0, dx, n);
        }
    }

    private readonly struct LogSoftmaxBackwardRow : IRowOp, IRowFormula
    {
        [MethodImpl(Jit.Inline)]
        public static V Apply<V>(V y, V dy, V sum, V unused)
            where V : struct, ILanes<V> => dy - (V.Exp(y) * sum);

        [MethodImpl(VectorLoop.Body)]
        public static void Row<V>(float* y, float* dy, float* dx, nint n)
            where V : struct, ISimd<V>
        {
            float sum = RowReduce.Row<SumReduction>(dy, n);
            Map<LogSoftmaxBackwardRow, V>(y, dy, sum, 0, dx, n);
        }
    }
}
