using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Descent.Kernels;

namespace Descent;

/// <summary>The inverse discrete cosine transform of a block, in the integers of the reference implementation ("islow"), bit for bit.</summary>
/// <remarks>
/// Columns, then rows, each after C. Loeffler, A. Ligtenberg and G. Moschytz, "Practical Fast 1-D DCT Algorithms with 11 Multiplications",
/// ICASSP 1989, with 13 bits behind the point; two more are kept between the passes. The eight results of a pass are sums of products with
/// its inputs; written out so, they need two multiplications of pairs each and give the same integers.
/// </remarks>
internal static class JpegInverseTransform
{
    private const int ConstantBits = 13, PassBits = 2, FirstShift = ConstantBits - PassBits, SecondShift = ConstantBits + PassBits + 3;

    // Products of the even inputs 2 and 6, and of the odd ones 7, 1, 5, 3, in each of the sums; names tell the sum and the input.
    private const short
        C22 = 4433, C26 = 4433 - 15137, C32 = 4433 + 6270, C36 = 4433,
        D07 = 2446 - 7373 - 16069 + 9633, D01 = -7373 + 9633, D05 = 9633, D03 = -16069 + 9633,
        D17 = 9633, D11 = -3196 + 9633, D15 = 16819 - 20995 - 3196 + 9633, D13 = -20995 + 9633,
        D27 = -16069 + 9633, D21 = 9633, D25 = -20995 + 9633, D23 = 25172 - 20995 - 16069 + 9633,
        D37 = -7373 + 9633, D31 = 12299 - 7373 - 3196 + 9633, D35 = -3196 + 9633, D33 = 9633;

    /// <summary>Samples of a block.</summary>
    /// <param name="coefficients">As <see cref="JpegBlock"/> lays them.</param>
    /// <param name="steps">What each is to be multiplied by, lying alike.</param>
    /// <param name="samples">From the block's first sample.</param>
    /// <param name="stride">From a row of samples to the next.</param>
    [MethodImpl(Jit.Inline)]
    public static void Run(ReadOnlySpan<short> coefficients, ReadOnlySpan<short> steps, Span<byte> samples, int stride)
    {
        if (Avx2.IsSupported)
        {
            RunAvx2(coefficients, steps, samples, stride);
        }
        else
        {
            Reference(coefficients, steps, samples, stride);
        }
    }

    /// <summary>Samples of a block of which only the constant coefficient is not zero.</summary>
    public static void RunConstant(int coefficient, int step, Span<byte> samples, int stride)
    {
        int value = (((short)(coefficient * step) + 4) >> 3) + 128;
        ulong row = 0x0101_0101_0101_0101UL * (byte)Math.Clamp(value, 0, 255);
        for (int y = 0; y < JpegBlock.Side; y++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(samples[(y * stride)..], row);
        }
    }

    /// <summary>The same, value by value.</summary>
    public static void Reference(ReadOnlySpan<short> coefficients, ReadOnlySpan<short> steps, Span<byte> samples, int stride)
    {
        Span<int> work = stackalloc int[JpegBlock.Size], line = stackalloc int[JpegBlock.Side];
        for (int x = 0; x < JpegBlock.Side; x++)
        {
            for (int y = 0; y < JpegBlock.Side; y++)
            {
                int at = JpegBlock.At(y, x);
                line[y] = (short)(coefficients[at] * steps[at]);
            }

            Pass(line, FirstShift);
            for (int y = 0; y < JpegBlock.Side; y++)
            {
                work[y * JpegBlock.Side + x] = Math.Clamp(line[y], short.MinValue, short.MaxValue);
            }
        }

        for (int y = 0; y < JpegBlock.Side; y++)
        {
            Span<int> row = work.Slice(y * JpegBlock.Side, JpegBlock.Side);
            Pass(row, SecondShift);
            for (int x = 0; x < JpegBlock.Side; x++)
            {
                samples[y * stride + x] = (byte)(Math.Clamp(row[x], -128, 127) + 128);
            }
        }
    }

    private static void Pass(Span<int> x, int shift)
    {
        int half = 1 << (shift - 1);
        int sum = ((x[0] + x[4]) << ConstantBits) + half, difference = ((x[0] - x[4]) << ConstantBits) + half;
        int even3 = x[2] * C32 + x[6] * C36, even2 = x[2] * C22 + x[6] * C26;
        int odd0 = x[7] * D07 + x[1] * D01 + x[5] * D05 + x[3] * D03;
        int odd1 = x[7] * D17 + x[1] * D11 + x[5] * D15 + x[3] * D13;
        int odd2 = x[7] * D27 + x[1] * D21 + x[5] * D25 + x[3] * D23;
        int odd3 = x[7] * D37 + x[1] * D31 + x[5] * D35 + x[3] * D33;
        (x[0], x[7]) = ((sum + even3 + odd3) >> shift, (sum + even3 - odd3) >> shift);
        (x[1], x[6]) = ((difference + even2 + odd2) >> shift, (difference + even2 - odd2) >> shift);
        (x[2], x[5]) = ((difference - even2 + odd1) >> shift, (difference - even2 - odd1) >> shift);
        (x[3], x[4]) = ((sum - even3 + odd0) >> shift, (sum - even3 - odd0) >> shift);
    }

    [MethodImpl(Jit.Hot)]
    private static void RunAvx2(ReadOnlySpan<short> coefficients, ReadOnlySpan<short> steps, Span<byte> samples, int stride)
    {
        Vector256<short> p04 = Load(coefficients, 0) * Load(steps, 0);
        Vector256<short> p26 = Load(coefficients, 16) * Load(steps, 16);
        Vector256<short> p71 = Load(coefficients, 32) * Load(steps, 32);
        Vector256<short> p53 = Load(coefficients, 48) * Load(steps, 48);
        Pass(p04, p26, p71, p53, FirstShift, out Vector256<int> r0, out Vector256<int> r1, out Vector256<int> r2, out Vector256<int> r3,
            out Vector256<int> r4, out Vector256<int> r5, out Vector256<int> r6, out Vector256<int> r7);

        // Of each half: two rows of four columns; after three rounds of interleaving: one column of eight rows, 0 to 3 below, 4 to 7 above.
        Vector256<short> q01 = Avx2.PackSignedSaturate(r0, r1), q23 = Avx2.PackSignedSaturate(r2, r3);
        Vector256<short> q45 = Avx2.PackSignedSaturate(r4, r5), q67 = Avx2.PackSignedSaturate(r6, r7);
        Vector256<short> q02 = Avx2.UnpackLow(q01, q23), q13 = Avx2.UnpackHigh(q01, q23);
        Vector256<short> q46 = Avx2.UnpackLow(q45, q67), q57 = Avx2.UnpackHigh(q45, q67);
        Vector256<long> low01 = Avx2.UnpackLow(q02, q13).AsInt64(), low23 = Avx2.UnpackHigh(q02, q13).AsInt64();
        Vector256<long> high01 = Avx2.UnpackLow(q46, q57).AsInt64(), high23 = Avx2.UnpackHigh(q46, q57).AsInt64();
        Vector256<long> c04 = Avx2.UnpackLow(low01, high01), c15 = Avx2.UnpackHigh(low01, high01);
        Vector256<long> c26 = Avx2.UnpackLow(low23, high23), c37 = Avx2.UnpackHigh(low23, high23);

        Pass(Pairs(c04), Pairs(c26), Pairs(Avx2.Permute2x128(c37, c15, 0x21)), Pairs(Avx2.Permute2x128(c15, c37, 0x21)), SecondShift,
            out r0, out r1, out r2, out r3, out r4, out r5, out r6, out r7);

        // Results are columns: four of them in bytes, four rows a half, become rows of four, then rows of eight.
        Vector256<byte> across = Vector256.Create(
            (byte)0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
        Vector256<sbyte> left = Avx2.PackSignedSaturate(Avx2.PackSignedSaturate(r0, r1), Avx2.PackSignedSaturate(r2, r3));
        Vector256<sbyte> right = Avx2.PackSignedSaturate(Avx2.PackSignedSaturate(r4, r5), Avx2.PackSignedSaturate(r6, r7));
        Vector256<byte> middle = Vector256.Create((byte)128);
        Vector256<int> rows0 = Avx2.Shuffle(left.AsByte() ^ middle, across).AsInt32();
        Vector256<int> rows4 = Avx2.Shuffle(right.AsByte() ^ middle, across).AsInt32();
        Vector256<ulong> even = Avx2.UnpackLow(rows0, rows4).AsUInt64(), odd = Avx2.UnpackHigh(rows0, rows4).AsUInt64();
        Store(samples, 0, even.GetElement(0));
        Store(samples, stride, even.GetElement(1));
        Store(samples, 2 * stride, odd.GetElement(0));
        Store(samples, 3 * stride, odd.GetElement(1));
        Store(samples, 4 * stride, even.GetElement(2));
        Store(samples, 5 * stride, even.GetElement(3));
        Store(samples, 6 * stride, odd.GetElement(2));
        Store(samples, 7 * stride, odd.GetElement(3));
    }

    [MethodImpl(Jit.Inline)]
    private static void Pass(Vector256<short> p04, Vector256<short> p26, Vector256<short> p71, Vector256<short> p53, int shift,
        out Vector256<int> r0, out Vector256<int> r1, out Vector256<int> r2, out Vector256<int> r3,
        out Vector256<int> r4, out Vector256<int> r5, out Vector256<int> r6, out Vector256<int> r7)
    {
        Vector256<int> half = Vector256.Create(1 << (shift - 1));
        Vector256<int> sum = Products(p04, 1 << ConstantBits, 1 << ConstantBits) + half;
        Vector256<int> difference = Products(p04, 1 << ConstantBits, -(1 << ConstantBits)) + half;
        Vector256<int> even3 = Products(p26, C32, C36), even2 = Products(p26, C22, C26);
        Vector256<int> odd0 = Products(p71, D07, D01) + Products(p53, D05, D03);
        Vector256<int> odd1 = Products(p71, D17, D11) + Products(p53, D15, D13);
        Vector256<int> odd2 = Products(p71, D27, D21) + Products(p53, D25, D23);
        Vector256<int> odd3 = Products(p71, D37, D31) + Products(p53, D35, D33);
        Vector256<int> t0 = sum + even3, t3 = sum - even3, t1 = difference + even2, t2 = difference - even2;
        (r0, r7) = ((t0 + odd3) >> shift, (t0 - odd3) >> shift);
        (r1, r6) = ((t1 + odd2) >> shift, (t1 - odd2) >> shift);
        (r2, r5) = ((t2 + odd1) >> shift, (t2 - odd1) >> shift);
        (r3, r4) = ((t3 + odd0) >> shift, (t3 - odd0) >> shift);
    }

    [MethodImpl(Jit.Inline)]
    private static Vector256<int> Products(Vector256<short> pairs, short first, short second) =>
        Avx2.MultiplyAddAdjacent(pairs, Vector256.Create(first & 0xFFFF | second << 16).AsInt16());

    /// <summary>Two columns, one a half, as pairs of their values in each row.</summary>
    [MethodImpl(Jit.Inline)]
    private static Vector256<short> Pairs(Vector256<long> columns) => Avx2.Shuffle(Avx2.Permute4x64(columns, 0b11_01_10_00).AsByte(),
        Vector256.Create(
            (byte)0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15, 0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15)).AsInt16();

    [MethodImpl(Jit.Inline)]
    private static Vector256<short> Load(ReadOnlySpan<short> values, int at) => Vector256.Create(values.Slice(at, Vector256<short>.Count));

    [MethodImpl(Jit.Inline)]
    private static void Store(Span<byte> samples, int at, ulong row) => BinaryPrimitives.WriteUInt64LittleEndian(samples[at..], row);
}
