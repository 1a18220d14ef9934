using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Kernels;

/// <summary>What attention does between its products, row by row of a block of scores.</summary>
internal static unsafe class AttentionRows
{
    /// <summary>
    /// The write-back that turns Q·Kᵀ into scale·Q·Kᵀ + mask: a mask of a row per query is added, one row for all is the shift.
    /// </summary>
    public static Epilogue ScoreEpilogue(in AttentionShape shape) => shape.LdMask != 0 ? Epilogue.Residual : Epilogue.ScaleShift;

    /// <summary>Fills the operands of that write-back for the queries from <paramref name="first"/> on.</summary>
    /// <param name="shape">The head.</param>
    /// <param name="first">First query of the block.</param>
    /// <param name="keys">Keys that the block sees.</param>
    /// <param name="mask">As in <see cref="AttentionOperands"/>.</param>
    /// <param name="constants">Room for twice as many floats as there are keys.</param>
    /// <param name="product">What is filled.</param>
    public static void Finish(in AttentionShape shape, int first, int keys, float* mask, float* constants, ref GemmOperands product)
    {
        product.Scale = constants;
        product.Shift = constants + keys;
        new Span<float>(constants, keys).Fill((float)shape.Scale);
        new Span<float>(constants + keys, keys).Clear();
        if (shape.LdMask != 0)
        {
            product.Other = mask + (first * shape.LdMask);
        }
        else if (mask != null)
        {
            product.Shift = mask;
        }
    }

    /// <summary>
    /// Turns the scores of queries [<paramref name="first"/>, <paramref name="last"/>) into exp(s − max), and gives the sum of each row, from the
    /// first, and its log Σ exp(s).
    /// </summary>
    [MethodImpl(Jit.Hot)]
    public static void Exponentials(in AttentionShape shape, int first, int last, int keys, float* scores, float* logSum, float* sums)
    {
        Hide(shape, first, last, keys, scores);
        float* shifts = stackalloc float[ExponentialRows.Together];
        for (int i = first; i < last; i += ExponentialRows.Together)
        {
            int rows = Math.Min(ExponentialRows.Together, last - i);
            float* group = sums + (i - first);
            ExponentialRows.Run(rows, keys, scores + ((nint)(i - first) * keys), keys, scores + ((nint)(i - first) * keys), shifts, group);
            RowLanes.StoreFirst(F32x4.Load(shifts) + F32x4.Log(F32x4.Load(group)), logSum + i, rows);
        }
    }

    /// <summary>Divides each row by its sum.</summary>
    [MethodImpl(Jit.Hot)]
    public static void Divide(int rows, int columns, nint ld, float* o, float* sums)
    {
        for (int i = 0; i < rows; i++, o += ld)
        {
            SoftmaxRows.Multiply(o, 1 / sums[i], columns);
        }
    }

    /// <summary>
    /// From the scores and the products dO·Vᵀ of queries [<paramref name="first"/>, <paramref name="last"/>): the probabilities P, and
    /// scale·P∘(dO·Vᵀ − Σ dO∘O), in their places.
    /// </summary>
    [MethodImpl(Jit.Hot)]
    public static void Slopes(in AttentionShape shape, int first, int last, int keys, in AttentionOperands x, float* scores, float* slopes)
    {
        Hide(shape, first, last, keys, scores);
        nint ldo = shape.LdO == 0 ? shape.ValueWidth : shape.LdO, lddo = shape.LdDO == 0 ? shape.ValueWidth : shape.LdDO;
        for (int i = first; i < last; i++, scores += keys, slopes += keys)
        {
            float* o = x.O + (i * ldo), dO = x.DO + (i * lddo);
            if (Vector512.IsHardwareAccelerated)
            {
                Slopes<F32x16>(scores, slopes, (float)shape.Scale, x.LogSum[i], SoftmaxRows.Dot<F32x16>(dO, o, shape.ValueWidth), keys);
            }
            else if (Vector256.IsHardwareAccelerated)
            {
                Slopes<F32x8>(scores, slopes, (float)shape.Scale, x.LogSum[i], SoftmaxRows.Dot<F32x8>(dO, o, shape.ValueWidth), keys);
            }
            else
            {
                Slopes<F32x4>(scores, slopes, (float)shape.Scale, x.LogSum[i], SoftmaxRows.Dot<F32x4>(dO, o, shape.ValueWidth), keys);
            }
        }
    }

    /// <summary>−∞ for keys that a query is not to see; their exponential is 0.</summary>
    private static void Hide(in AttentionShape shape, int first, int last, int keys, float* scores)
    {
        for (int i = first; i < last && shape.Causal; i++, scores += keys)
        {
            int seen = Math.Min(keys, i + 1);
            new Span<float>(scores + seen, keys - seen).Fill(float.NegativeInfinity);
        }
    }

    [MethodImpl(VectorLoop.Body)]
    private static void Slopes<V>(float* scores, float* slopes, float scale, float logSum, float inner, nint n)
        where V : struct, ISimd<V>
    {
        V scales = V.Uniform(scale), logSums = V.Uniform(logSum), inners = V.Uniform(inner);
        nint i = 0;
        for (; i <= n - V.Count; i += V.Count)
        {
            V p = V.Exp(V.Load(scores + i) - logSums);
            p.Store(scores + i);
            (p * (V.Load(slopes + i) - inners) * scales).Store(slopes + i);
        }
        if (i < n)
        {
            V zero = V.Const(0), p = V.Exp(RowLanes.LoadFirst(scores + i, n - i, zero) - logSums);
            RowLanes.StoreFirst(p, scores + i, n - i);
            RowLanes.StoreFirst(p * (RowLanes.LoadFirst(slopes + i, n - i, zero) - inners) * scales, slopes + i, n - i);
        }
    }
}
