using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Kernels;

/// <summary>Reduces the columns of a matrix: <c>y[c] = R over r of x[r·stride + c]</c>.</summary>
/// <remarks>
/// Every column is reduced in the same order, wherever it stands: rows by their index modulo four in four accumulators, then those in
/// pairs. So any split of the columns gives the same bits.
/// </remarks>
public static unsafe class ColumnReduce
{
    /// <summary>Reduces <paramref name="rows"/> × <paramref name="cols"/>, rows <paramref name="stride"/> elements apart.</summary>
    [MethodImpl(Jit.Hot)]
    public static void Run<R>(float* x, nint stride, nint rows, nint cols, float* y)
        where R : struct, IReduction
    {
        if (Vector512.IsHardwareAccelerated && cols >= F32x16.Count)
        {
            Vectors<R, F32x16>(x, stride, rows, cols, y);
        }
        else if (Vector256.IsHardwareAccelerated && cols >= F32x8.Count)
        {
            Vectors<R, F32x8>(x, stride, rows, cols, y);
        }
        else if (cols >= F32x4.Count)
        {
            Vectors<R, F32x4>(x, stride, rows, cols, y);
        }
        else
        {
            Scalars<R>(x, stride, rows, cols, y);
        }
    }

    [MethodImpl(Jit.Hot)]
    private static void Vectors<R, V>(float* x, nint stride, nint rows, nint cols, float* y)
        where R : struct, IReduction
        where V : struct, ISimd<V>
    {
        nint c = 0;
        for (; c <= cols - (2 * V.Count); c += 2 * V.Count)
        {
            Pair<R, V>(x + c, stride, rows, y + c);
        }
        if (c <= cols - V.Count)
        {
            Single<R, V>(x + c, stride, rows, y + c);
            c += V.Count;
        }
        if (c < cols)
        {
            // The last vector overlaps the one before, and writes the same bits there once more.
            Single<R, V>(x + cols - V.Count, stride, rows, y + cols - V.Count);
        }
    }

    /// <summary>Two vectors of columns: eight chains hide the latency of an addition, and fit into sixteen registers.</summary>
    [MethodImpl(VectorLoop.Body)]
    private static void Pair<R, V>(float* x, nint stride, nint rows, float* y)
        where R : struct, IReduction
        where V : struct, ISimd<V>
    {
        V a0 = V.Const(R.Identity), b0 = a0, c0 = a0, d0 = a0, a1 = a0, b1 = a0, c1 = a0, d1 = a0;
        nint r = 0;
        for (; r < rows - 3; r += 4)
        {
            a0 = R.Combine(a0, V.Load(x));
            a1 = R.Combine(a1, V.Load(x + V.Count));
            b0 = R.Combine(b0, V.Load(x + stride));
            b1 = R.Combine(b1, V.Load(x + stride + V.Count));
            c0 = R.Combine(c0, V.Load(x + (2 * stride)));
            c1 = R.Combine(c1, V.Load(x + (2 * stride) + V.Count));
            d0 = R.Combine(d0, V.Load(x + (3 * stride)));
            d1 = R.Combine(d1, V.Load(x + (3 * stride) + V.Count));
            x += 4 * stride;
        }
        if (r < rows)
        {
            a0 = R.Combine(a0, V.Load(x));
            a1 = R.Combine(a1, V.Load(x + V.Count));
        }
        if (r + 1 < rows)
        {
            b0 = R.Combine(b0, V.Load(x + stride));
            b1 = R.Combine(b1, V.Load(x + stride + V.Count));
        }
        if (r + 2 < rows)
        {
            c0 = R.Combine(c0, V.Load(x + (2 * stride)));
            c1 = R.Combine(c1, V.Load(x + (2 * stride) + V.Count));
        }
        R.Combine(R.Combine(a0, b0), R.Combine(c0, d0)).Store(y);
        R.Combine(R.Combine(a1, b1), R.Combine(c1, d1)).Store(y + V.Count);
    }

    [MethodImpl(VectorLoop.Body)]
    private static void Single<R, V>(float* x, nint stride, nint rows, float* y)
        where R : struct, IReduction
        where V : struct, ISimd<V>
    {
        V a = V.Const(R.Identity), b = a, c = a, d = a;
        nint r = 0;
        for (; r < rows - 3; r += 4)
        {
            a = R.Combine(a, V.Load(x));
            b = R.Combine(b, V.Load(x + stride));
            c = R.Combine(c, V.Load(x + (2 * stride)));
            d = R.Combine(d, V.Load(x + (3 * stride)));
            x += 4 * stride;
        }
        if (r < rows)
        {
            a = R.Combine(a, V.Load(x));
        }
        if (r + 1 < rows)
        {
            b = R.Combine(b, V.Load(x + stride));
        }
        if (r + 2 < rows)
        {
            c = R.Combine(c, V.Load(x + (2 * stride)));
        }
        R.Combine(R.Combine(a, b), R.Combine(c, d)).Store(y);
    }
    /// <summary>Matrices narrower than a vector.</summary>
    [MethodImpl(Jit.Hot)]
    private static void Scalars<R>(float* x, nint stride, nint rows, nint cols, float* y)
        where R : struct, IReduction
    {
        for (nint column = 0; column < cols; column++)
        {
            float* p = x + column;
            float a = (float)R.Identity, b = a, c = a, d = a;
            nint r = 0;
            for (; r < rows - 3; r += 4)
            {
                a = R.Combine(a, p[0]);
                b = R.Combine(b, p[stride]);
                c = R.Combine(c, p[2 * stride]);
                d = R.Combine(d, p[3 * stride]);
                p += 4 * stride;
            }
            a = r < rows ? R.Combine(a, p[0]) : a;
            b = r + 1 < rows ? R.Combine(b, p[stride]) : b;
            c = r + 2 < rows ? R.Combine(c, p[2 * stride]) : c;
            y[column] = R.Combine(R.Combine(a, b), R.Combine(c, d));
        }
    }
}
