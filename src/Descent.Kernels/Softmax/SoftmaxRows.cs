using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Kernels;

/// <summary>Softmax and its relatives over rows of n consecutive floats; rows [firstRow, lastRow) of a dense matrix are done.</summary>
/// <remarks>
/// Numerics: exponents are taken of x − max, so no finite logit overflows. A logit of −∞ has probability 0. In a row of −∞ alone softmax
/// and log-softmax are NaN and log-sum-exp is −∞, as limits would have it; a NaN logit makes its row NaN.
/// Output may be written over input.
/// </remarks>
public static unsafe class SoftmaxRows
{
    /// <summary><c>y = exp(x − max) / Σ exp(x − max)</c>.</summary>
    public static void Softmax(float* x, float* y, nint n, nint firstRow, nint lastRow) =>
        Run<SoftmaxRow>(x, x, y, n, n, firstRow, lastRow);

    /// <summary><c>y = x − max − log Σ exp(x − max)</c>.</summary>
    public static void LogSoftmax(float* x, float* y, nint n, nint firstRow, nint lastRow) =>
        Run<LogSoftmaxRow>(x, x, y, n, n, firstRow, lastRow);

    /// <summary><c>y[r] = max + log Σ exp(x − max)</c>, one number per row.</summary>
    /// <remarks>Gradient: the elementwise <c>dx = dy·exp(x − y)</c>.</remarks>
    public static void LogSumExp(float* x, float* y, nint n, nint firstRow, nint lastRow) =>
        Run<LogSumExpRow>(x, x, y, n, 1, firstRow, lastRow);

    /// <summary>Gradient of <see cref="Softmax"/> from its result: <c>dx = y·(dy − Σ dy·y)</c>.</summary>
    public static void SoftmaxBackward(float* y, float* dy, float* dx, nint n, nint firstRow, nint lastRow) =>
        Run<SoftmaxBackwardRow>(y, dy, dx, n, n, firstRow, lastRow);

    /// <summary>Gradient of <see cref="LogSoftmax"/> from its result: <c>dx = dy − exp(y)·Σ dy</c>.</summary>
    public static void LogSoftmaxBackward(float* y, float* dy, float* dx, nint n, nint firstRow, nint lastRow) =>
        Run<LogSoftmaxBackwardRow>(y, dy, dx, n, n, firstRow, lastRow);

    /// <summary>The maximum where it is finite, else 0: subtracting it never makes ∞ − ∞.</summary>
    internal static float Shift(float* x, nint n)
    {
        float max = RowReduce.Row<MaxReduction>(x, n);
        return float.IsFinite(max) ? max : 0;
    }

    /// <summary>Σ exp(x − shift); the exponentials are kept in <paramref name="y"/> unless it is null.</summary>
    [MethodImpl(VectorLoop.Body)]
    internal static float SumOfExponentials<V>(float* x, float shift, float* y, nint n)
        where V : struct, ISimd<V>
    {
        V shifts = V.Uniform(shift), a = V.Const(0), b = a;
        nint i = 0;
        for (; i <= n - (2 * V.Count); i += 2 * V.Count)
        {
            V e = V.Exp(V.Load(x + i) - shifts), f = V.Exp(V.Load(x + i + V.Count) - shifts);
            if (y != null)
            {
                e.Store(y + i);
                f.Store(y + i + V.Count);
            }
            a = a + e;
            b = b + f;
        }
        for (; i < n; i += V.Count)
        {
            nint count = nint.Min(V.Count, n - i);
            V e = V.Exp(RowLanes.LoadFirst(x + i, count, V.Const(double.NegativeInfinity)) - shifts);
            if (y != null)
            {
                RowLanes.StoreFirst(e, y + i, count);
            }
            a = a + e;
        }
        return RowLanes.Fold<SumReduction, V>(a + b);
    }

    /// <summary>The logarithm that the lanes compute.</summary>
    [MethodImpl(VectorLoop.Body)]
    internal static float Log(float x) => F32x4.Log(F32x4.Uniform(x)).Vector.ToScalar();

    [MethodImpl(Jit.Hot)]
    private static void Run<Op>(float* a, float* b, float* y, nint n, nint stride, nint firstRow, nint lastRow)
        where Op : struct, IRowOp
    {
        for (nint row = firstRow; row < lastRow; row++)
        {
            float* rowA = a + (row * n), rowB = b + (row * n), rowY = y + (row * stride);
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

    private readonly struct SoftmaxRow : IRowOp, IRowFormula
    {
        [MethodImpl(Jit.Inline)]
        public static V Apply<V>(V e, V same, V scale, V unused)
            where V : struct, ILanes<V> => e * scale;

        [MethodImpl(VectorLoop.Body)]
        public static void Row<V>(float* x, float* same, float* y, nint n)
            where V : struct, ISimd<V>
        {
            float sum = SumOfExponentials<V>(x, Shift(x, n), y, n);
            Map<SoftmaxRow, V>(y, y, 1 / sum, 0, y, n);
        }
    }

    private readonly struct LogSoftmaxRow : IRowOp, IRowFormula
    {
        // Not x − (shift + logSum), whose rounding would be that of the logits and not that of their differences.
        [MethodImpl(Jit.Inline)]
        public static V Apply<V>(V x, V same, V shift, V logSum)
            where V : struct, ILanes<V> => x - shift - logSum;

        [MethodImpl(VectorLoop.Body)]
        public static void Row<V>(float* x, float* same, float* y, nint n)
            where V : struct, ISimd<V>
        {
            float shift = Shift(x, n), logSum = Log(SumOfExponentials<V>(x, shift, null, n));
            Map<LogSoftmaxRow, V>(x, x, shift, logSum, y, n);
        }
    }

    private readonly struct LogSumExpRow : IRowOp
    {
        [MethodImpl(VectorLoop.Body)]
        public static void Row<V>(float* x, float* same, float* y, nint n)
            where V : struct, ISimd<V>
        {
            float shift = Shift(x, n), logSum = Log(SumOfExponentials<V>(x, shift, null, n));
            *y = shift + logSum;
        }
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

        [MethodImpl(VectorLoop.Body)]
        private static float Dot<V>(float* x, float* y, nint n)
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
