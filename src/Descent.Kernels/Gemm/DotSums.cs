using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Kernels;

/// <summary>The end of a dot kernel: the lanes of each of four sums are added in a fixed order.</summary>
internal static unsafe class DotSums
{
    /// <summary>c[j] = [c[j] +] the sum of the lanes of the j-th vector, for the first <paramref name="columns"/> of the four.</summary>
    [MethodImpl(Jit.Inline)]
    public static void Store(Vector128<float> sums, float* c, int columns, bool accumulate)
    {
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

    /// <summary>The sum of each vector's lanes.</summary>
    [MethodImpl(Jit.Inline)]
    public static Vector128<float> Of(Vector512<float> v0, Vector512<float> v1, Vector512<float> v2, Vector512<float> v3)
    {
        Vector512<float> low = Avx512F.UnpackLow(v0, v1) + Avx512F.UnpackHigh(v0, v1), high = Avx512F.UnpackLow(v2, v3) + Avx512F.UnpackHigh(v2, v3);
        Vector512<float> sums = Avx512F.Shuffle(low, high, 0x44) + Avx512F.Shuffle(low, high, 0xEE);
        Vector256<float> half = sums.GetLower() + sums.GetUpper();
        return half.GetLower() + half.GetUpper();
    }

    /// <inheritdoc cref="Of(Vector512{float}, Vector512{float}, Vector512{float}, Vector512{float})"/>
    [MethodImpl(Jit.Inline)]
    public static Vector128<float> Of(Vector256<float> v0, Vector256<float> v1, Vector256<float> v2, Vector256<float> v3)
    {
        Vector256<float> low = Avx.UnpackLow(v0, v1) + Avx.UnpackHigh(v0, v1), high = Avx.UnpackLow(v2, v3) + Avx.UnpackHigh(v2, v3);
        Vector256<float> sums = Avx.Shuffle(low, high, 0x44) + Avx.Shuffle(low, high, 0xEE);
        return sums.GetLower() + sums.GetUpper();
    }

    /// <inheritdoc cref="Of(Vector512{float}, Vector512{float}, Vector512{float}, Vector512{float})"/>
    [MethodImpl(Jit.Inline)]
    public static Vector128<float> Of(Vector128<float> v0, Vector128<float> v1, Vector128<float> v2, Vector128<float> v3) =>
        Vector128.Create(Vector128.Sum(v0), Vector128.Sum(v1), Vector128.Sum(v2), Vector128.Sum(v3));
}
