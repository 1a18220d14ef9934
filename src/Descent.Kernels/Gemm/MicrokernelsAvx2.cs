using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Kernels;

/// <summary>Microkernels over vectors of 8: 12 of the 16 registers hold the tile.</summary>
internal static unsafe partial class MicrokernelsAvx2
{
    private const int Width = 8;

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
    private static Vector256<float> Fma(Vector256<float> a, Vector256<float> b, Vector256<float> c) => Vector256.FusedMultiplyAdd(a, b, c);

    [MethodImpl(Jit.Inline)]
    private static Vector256<float> LastMask(int columns) =>
        Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(columns)).AsSingle();

    /// <summary>Lanes outside the mask are zero and their memory is not touched.</summary>
    [MethodImpl(Jit.Inline)]
    private static Vector256<float> LoadLast(float* p, Vector256<float> mask) => Avx.MaskLoad(p, mask);

    [MethodImpl(Jit.Inline)]
    private static void StoreLast(Vector256<float> value, float* p, Vector256<float> mask) => Avx.MaskStore(p, mask, value);

    /// <summary>Four lanes whose sum is the sum of all.</summary>
    [MethodImpl(Jit.Inline)]
    private static Vector128<float> Fold(Vector256<float> v) => v.GetLower() + v.GetUpper();

    [MethodImpl(Jit.Inline)]
    private static void Prefetch(float* p) => Sse.Prefetch0(p);
}
