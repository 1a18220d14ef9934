using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>Reduces 64-bit integers exactly; sums wrap around, so that any order gives the same bits.</summary>
public static unsafe class IntegerReduce
{
    /// <summary>The reduction of <paramref name="n"/> numbers; of none it is the identity.</summary>
    [MethodImpl(Jit.Hot)]
    public static long Run<R>(long* x, nint n)
        where R : struct, IReduction
    {
        I64xN all = I64xN.Const(R.Identity);
        nint i = 0;
        for (; i <= n - I64xN.Count; i += I64xN.Count)
        {
            all = R.Combine(all, I64xN.Load(x + i));
        }

        // Lanes are few: each is taken as a whole vector, of which the first number counts.
        long* lanes = stackalloc long[I64xN.Count];
        all.Store(lanes);
        I64xN result = I64xN.All(lanes[0]);
        for (int lane = 1; lane < I64xN.Count; lane++)
        {
            result = R.Combine(result, I64xN.All(lanes[lane]));
        }
        for (; i < n; i++)
        {
            result = R.Combine(result, I64xN.All(x[i]));
        }
        return result.First;
    }
}
