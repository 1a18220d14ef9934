using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Kernels;

/// <summary>Layer normalisation of rows of n consecutive floats. Definition: <see cref="LayerNormReference"/>.</summary>
/// <remarks>
/// Numerics: squares are of x minus the mean, and what rounding has left in that mean is taken out of both sums, so that a mean that is
/// large beside the deviation costs no digits. A row with NaN or ∞ is NaN.
/// </remarks>
public static unsafe partial class LayerNorm
{
    /// <summary>The rows [<paramref name="firstRow"/>, <paramref name="lastRow"/>) of y, and mean and r of each.</summary>
    /// <param name="n">Numbers in a row, at least 1.</param>
    /// <param name="epsilon">What is added to the variance.</param>
    /// <param name="x">Rows × n.</param>
    /// <param name="gamma">n factors; null for ones.</param>
    /// <param name="beta">n addends; null for zeros, and then only where <paramref name="gamma"/> is null too.</param>
    /// <param name="y">Rows × n; may be x.</param>
    /// <param name="mean">One per row.</param>
    /// <param name="reciprocal">One per row: 1 / √(variance + ε).</param>
    /// <param name="firstRow">First row to do.</param>
    /// <param name="lastRow">Row after the last to do.</param>
    public static void Forward(
        nint n, float epsilon, float* x, float* gamma, float* beta, float* y, float* mean, float* reciprocal, nint firstRow, nint lastRow)
    {
        if (gamma == null)
        {
            Forward<Plain>(n, epsilon, x, gamma, beta, y, mean, reciprocal, firstRow, lastRow);
        }
        else
        {
            Forward<Affine>(n, epsilon, x, gamma, beta, y, mean, reciprocal, firstRow, lastRow);
        }
    }

    [MethodImpl(Jit.Hot)]
    private static void Forward<M>(
        nint n, float epsilon, float* x, float* gamma, float* beta, float* y, float* mean, float* reciprocal, nint firstRow, nint lastRow)
        where M : struct, IMap
    {
        for (nint row = firstRow; row < lastRow; row++)
        {
            float* rowX = x + (row * n), rowY = y + (row * n);
            if (Vector512.IsHardwareAccelerated)
            {
                ForwardRow<M, F32x16>(n, epsilon, rowX, gamma, beta, rowY, mean + row, reciprocal + row);
            }
            else if (Vector256.IsHardwareAccelerated)
            {
                ForwardRow<M, F32x8>(n, epsilon, rowX, gamma, beta, rowY, mean + row, reciprocal + row);
            }
            else
            {
                ForwardRow<M, F32x4>(n, epsilon, rowX, gamma, beta, rowY, mean + row, reciprocal + row);
            }
        }
    }

    [MethodImpl(VectorLoop.Body)]
    private static void ForwardRow<M, V>(nint n, float epsilon, float* x, float* gamma, float* beta, float* y, float* mean, float* reciprocal)
        where M : struct, IMap
        where V : struct, ISimd<V>
    {
        float about = RowReduce.Row<SumReduction>(x, n) / n;
        V shift = V.Uniform(about), zero = V.Const(0), sum0 = zero, sum1 = zero, square0 = zero, square1 = zero;
        nint i = 0;
        for (; i <= n - (2 * V.Count); i += 2 * V.Count)
        {
            V a = V.Load(x + i) - shift, b = V.Load(x + i + V.Count) - shift;
            sum0 = sum0 + a;
            sum1 = sum1 + b;
            square0 = V.MultiplyAdd(a, a, square0);
            square1 = V.MultiplyAdd(b, b, square1);
        }
        for (; i < n; i += V.Count)
        {
            V a = RowLanes.LoadFirst(x + i, nint.Min(V.Count, n - i), shift) - shift;
            sum0 = sum0 + a;
            square0 = V.MultiplyAdd(a, a, square0);
        }

        // x − mean = (x − about) − rest, where rest is what rounding has left in the mean.
        float rest = RowLanes.Fold<SumReduction, V>(sum0 + sum1) / n;
        float squares = RowLanes.Fold<SumReduction, V>(square0 + square1) / n;
        float r = 1 / MathF.Sqrt(MathF.Max(squares - (rest * rest), 0) + epsilon);
        *mean = about + rest;
        *reciprocal = r;

        V scale = V.Uniform(r), offset = V.Uniform(-rest * r);
        for (i = 0; i <= n - V.Count; i += V.Count)
        {
            V normalized = V.MultiplyAdd(V.Load(x + i) - shift, scale, offset);
            (M.IsAffine ? V.MultiplyAdd(normalized, V.Load(gamma + i), V.Load(beta + i)) : normalized).Store(y + i);
        }
        if (i < n)
        {
            V normalized = V.MultiplyAdd(RowLanes.LoadFirst(x + i, n - i, zero) - shift, scale, offset);
            V last = M.IsAffine
                ? V.MultiplyAdd(normalized, RowLanes.LoadFirst(gamma + i, n - i, zero), RowLanes.LoadFirst(beta + i, n - i, zero))
                : normalized;
            RowLanes.StoreFirst(last, y + i, n - i);
        }
    }

    /// <summary>Whether the normalised row is mapped by γ and β; a constant that folds away.</summary>
    private interface IMap
    {
        static abstract bool IsAffine { get; }
    }

    private readonly struct Plain : IMap
    {
        public static bool IsAffine => false;
    }

    private readonly struct Affine : IMap
    {
        public static bool IsAffine => true;
    }
}
