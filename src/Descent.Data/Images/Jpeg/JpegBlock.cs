using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
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

    /// <summary>Whether any coefficient but the constant one is not zero.</summary>
    public static bool Varies(ReadOnlySpan<short> block)
    {
        Vector256<short> all = Vector256.Create(block[16..32]) | Vector256.Create(block[32..48]) | Vector256.Create(block[48..64]);
        return (all | Vector256.Create(block[..16])).WithElement(0, all[0]) != Vector256<short>.Zero;
    }

    /// <summary>Puts coefficients that lie row by row into zigzag order.</summary>
    [MethodImpl(Jit.Hot)]
    public static void ToZigzag(ReadOnlySpan<short> rows, Span<short> zigzag)
    {
        rows = rows[..Size];
        ReadOnlySpan<byte> natural = Natural;
        for (int k = 0; k < zigzag.Length; k++)
        {
            zigzag[k] = rows[natural[k]];
        }
    }
}
