using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Descent.Kernels;

namespace Descent;

/// <summary>Three channels pixel by pixel, or each by itself.</summary>
internal static class RgbInterleaving
{
    private const int Channels = 3, Step = 32;

    /// <summary>Bytes of 32 pixels.</summary>
    public const int StepBytes = Channels * Step;

    /// <summary>Three rows, padded to whole steps, pixel by pixel.</summary>
    [MethodImpl(Jit.Hot)]
    public static void Interleave(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third, Span<byte> pixels)
    {
        if (Avx2.IsSupported)
        {
            Span<byte> rest = stackalloc byte[StepBytes];
            for (int i = 0; !pixels.IsEmpty; i += Step)
            {
                bool whole = pixels.Length >= StepBytes;
                Store(Vector256.Create(first.Slice(i, Step)), Vector256.Create(second.Slice(i, Step)), Vector256.Create(third.Slice(i, Step)),
                    whole ? pixels : rest);
                pixels = whole ? pixels[StepBytes..] : CopyRest(rest, pixels);
            }

            return;
        }

        for (int i = 0; i < pixels.Length / Channels; i++)
        {
            (pixels[Channels * i], pixels[Channels * i + 1], pixels[Channels * i + 2]) = (first[i], second[i], third[i]);
        }
    }

    /// <summary>Each channel of pixels by itself.</summary>
    /// <param name="pixels">Three bytes a pixel.</param>
    /// <param name="first">As many bytes as there are pixels.</param>
    /// <param name="second">As many.</param>
    /// <param name="third">As many.</param>
    [MethodImpl(Jit.Hot)]
    public static void Separate(ReadOnlySpan<byte> pixels, Span<byte> first, Span<byte> second, Span<byte> third)
    {
        int i = 0;
        for (; Avx2.IsSupported && i + Step <= first.Length; i += Step)
        {
            Load(pixels[(Channels * i)..], out Vector256<byte> x, out Vector256<byte> y, out Vector256<byte> z);
            x.CopyTo(first[i..]);
            y.CopyTo(second[i..]);
            z.CopyTo(third[i..]);
        }

        for (; i < first.Length; i++)
        {
            (first[i], second[i], third[i]) = (pixels[Channels * i], pixels[Channels * i + 1], pixels[Channels * i + 2]);
        }
    }

    /// <summary>Reads 32 pixels.</summary>
    [MethodImpl(Jit.Inline)]
    public static void Load(ReadOnlySpan<byte> pixels, out Vector256<byte> first, out Vector256<byte> second, out Vector256<byte> third)
    {
        Vector256<byte> x = Vector256.Create(Vector128.Create(pixels[..16]), Vector128.Create(pixels[48..64]));
        Vector256<byte> y = Vector256.Create(Vector128.Create(pixels[16..32]), Vector128.Create(pixels[64..80]));
        Vector256<byte> z = Vector256.Create(Vector128.Create(pixels[32..48]), Vector128.Create(pixels[80..96]));

        // The way of Store back.
        Vector256<byte> every0 = Vector256.Create(
            (byte)255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255);
        Vector256<byte> every1 = Vector256.Create(
            (byte)0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0);
        first = Avx2.Shuffle(Vector256.ConditionalSelect(every0, x, Vector256.ConditionalSelect(every1, z, y)), Vector256.Create(
            (byte)0, 3, 6, 9, 12, 15, 2, 5, 8, 11, 14, 1, 4, 7, 10, 13, 0, 3, 6, 9, 12, 15, 2, 5, 8, 11, 14, 1, 4, 7, 10, 13));
        second = Avx2.Shuffle(Vector256.ConditionalSelect(every0, y, Vector256.ConditionalSelect(every1, x, z)), Vector256.Create(
            (byte)1, 4, 7, 10, 13, 0, 3, 6, 9, 12, 15, 2, 5, 8, 11, 14, 1, 4, 7, 10, 13, 0, 3, 6, 9, 12, 15, 2, 5, 8, 11, 14));
        third = Avx2.Shuffle(Vector256.ConditionalSelect(every0, z, Vector256.ConditionalSelect(every1, y, x)), Vector256.Create(
            (byte)2, 5, 8, 11, 14, 1, 4, 7, 10, 13, 0, 3, 6, 9, 12, 15, 2, 5, 8, 11, 14, 1, 4, 7, 10, 13, 0, 3, 6, 9, 12, 15));
    }

    /// <summary>Writes a last step's pixels where there is room for some of them only.</summary>
    /// <returns>That none are left.</returns>
    public static Span<byte> CopyRest(scoped ReadOnlySpan<byte> rest, Span<byte> pixels)
    {
        rest[..pixels.Length].CopyTo(pixels);
        return default;
    }

    /// <summary>Writes 32 pixels.</summary>
    [MethodImpl(Jit.Inline)]
    public static void Store(Vector256<byte> first, Vector256<byte> second, Vector256<byte> third, Span<byte> pixels)
    {
        // Of three vectors of 16 pixels each channel has every third byte, in the first from 0, 1 or 2 on: its values are put where they go in all
        // three with one shuffle, then each vector takes its own.
        first = Avx2.Shuffle(first, Vector256.Create(
            (byte)0, 11, 6, 1, 12, 7, 2, 13, 8, 3, 14, 9, 4, 15, 10, 5, 0, 11, 6, 1, 12, 7, 2, 13, 8, 3, 14, 9, 4, 15, 10, 5));
        second = Avx2.Shuffle(second, Vector256.Create(
            (byte)5, 0, 11, 6, 1, 12, 7, 2, 13, 8, 3, 14, 9, 4, 15, 10, 5, 0, 11, 6, 1, 12, 7, 2, 13, 8, 3, 14, 9, 4, 15, 10));
        third = Avx2.Shuffle(third, Vector256.Create(
            (byte)10, 5, 0, 11, 6, 1, 12, 7, 2, 13, 8, 3, 14, 9, 4, 15, 10, 5, 0, 11, 6, 1, 12, 7, 2, 13, 8, 3, 14, 9, 4, 15));
        Vector256<byte> every0 = Vector256.Create(
            (byte)255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255);
        Vector256<byte> every1 = Vector256.Create(
            (byte)0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0);
        Vector256<byte> x = Vector256.ConditionalSelect(every0, first, Vector256.ConditionalSelect(every1, second, third));
        Vector256<byte> y = Vector256.ConditionalSelect(every0, second, Vector256.ConditionalSelect(every1, third, first));
        Vector256<byte> z = Vector256.ConditionalSelect(every0, third, Vector256.ConditionalSelect(every1, first, second));
        x.GetLower().CopyTo(pixels);
        y.GetLower().CopyTo(pixels[16..]);
        z.GetLower().CopyTo(pixels[32..]);
        x.GetUpper().CopyTo(pixels[48..]);
        y.GetUpper().CopyTo(pixels[64..]);
        z.GetUpper().CopyTo(pixels[80..]);
    }
}
