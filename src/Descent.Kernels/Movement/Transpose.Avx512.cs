using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Kernels;

public static unsafe partial class Transpose
{
    /// <summary>A square of at most 16 × 16; nothing outside of rows × cols is read or written.</summary>
    [MethodImpl(Jit.Hot)]
    private static void Square16(float* source, nint sourceStride, float* destination, nint destinationStride, int rows, int cols)
    {
        Vector512<float> inCols = FirstLanes(cols);
        Vector512<float> r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, r13, r14, r15;
        Load4(source, sourceStride, rows, inCols, out r0, out r1, out r2, out r3);
        Load4(source + (4 * sourceStride), sourceStride, rows - 4, inCols, out r4, out r5, out r6, out r7);
        Load4(source + (8 * sourceStride), sourceStride, rows - 8, inCols, out r8, out r9, out r10, out r11);
        Load4(source + (12 * sourceStride), sourceStride, rows - 12, inCols, out r12, out r13, out r14, out r15);
        Transpose4(ref r0, ref r1, ref r2, ref r3);
        Transpose4(ref r4, ref r5, ref r6, ref r7);
        Transpose4(ref r8, ref r9, ref r10, ref r11);
        Transpose4(ref r12, ref r13, ref r14, ref r15);

        // Now lane L of r_(4g+k) holds column 4L + k of rows 4g … 4g+3.
        TransposeLanes(ref r0, ref r4, ref r8, ref r12);
        TransposeLanes(ref r1, ref r5, ref r9, ref r13);
        TransposeLanes(ref r2, ref r6, ref r10, ref r14);
        TransposeLanes(ref r3, ref r7, ref r11, ref r15);

        Vector512<float> inRows = FirstLanes(rows);
        Store4(destination, destinationStride, cols, inRows, r0, r1, r2, r3);
        Store4(destination + (4 * destinationStride), destinationStride, cols - 4, inRows, r4, r5, r6, r7);
        Store4(destination + (8 * destinationStride), destinationStride, cols - 8, inRows, r8, r9, r10, r11);
        Store4(destination + (12 * destinationStride), destinationStride, cols - 12, inRows, r12, r13, r14, r15);
    }

    /// <summary>A mask whose first <paramref name="count"/> lanes are set.</summary>
    [MethodImpl(Jit.Inline)]
    private static Vector512<float> FirstLanes(int count) =>
        Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();

    [MethodImpl(Jit.Inline)]
    private static void Load4(
        float* source, nint stride, int rows, Vector512<float> mask,
        out Vector512<float> a, out Vector512<float> b, out Vector512<float> c, out Vector512<float> d)
    {
        Vector512<float> zero = Vector512<float>.Zero;
        a = rows > 0 ? Avx512F.MaskLoad(source, mask, zero) : zero;
        b = rows > 1 ? Avx512F.MaskLoad(source + stride, mask, zero) : zero;
        c = rows > 2 ? Avx512F.MaskLoad(source + (2 * stride), mask, zero) : zero;
        d = rows > 3 ? Avx512F.MaskLoad(source + (3 * stride), mask, zero) : zero;
    }

    [MethodImpl(Jit.Inline)]
    private static void Store4(
        float* destination, nint stride, int cols, Vector512<float> mask,
        Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        if (cols > 0)
        {
            Avx512F.MaskStore(destination, mask, a);
        }
        if (cols > 1)
        {
            Avx512F.MaskStore(destination + stride, mask, b);
        }
        if (cols > 2)
        {
            Avx512F.MaskStore(destination + (2 * stride), mask, c);
        }
        if (cols > 3)
        {
            Avx512F.MaskStore(destination + (3 * stride), mask, d);
        }
    }

    /// <summary>Transposes the 4 × 4 square in each 128-bit lane of four rows.</summary>
    [MethodImpl(Jit.Inline)]
    private static void Transpose4(ref Vector512<float> a, ref Vector512<float> b, ref Vector512<float> c, ref Vector512<float> d)
    {
        Vector512<double> ab0 = Avx512F.UnpackLow(a, b).AsDouble(), ab2 = Avx512F.UnpackHigh(a, b).AsDouble();
        Vector512<double> cd0 = Avx512F.UnpackLow(c, d).AsDouble(), cd2 = Avx512F.UnpackHigh(c, d).AsDouble();
        a = Avx512F.UnpackLow(ab0, cd0).AsSingle();
        b = Avx512F.UnpackHigh(ab0, cd0).AsSingle();
        c = Avx512F.UnpackLow(ab2, cd2).AsSingle();
        d = Avx512F.UnpackHigh(ab2, cd2).AsSingle();
    }

    /// <summary>Transposes four vectors of four 128-bit lanes as a 4 × 4 matrix of lanes.</summary>
    [MethodImpl(Jit.Inline)]
    private static void TransposeLanes(ref Vector512<float> a, ref Vector512<float> b, ref Vector512<float> c, ref Vector512<float> d)
    {
        Vector512<float> ab01 = Avx512F.Shuffle4x128(a, b, 0x44), ab23 = Avx512F.Shuffle4x128(a, b, 0xEE);
        Vector512<float> cd01 = Avx512F.Shuffle4x128(c, d, 0x44), cd23 = Avx512F.Shuffle4x128(c, d, 0xEE);
        a = Avx512F.Shuffle4x128(ab01, cd01, 0x88);
        b = Avx512F.Shuffle4x128(ab01, cd01, 0xDD);
        c = Avx512F.Shuffle4x128(ab23, cd23, 0x88);
        d = Avx512F.Shuffle4x128(ab23, cd23, 0xDD);
    }
}
