using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Descent.Kernels;

namespace Descent;

/// <summary>A block of 8 × 8 coefficients, and where each of them lies.</summary>
/// <remarks>
/// Rows of coefficients lie in pairs, (0, 4), (2, 6), (7, 1) and (5, 3), column by column: those are the pairs that the inverse transform
/// multiplies and adds in one instruction, so that it loads a block without moving anything about. Tables of quantisation lie alike.
/// </remarks>
internal static class JpegBlock
{
    public const int Side = 8, Size = 64;

    /// <summary>What the constant coefficient holds where no scan has brought one.</summary>
    public const short Missing = short.MinValue;

    /// <summary>Place of the k-th coefficient of the zigzag order; 16 more for damaged data, whose last run may lead beyond the block.</summary>
    public static ReadOnlySpan<byte> Place =>
    [
        0, 2, 33, 16, 35, 4, 6, 37, 18, 49, 1, 51, 20, 39, 8, 10,
        41, 22, 53, 3, 48, 17, 50, 5, 55, 24, 43, 12, 14, 45, 26, 57,
        7, 52, 19, 32, 34, 21, 54, 9, 59, 28, 47, 30, 61, 11, 56, 23,
        36, 38, 25, 58, 13, 63, 15, 60, 27, 40, 42, 29, 62, 31, 44, 46,
        46, 46, 46, 46, 46, 46, 46, 46, 46, 46, 46, 46, 46, 46, 46, 46,
    ];

    /// <summary>
    /// Index of the k-th coefficient of the zigzag order in the planes of an image of several scans: last one first, so that of a mask of a block
    /// (<see cref="NotZero"/>) the uppermost bit is the first coefficient, as bits are read. 16 more as in <see cref="Place"/>.
    /// </summary>
    public static ReadOnlySpan<byte> Reversed =>
    [
        63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32,
        31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    /// <summary>Index of the constant coefficient in the planes.</summary>
    public const int ReversedConstant = Size - 1;

    /// <summary>Puts a row of samples side by side that lie at the beginning of the memory of their blocks' coefficients.</summary>
    [MethodImpl(Jit.Hot)]
    public static void GatherRow(ReadOnlySpan<byte> blocks, int row, Span<byte> samples)
    {
        for (int from = row * Side, to = 0; to + Side <= samples.Length; from += Size * sizeof(short), to += Side)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(samples[to..], BinaryPrimitives.ReadUInt64LittleEndian(blocks[from..]));
        }
    }

    /// <summary>Row · 8 + column of the k-th coefficient of the zigzag order.</summary>
    public static ReadOnlySpan<byte> Natural =>
    [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5,
        12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
        58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
    ];

    /// <summary>Place of the coefficient in a row and a column.</summary>
    public static int At(int row, int column)
    {
        ReadOnlySpan<byte> starts = [0, 33, 16, 49, 1, 48, 17, 32];
        return starts[row] + 2 * column;
    }

    /// <summary>A mask of a block: its lowest bit says whether the first value is not zero.</summary>
    [MethodImpl(Jit.Inline)]
    public static ulong NotZero(ReadOnlySpan<short> block)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            ulong low = Vector512.Equals(Vector512.Create(block[..32]), Vector512<short>.Zero).ExtractMostSignificantBits();
            ulong high = Vector512.Equals(Vector512.Create(block[32..64]), Vector512<short>.Zero).ExtractMostSignificantBits();
            return ~(low | high << 32);
        }

        ulong mask = 0;
        for (int i = 0; i < Size; i += Vector256<byte>.Count)
        {
            Vector256<short> low = Vector256.Equals(Vector256.Create(block.Slice(i, 16)), Vector256<short>.Zero);
            Vector256<short> high = Vector256.Equals(Vector256.Create(block.Slice(i + 16, 16)), Vector256<short>.Zero);
            mask |= (ulong)~Vector256.Narrow(low, high).ExtractMostSignificantBits() << i;
        }

        return mask;
    }

    /// <summary>Puts coefficients of a plane where the inverse transform wants them.</summary>
    /// <param name="reversed">As <see cref="Reversed"/> says.</param>
    /// <param name="notZero">Which of them are not zero.</param>
    /// <param name="placed">As <see cref="Place"/> says.</param>
    [MethodImpl(Jit.Hot)]
    public static void ToPlaces(ReadOnlySpan<short> reversed, ulong notZero, Span<short> placed)
    {
        reversed = reversed[..Size];
        placed = placed[..Size];
        placed.Clear();
        ReadOnlySpan<byte> places = Place;
        for (; notZero != 0; notZero &= notZero - 1)
        {
            int i = BitOperations.TrailingZeroCount(notZero);
            placed[places[Size - 1 - i]] = reversed[i];
        }
    }

    /// <summary>Puts coefficients that lie row by row into zigzag order; with AVX-512BW.</summary>
    [MethodImpl(Jit.Inline)]
    public static (Vector512<short> First, Vector512<short> Second) ToZigzag(Vector512<short> upper, Vector512<short> lower)
    {
        (Vector512<ushort> first, Vector512<ushort> second) = Vector512.Widen(Vector512.Create(Natural));
        return (Avx512BW.PermuteVar32x16x2(upper, first.AsInt16(), lower), Avx512BW.PermuteVar32x16x2(upper, second.AsInt16(), lower));
    }

    /// <summary>Puts coefficients that lie row by row into zigzag order.</summary>
    [MethodImpl(Jit.Hot)]
    public static void ToZigzag(ReadOnlySpan<short> rows, Span<short> zigzag)
    {
        rows = rows[..Size];
        zigzag = zigzag[..Size];
        ReadOnlySpan<byte> natural = Natural;
        for (int k = 0; k < Size; k++)
        {
            zigzag[k] = rows[natural[k]];
        }
    }
}
