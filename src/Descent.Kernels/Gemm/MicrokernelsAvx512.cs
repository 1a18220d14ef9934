using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Kernels;

/// <summary>Microkernels over vectors of 16: 28 of the 32 registers hold the tile.</summary>
internal static unsafe partial class MicrokernelsAvx512
{
    private const int Width = 16;

    public static delegate*<MicroArgs*, void> Find<E>(AMode mode, int rows, int vectors)
        where E : struct, IEpilogue
        => (mode, vectors) switch
        {
            (AMode.Row, 1) => Rowx1<E>(rows),
            (AMode.Row, 2) => Rowx2<E>(rows),
            (AMode.Row, _) => Rowx4<E>(rows),
            (_, 1) => Columnx1<E>(rows),
            (_, 2) => Columnx2<E>(rows),
            _ => Columnx4<E>(rows),
        };

    public static delegate*<MicroArgs*, void> FindDot(int rows) => Dotx4(rows);

    [MethodImpl(Jit.Inline)]
    private static Vector512<float> Fma(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Vector512.FusedMultiplyAdd(a, b, c);

    [MethodImpl(Jit.Inline)]
    private static Vector512<float> LastMask(int columns) =>
        Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(columns)).AsSingle();

    /// <summary>Lanes outside the mask are zero and their memory is not touched.</summary>
    [MethodImpl(Jit.Inline)]
    private static Vector512<float> LoadLast(float* p, Vector512<float> mask) => Avx512F.MaskLoad(p, mask, Vector512<float>.Zero);

    [MethodImpl(Jit.Inline)]
    private static void StoreLast(Vector512<float> value, float* p, Vector512<float> mask) => Avx512F.MaskStore(p, mask, value);

    /// <summary>Four lanes whose sum is the sum of all.</summary>
    [MethodImpl(Jit.Inline)]
    private static Vector128<float> Fold(Vector512<float> v)
    {
        Vector256<float> half = v.GetLower() + v.GetUpper();
        return half.GetLower() + half.GetUpper();
    }

    [MethodImpl(Jit.Inline)]
    private static void Prefetch(float* p) => Sse.Prefetch0(p);
}
