using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Kernels;

/// <summary>Microkernels over vectors of 4, for machines without AVX2.</summary>
internal static unsafe partial class MicrokernelsPortable
{
    private const int Width = 4;

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

    /// <summary>
    /// Fused on machines that can; elsewhere a product and a sum, since emulating the single rounding is 100 times slower.
    /// </summary>
    [MethodImpl(Jit.Inline)]
    private static Vector128<float> Fma(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        Vector128.MultiplyAddEstimate(a, b, c);

    [MethodImpl(Jit.Inline)]
    private static int LastMask(int columns) => columns;

    /// <summary>The first <paramref name="count"/> floats; the other lanes are zero and their memory is not touched.</summary>
    [MethodImpl(Jit.Inline)]
    private static Vector128<float> LoadLast(float* p, int count) => count switch
    {
        >= 4 => Vector128.Load(p),
        3 => Vector128.Create(p[0], p[1], p[2], 0),
        2 => Vector128.Create(p[0], p[1], 0, 0),
        _ => Vector128.CreateScalar(p[0]),
    };

    [MethodImpl(Jit.Inline)]
    private static void StoreLast(Vector128<float> value, float* p, int count)
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

    /// <summary>Four lanes whose sum is the sum of all.</summary>
    [MethodImpl(Jit.Inline)]
    private static Vector128<float> Fold(Vector128<float> v) => v;

    /// <summary>Nothing: there is no portable prefetch.</summary>
    [MethodImpl(Jit.Inline)]
    private static void Prefetch(float* p) => _ = p;
}
