using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Descent.Kernels;

namespace Descent;

/// <summary>Brings rows of fewer samples to full width and height: the reference implementation's "fancy upsampling", bit for bit.</summary>
/// <remarks>
/// A sample lies in the middle of the pixels that it stands for. Each of two is made of the nearer sample by three quarters and the other one
/// by one quarter, in each direction; outside lies what lies at the edge. Rounding changes its direction from pixel to pixel.
/// Loops go over whole vectors: rows are padded.
/// </remarks>
internal static class JpegUpsampling
{
    private static int Step => Vector256<byte>.Count;

    /// <summary>Samples of a row with its padding.</summary>
    public static int Padded(int width) => (width + Step - 1) / Step * Step;

    /// <summary>Sums of a row: padded, with one more on both sides.</summary>
    public static int SumsLength(int padded) => padded + Step + 2;

    /// <summary>Each value three times, and the one of the other row, 0 to 1020. The first sum stands at 1, and at both ends one more like the last.</summary>
    [MethodImpl(Jit.Hot)]
    public static void Sum(ReadOnlySpan<byte> near, ReadOnlySpan<byte> far, int width, Span<ushort> sums)
    {
        for (int i = 0; i < width; i += Step)
        {
            (Vector256<ushort> near0, Vector256<ushort> near1) = Vector256.Widen(Vector256.Create(near.Slice(i, Step)));
            (Vector256<ushort> far0, Vector256<ushort> far1) = Vector256.Widen(Vector256.Create(far.Slice(i, Step)));
            (near0 + near0 + near0 + far0).CopyTo(sums[(1 + i)..]);
            (near1 + near1 + near1 + far1).CopyTo(sums[(1 + i + Step / 2)..]);
        }

        (sums[0], sums[width + 1]) = (sums[1], sums[width]);
    }

    /// <summary>The values themselves, with one more at both ends.</summary>
    [MethodImpl(Jit.Hot)]
    public static void Widen(ReadOnlySpan<byte> row, int width, Span<ushort> sums)
    {
        for (int i = 0; i < width; i += Step)
        {
            (Vector256<ushort> low, Vector256<ushort> high) = Vector256.Widen(Vector256.Create(row.Slice(i, Step)));
            low.CopyTo(sums[(1 + i)..]);
            high.CopyTo(sums[(1 + i + Step / 2)..]);
        }

        (sums[0], sums[width + 1]) = (sums[1], sums[width]);
    }

    /// <summary>Two values of each sum: of three of it and one of the sum before, and of three of it and one of the sum behind.</summary>
    [MethodImpl(Jit.Hot)]
    public static void Across(ReadOnlySpan<ushort> sums, int width, int shift, ushort biasEven, ushort biasOdd, Span<byte> row)
    {
        Vector256<ushort> even = Vector256.Create(biasEven), odd = Vector256.Create(biasOdd);
        int step = Vector256<ushort>.Count;
        for (int i = 0; i < width && 2 * i < row.Length; i += step)
        {
            Vector256<ushort> sum = Vector256.Create(sums.Slice(1 + i, step)), triple = sum + sum + sum;
            Vector256<ushort> left = (triple + Vector256.Create(sums.Slice(i, step)) + even) >> shift;
            Vector256<ushort> right = (triple + Vector256.Create(sums.Slice(2 + i, step)) + odd) >> shift;
            // The first of two bytes is the lower one: vectors of this length exist on little-endian machines only.
            (left | right << 8).AsByte().CopyTo(row[(2 * i)..]);
        }
    }

    /// <summary>Three quarters of a row and one of another.</summary>
    [MethodImpl(Jit.Hot)]
    public static void Between(ReadOnlySpan<byte> near, ReadOnlySpan<byte> far, int bias, Span<byte> row)
    {
        Vector256<ushort> half = Vector256.Create((ushort)bias);
        for (int i = 0; i < row.Length; i += Step)
        {
            (Vector256<ushort> near0, Vector256<ushort> near1) = Vector256.Widen(Vector256.Create(near.Slice(i, Step)));
            (Vector256<ushort> far0, Vector256<ushort> far1) = Vector256.Widen(Vector256.Create(far.Slice(i, Step)));
            Vector256.Narrow((near0 + near0 + near0 + far0 + half) >> 2, (near1 + near1 + near1 + far1 + half) >> 2).CopyTo(row[i..]);
        }
    }

    /// <summary>Each value as often as it takes, without anything between.</summary>
    public static void Repeat(ReadOnlySpan<byte> source, int factor, int of, Span<byte> row)
    {
        for (int x = 0; x < row.Length; x++)
        {
            row[x] = source[x * factor / of];
        }
    }
}
