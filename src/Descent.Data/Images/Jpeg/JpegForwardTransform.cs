using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Descent.Kernels;

namespace Descent;

/// <summary>The discrete cosine transform of a block, in the integers of the reference implementation ("islow"), bit for bit.</summary>
/// <remarks>The method of <see cref="JpegInverseTransform"/>, whose constants it shares; rows first. Results are eight times the coefficients.</remarks>
internal static class JpegForwardTransform
{
    private const int ConstantBits = 13, PassBits = 2, Centre = 128;

    // The factors of the differences 4, 7, 5, 6 in the odd results 7, 5, 3 and 1, and of the even part's in the results 2 and 6.
    private const short
        C2A = 4433 + 6270, C2B = 4433, C6A = 4433, C6B = 4433 - 15137,
        D74 = 2446 - 7373 - 16069 + 9633, D77 = -7373 + 9633, D75 = 9633, D76 = -16069 + 9633,
        D54 = 9633, D57 = -3196 + 9633, D55 = 16819 - 20995 - 3196 + 9633, D56 = -20995 + 9633,
        D34 = -16069 + 9633, D37 = 9633, D35 = -20995 + 9633, D36 = 25172 - 20995 - 16069 + 9633,
        D14 = -7373 + 9633, D17 = 12299 - 7373 - 3196 + 9633, D15 = -3196 + 9633, D16 = 9633;

    /// <param name="samples">From the block's first sample.</param>
    /// <param name="stride">From a row of samples to the next.</param>
    /// <param name="coefficients">Row by row.</param>
    public static void Run(ReadOnlySpan<byte> samples, int stride, Span<short> coefficients)
    {
        if (Avx2.IsSupported)
        {
            RunAvx2(samples, stride, coefficients);
        }
        else
        {
            Reference(samples, stride, coefficients);
        }
    }

    /// <summary>The same, value by value.</summary>
    public static void Reference(ReadOnlySpan<byte> samples, int stride, Span<short> coefficients)
    {
        Span<int> work = stackalloc int[JpegBlock.Size], line = stackalloc int[JpegBlock.Side];
        for (int y = 0; y < JpegBlock.Side; y++)
        {
            Span<int> row = work.Slice(y * JpegBlock.Side, JpegBlock.Side);
            for (int x = 0; x < JpegBlock.Side; x++)
            {
                row[x] = samples[y * stride + x] - Centre;
            }

            Pass(row, ConstantBits - PassBits);
            row[0] <<= PassBits;
            row[4] <<= PassBits;
        }

        for (int x = 0; x < JpegBlock.Side; x++)
        {
            for (int y = 0; y < JpegBlock.Side; y++)
            {
                line[y] = work[y * JpegBlock.Side + x];
            }

            Pass(line, ConstantBits + PassBits);
            line[0] = (line[0] + (1 << (PassBits - 1))) >> PassBits;
            line[4] = (line[4] + (1 << (PassBits - 1))) >> PassBits;
            for (int y = 0; y < JpegBlock.Side; y++)
            {
                coefficients[y * JpegBlock.Side + x] = (short)line[y];
            }
        }
    }

    /// <summary>One dimension; results 0 and 4 are left as sums.</summary>
    private static void Pass(Span<int> x, int shift)
    {
        int half = 1 << (shift - 1);
        (int t0, int t7, int t1, int t6) = (x[0] + x[7], x[0] - x[7], x[1] + x[6], x[1] - x[6]);
        (int t2, int t5, int t3, int t4) = (x[2] + x[5], x[2] - x[5], x[3] + x[4], x[3] - x[4]);
        int a = t0 - t3, b = t1 - t2;
        x[0] = t0 + t3 + t1 + t2;
        x[4] = t0 + t3 - t1 - t2;
        x[2] = (a * C2A + b * C2B + half) >> shift;
        x[6] = (a * C6A + b * C6B + half) >> shift;
        x[7] = (t4 * D74 + t7 * D77 + t5 * D75 + t6 * D76 + half) >> shift;
        x[5] = (t4 * D54 + t7 * D57 + t5 * D55 + t6 * D56 + half) >> shift;
        x[3] = (t4 * D34 + t7 * D37 + t5 * D35 + t6 * D36 + half) >> shift;
        x[1] = (t4 * D14 + t7 * D17 + t5 * D15 + t6 * D16 + half) >> shift;
    }

    [MethodImpl(Jit.Hot)]
    private static void RunAvx2(ReadOnlySpan<byte> samples, int stride, Span<short> coefficients)
    {
        Vector128<short> x0 = Load(samples, 0), x1 = Load(samples, stride), x2 = Load(samples, 2 * stride), x3 = Load(samples, 3 * stride);
        Vector128<short> x4 = Load(samples, 4 * stride), x5 = Load(samples, 5 * stride), x6 = Load(samples, 6 * stride), x7 = Load(samples, 7 * stride);
        Transpose(ref x0, ref x1, ref x2, ref x3, ref x4, ref x5, ref x6, ref x7);
        Pass(ref x0, ref x1, ref x2, ref x3, ref x4, ref x5, ref x6, ref x7, ConstantBits - PassBits);
        x0 <<= PassBits;
        x4 <<= PassBits;
        Transpose(ref x0, ref x1, ref x2, ref x3, ref x4, ref x5, ref x6, ref x7);
        Pass(ref x0, ref x1, ref x2, ref x3, ref x4, ref x5, ref x6, ref x7, ConstantBits + PassBits);
        Vector128<short> half = Vector128.Create((short)(1 << (PassBits - 1)));
        x0 = (x0 + half) >> PassBits;
        x4 = (x4 + half) >> PassBits;
        Vector256.Create(x0, x1).CopyTo(coefficients);
        Vector256.Create(x2, x3).CopyTo(coefficients[16..]);
        Vector256.Create(x4, x5).CopyTo(coefficients[32..]);
        Vector256.Create(x6, x7).CopyTo(coefficients[48..]);
    }

    [MethodImpl(Jit.Inline)]
    private static void Pass(ref Vector128<short> x0, ref Vector128<short> x1, ref Vector128<short> x2, ref Vector128<short> x3,
        ref Vector128<short> x4, ref Vector128<short> x5, ref Vector128<short> x6, ref Vector128<short> x7, int shift)
    {
        Vector128<short> t0 = x0 + x7, t7 = x0 - x7, t1 = x1 + x6, t6 = x1 - x6, t2 = x2 + x5, t5 = x2 - x5, t3 = x3 + x4, t4 = x3 - x4;
        Vector128<short> sum03 = t0 + t3, sum12 = t1 + t2;
        Vector256<short> even = Pairs(t0 - t3, t1 - t2), odd47 = Pairs(t4, t7), odd56 = Pairs(t5, t6);
        x0 = sum03 + sum12;
        x4 = sum03 - sum12;
        x2 = Round(Products(even, C2A, C2B), shift);
        x6 = Round(Products(even, C6A, C6B), shift);
        x7 = Round(Products(odd47, D74, D77) + Products(odd56, D75, D76), shift);
        x5 = Round(Products(odd47, D54, D57) + Products(odd56, D55, D56), shift);
        x3 = Round(Products(odd47, D34, D37) + Products(odd56, D35, D36), shift);
        x1 = Round(Products(odd47, D14, D17) + Products(odd56, D15, D16), shift);
    }

    [MethodImpl(Jit.Inline)]
    private static void Transpose(ref Vector128<short> x0, ref Vector128<short> x1, ref Vector128<short> x2, ref Vector128<short> x3,
        ref Vector128<short> x4, ref Vector128<short> x5, ref Vector128<short> x6, ref Vector128<short> x7)
    {
        // Three rounds: each puts rows that lie four apart side by side, value by value.
        Vector128<short> a0 = Sse2.UnpackLow(x0, x4), a1 = Sse2.UnpackHigh(x0, x4), a2 = Sse2.UnpackLow(x1, x5), a3 = Sse2.UnpackHigh(x1, x5);
        Vector128<short> a4 = Sse2.UnpackLow(x2, x6), a5 = Sse2.UnpackHigh(x2, x6), a6 = Sse2.UnpackLow(x3, x7), a7 = Sse2.UnpackHigh(x3, x7);
        Vector128<short> b0 = Sse2.UnpackLow(a0, a4), b1 = Sse2.UnpackHigh(a0, a4), b2 = Sse2.UnpackLow(a1, a5), b3 = Sse2.UnpackHigh(a1, a5);
        Vector128<short> b4 = Sse2.UnpackLow(a2, a6), b5 = Sse2.UnpackHigh(a2, a6), b6 = Sse2.UnpackLow(a3, a7), b7 = Sse2.UnpackHigh(a3, a7);
        (x0, x1, x2, x3) = (Sse2.UnpackLow(b0, b4), Sse2.UnpackHigh(b0, b4), Sse2.UnpackLow(b1, b5), Sse2.UnpackHigh(b1, b5));
        (x4, x5, x6, x7) = (Sse2.UnpackLow(b2, b6), Sse2.UnpackHigh(b2, b6), Sse2.UnpackLow(b3, b7), Sse2.UnpackHigh(b3, b7));
    }

    [MethodImpl(Jit.Inline)]
    private static Vector256<short> Pairs(Vector128<short> first, Vector128<short> second) =>
        Vector256.Create(Sse2.UnpackLow(first, second), Sse2.UnpackHigh(first, second));

    [MethodImpl(Jit.Inline)]
    private static Vector256<int> Products(Vector256<short> pairs, short first, short second) =>
        Avx2.MultiplyAddAdjacent(pairs, Vector256.Create(first & 0xFFFF | second << 16).AsInt16());

    [MethodImpl(Jit.Inline)]
    private static Vector128<short> Round(Vector256<int> x, int shift)
    {
        x = (x + Vector256.Create(1 << (shift - 1))) >> shift;
        return Sse2.PackSignedSaturate(x.GetLower(), x.GetUpper());
    }

    [MethodImpl(Jit.Inline)]
    private static Vector128<short> Load(ReadOnlySpan<byte> samples, int at)
    {
        Vector128<byte> row = Vector128.CreateScalar(BinaryPrimitives.ReadUInt64LittleEndian(samples[at..])).AsByte();
        return Sse2.UnpackLow(row, Vector128<byte>.Zero).AsInt16() - Vector128.Create((short)Centre);
    }
}
