using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Kernels;

/// <summary>Matrix transpose: <c>destination[c, r] = source[r, c]</c>.</summary>
/// <remarks>
/// Elements of four bytes pass through registers in squares of 16 (AVX-512) or 8 (AVX), so that whole cache lines are read and written;
/// AVX-512 masks the squares at the edges. Everything else goes element by element within squares of 16.
/// </remarks>
public static unsafe partial class Transpose
{
    internal const int Square = 16;

    /// <summary>Transposes a matrix of rows × cols; the strides count the elements from one row to the next.</summary>
    [MethodImpl(Jit.Hot)]
    public static void Run<T>(T* source, nint sourceStride, T* destination, nint destinationStride, nint rows, nint cols)
        where T : unmanaged
    {
        for (nint r = 0; r < rows; r += Square)
        {
            nint height = nint.Min(Square, rows - r);
            for (nint c = 0; c < cols; c += Square)
            {
                nint width = nint.Min(Square, cols - c);
                T* s = source + (r * sourceStride) + c;
                T* d = destination + (c * destinationStride) + r;
                if (sizeof(T) != 4)
                {
                    Elements(s, sourceStride, d, destinationStride, height, width);
                }
                else if (Avx512F.IsSupported)
                {
                    Square16((float*)s, sourceStride, (float*)d, destinationStride, (int)height, (int)width);
                }
                else if (Avx.IsSupported && height == Square && width == Square)
                {
                    Square8((float*)s, sourceStride, (float*)d, destinationStride);
                    Square8((float*)s + 8, sourceStride, (float*)d + (8 * destinationStride), destinationStride);
                    Square8((float*)s + (8 * sourceStride), sourceStride, (float*)d + 8, destinationStride);
                    Square8((float*)s + (8 * sourceStride) + 8, sourceStride, (float*)d + (8 * destinationStride) + 8, destinationStride);
                }
                else
                {
                    Elements(s, sourceStride, d, destinationStride, height, width);
                }
            }
        }
    }

    [MethodImpl(Jit.Hot)]
    private static void Elements<T>(T* source, nint sourceStride, T* destination, nint destinationStride, nint rows, nint cols)
        where T : unmanaged
    {
        for (nint c = 0; c < cols; c++)
        {
            T* s = source + c;
            T* d = destination + (c * destinationStride);
            for (nint r = 0; r < rows; r++)
            {
                d[r] = *s;
                s += sourceStride;
            }
        }
    }

    [MethodImpl(Jit.Hot)]
    private static void Square8(float* source, nint sourceStride, float* destination, nint destinationStride)
    {
        Vector256<float> r0 = Vector256.Load(source), r1 = Vector256.Load(source + sourceStride);
        Vector256<float> r2 = Vector256.Load(source + (2 * sourceStride)), r3 = Vector256.Load(source + (3 * sourceStride));
        Transpose4(ref r0, ref r1, ref r2, ref r3);
        source += 4 * sourceStride;
        Vector256<float> r4 = Vector256.Load(source), r5 = Vector256.Load(source + sourceStride);
        Vector256<float> r6 = Vector256.Load(source + (2 * sourceStride)), r7 = Vector256.Load(source + (3 * sourceStride));
        Transpose4(ref r4, ref r5, ref r6, ref r7);

        // Now half L of r_k holds column 4L + k of rows 0–3, half L of r_(4+k) that of rows 4–7.
        Avx.Permute2x128(r0, r4, 0x20).Store(destination);
        Avx.Permute2x128(r1, r5, 0x20).Store(destination + destinationStride);
        Avx.Permute2x128(r2, r6, 0x20).Store(destination + (2 * destinationStride));
        Avx.Permute2x128(r3, r7, 0x20).Store(destination + (3 * destinationStride));
        destination += 4 * destinationStride;
        Avx.Permute2x128(r0, r4, 0x31).Store(destination);
        Avx.Permute2x128(r1, r5, 0x31).Store(destination + destinationStride);
        Avx.Permute2x128(r2, r6, 0x31).Store(destination + (2 * destinationStride));
        Avx.Permute2x128(r3, r7, 0x31).Store(destination + (3 * destinationStride));
    }

    /// <summary>Transposes the 4 × 4 square in each 128-bit lane of four rows.</summary>
    [MethodImpl(Jit.Inline)]
    private static void Transpose4(ref Vector256<float> a, ref Vector256<float> b, ref Vector256<float> c, ref Vector256<float> d)
    {
        Vector256<double> ab0 = Avx.UnpackLow(a, b).AsDouble(), ab2 = Avx.UnpackHigh(a, b).AsDouble();
        Vector256<double> cd0 = Avx.UnpackLow(c, d).AsDouble(), cd2 = Avx.UnpackHigh(c, d).AsDouble();
        a = Avx.UnpackLow(ab0, cd0).AsSingle();
        b = Avx.UnpackHigh(ab0, cd0).AsSingle();
        c = Avx.UnpackLow(ab2, cd2).AsSingle();
        d = Avx.UnpackHigh(ab2, cd2).AsSingle();
    }
}
