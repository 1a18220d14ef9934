using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Kernels;

/// <summary>Reduces a row of consecutive floats: <c>y = R over c of x[c]</c>.</summary>
/// <remarks>
/// The order of the operations is fixed by the length alone: four accumulators per lane over a block of <see cref="Block"/> elements,
/// which are combined in halves; blocks are combined pairwise. So error grows with the logarithm of the length beyond a block.
/// A last partial vector is filled up with the identity.
/// </remarks>
public static unsafe class RowReduce
{
    /// <summary>Longest run that one chain of accumulators takes.</summary>
    public const int Block = 16_384;

    /// <summary>Reduces one row.</summary>
    [MethodImpl(Jit.Hot)]
    public static float Row<R>(float* x, nint n)
        where R : struct, IReduction
    {
        if (n > Block)
        {
            nint blocks = (n + Block - 1) / Block, left = (blocks + 1) / 2 * Block;
            return R.Combine(Row<R>(x, left), Row<R>(x + left, n - left));
        }
        return Vector512.IsHardwareAccelerated ? OneBlock<R, F32x16>(x, n)
            : Vector256.IsHardwareAccelerated ? OneBlock<R, F32x8>(x, n)
            : OneBlock<R, F32x4>(x, n);
    }

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
