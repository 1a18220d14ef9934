using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Kernels;

/// <summary>Reduces rows of consecutive floats: <c>y[r] = R over c of x[r·stride + c]</c>.</summary>
/// <remarks>
/// The order of the operations is fixed by the length alone: four accumulators per lane over a block of <see cref="Block"/> elements,
/// which are combined in halves; blocks are combined pairwise. So error grows with the logarithm of the length beyond a block.
/// A last partial vector is filled up with the identity.
/// </remarks>
public static unsafe class RowReduce
{
    /// <summary>Longest run that one chain of accumulators takes.</summary>
    public const int Block = 16_384;

    /// <summary>Reduces the rows [<paramref name="firstRow"/>, <paramref name="lastRow"/>) of <paramref name="n"/> elements each.</summary>
    [MethodImpl(Jit.Hot)]
    public static void Run<R>(float* x, nint stride, nint n, float* y, nint firstRow, nint lastRow)
        where R : struct, IReduction
    {
        for (nint row = firstRow; row < lastRow; row++)
        {
            y[row] = Row<R>(x + (row * stride), n);
        }
    }

    /// <summary>Reduces one row.</summary>
    [MethodImpl(Jit.Hot)]
    public static float Row<R>(float* x, nint n)
        where R : struct, IReduction
    {
        if (n > Block)
        {
            nint left = Left((n + Block - 1) / Block) * Block;
            return R.Combine(Row<R>(x, left), Row<R>(x + left, n - left));
        }
        return Vector512.IsHardwareAccelerated ? OneBlock<R, F32x16>(x, n)
            : Vector256.IsHardwareAccelerated ? OneBlock<R, F32x8>(x, n)
            : OneBlock<R, F32x4>(x, n);
    }

    /// <summary>Combines what blocks of one row came to, to the same bits as <see cref="Row{R}"/> of the whole row.</summary>
    [MethodImpl(Jit.Hot)]
    public static float CombineBlocks<R>(float* blocks, nint count)
        where R : struct, IReduction
    {
        if (count <= 1)
        {
            return count == 1 ? *blocks : (float)R.Identity;
        }
        nint left = Left(count);
        return R.Combine(CombineBlocks<R>(blocks, left), CombineBlocks<R>(blocks + left, count - left));
    }

    /// <summary>How many of <paramref name="blocks"/> form the left branch of the tree.</summary>
    internal static nint Left(nint blocks) => (blocks + 1) / 2;

    [MethodImpl(VectorLoop.Body)]
    private static float OneBlock<R, V>(float* x, nint n)
        where R : struct, IReduction
        where V : struct, ISimd<V>
    {
        V a = V.Const(R.Identity), b = a, c = a, d = a;
        nint i = 0;
        for (; i <= n - (4 * V.Count); i += 4 * V.Count)
        {
            a = R.Combine(a, V.Load(x + i));
            b = R.Combine(b, V.Load(x + i + V.Count));
            c = R.Combine(c, V.Load(x + i + (2 * V.Count)));
            d = R.Combine(d, V.Load(x + i + (3 * V.Count)));
        }
        for (; i <= n - V.Count; i += V.Count)
        {
            a = R.Combine(a, V.Load(x + i));
        }
        if (i < n)
        {
            b = R.Combine(b, RowLanes.LoadFirst(x + i, n - i, V.Const(R.Identity)));
        }
        return RowLanes.Fold<R, V>(R.Combine(R.Combine(a, b), R.Combine(c, d)));
    }
}
