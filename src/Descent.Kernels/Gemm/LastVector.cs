using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Kernels;

/// <summary>
/// The last vector of a row, of which only the first lanes are there: the other lanes load as zero and their memory is not touched.
/// </summary>
/// <remarks>
/// All that differs between instruction sets in the microkernels, as overloads: AVX-512 and AVX mask loads and stores by a vector, without
/// them the mask is the count itself. The first parameter of <c>Mask</c> only chooses.
/// </remarks>
internal static unsafe class LastVector
{
    [MethodImpl(Jit.Inline)]
    public static Vector512<float> Mask(Vector512<float> _, int columns) =>
        Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(columns)).AsSingle();

    [MethodImpl(Jit.Inline)]
    public static Vector256<float> Mask(Vector256<float> _, int columns) =>
        Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(columns)).AsSingle();

    [MethodImpl(Jit.Inline)]
    public static int Mask(Vector128<float> _, int columns) => columns;

    [MethodImpl(Jit.Inline)]
    public static Vector512<float> Load(float* p, Vector512<float> mask) => Avx512F.MaskLoad(p, mask, Vector512<float>.Zero);

    [MethodImpl(Jit.Inline)]
    public static Vector256<float> Load(float* p, Vector256<float> mask) => Avx.MaskLoad(p, mask);

    [MethodImpl(Jit.Inline)]
    public static Vector128<float> Load(float* p, int count) => count switch
    {
        >= 4 => Vector128.Load(p),
        3 => Vector128.Create(p[0], p[1], p[2], 0),
        2 => Vector128.Create(p[0], p[1], 0, 0),
        _ => Vector128.CreateScalar(p[0]),
    };

    [MethodImpl(Jit.Inline)]
    public static void Store(Vector512<float> value, float* p, Vector512<float> mask) => Avx512F.MaskStore(p, mask, value);

    [MethodImpl(Jit.Inline)]
    public static void Store(Vector256<float> value, float* p, Vector256<float> mask) => Avx.MaskStore(p, mask, value);

    [MethodImpl(Jit.Inline)]
    public static void Store(Vector128<float> value, float* p, int count)
    {
        if (count >= 4)
        {
            value.Store(p);
            return;
        }

        p[0] = value[0];
        if (count > 1)
        {
            p[1] = value[1];
        }

        if (count > 2)
        {
            p[2] = value[2];
        }
    }
}
