using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Kernels;

/// <summary>The end of a dot kernel: the lanes of each of four sums are added in a fixed order.</summary>
internal static unsafe class DotSums
{
    /// <summary>c[j] = [c[j] +] the sum of the lanes of the j-th vector, for the first <paramref name="columns"/> of the four.</summary>
    [MethodImpl(Jit.Inline)]
    public static void Store(
        Vector128<float> v0, Vector128<float> v1, Vector128<float> v2, Vector128<float> v3, float* c, int columns, bool accumulate)
    {
        Vector128<float> sums = Sum(v0, v1, v2, v3);
        if (columns == 4)
        {
            (accumulate ? Vector128.Load(c) + sums : sums).Store(c);
            return;
        }

        for (int j = 0; j < columns; j++)
        {
            c[j] = accumulate ? c[j] + sums.ToScalar() : sums.ToScalar();
            sums = Vector128.Shuffle(sums, Vector128.Create(1, 2, 3, 3));
        }
    }

    /// <summary>Four lanes whose sum is the sum of all.</summary>
    [MethodImpl(Jit.Inline)]
    public static Vector128<float> Fold(Vector512<float> v) => Fold(v.GetLower() + v.GetUpper());

    [MethodImpl(Jit.Inline)]
    public static Vector128<float> Fold(Vector256<float> v) => v.GetLower() + v.GetUpper();

    [MethodImpl(Jit.Inline)]
    public static Vector128<float> Fold(Vector128<float> v) => v;

    /// <summary>(lane 0 + lane 1) + (lane 2 + lane 3) of each vector.</summary>
    [MethodImpl(Jit.Inline)]
    private static Vector128<float> Sum(Vector128<float> v0, Vector128<float> v1, Vector128<float> v2, Vector128<float> v3) =>
        Sse3.IsSupported
            ? Sse3.HorizontalAdd(Sse3.HorizontalAdd(v0, v1), Sse3.HorizontalAdd(v2, v3))
            : Vector128.Create(Sum(v0), Sum(v1), Sum(v2), Sum(v3));

    [MethodImpl(Jit.Inline)]
    private static float Sum(Vector128<float> v) => (v[0] + v[1]) + (v[2] + v[3]);
}
