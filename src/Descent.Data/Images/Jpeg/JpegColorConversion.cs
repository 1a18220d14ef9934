using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Descent.Kernels;

namespace Descent;

/// <summary>Makes a row of RGB pixels of a row of each component, in the integers of the reference implementation, bit for bit.</summary>
/// <remarks>Rows of components are padded to whole vectors, the row of pixels is not.</remarks>
internal static class JpegColorConversion
{
    private const int Channels = 3, StepBytes = RgbInterleaving.StepBytes;

    // ITU-R BT.601 in 1/65,536. What exceeds 16 bits is split: 1.402 = 1 + 0.402, 1.772 = 2 − 0.228, 0.71414 = 1 − 0.28586.
    private const int RedOfCr = 91_881, BlueOfCb = 116_130, GreenOfCb = -22_554, GreenOfCr = -46_802, Half = 1 << 15, Centre = 128;
    private const int YOfR = 19_595, YOfG = 38_470, YOfB = 7_471, CbOfR = -11_059, CbOfG = -21_709, CrOfG = -27_439, CrOfB = -5_329;
    // Rounds down what lies in the middle, so that 255 is not exceeded.
    private const int ColorHalf = (Centre << 16) + Half - 1;

    /// <summary><c>R = Y + 1.402 Cr, G = Y − 0.34414 Cb − 0.71414 Cr, B = Y + 1.772 Cb</c>, Cb and Cr around 128.</summary>
    [MethodImpl(Jit.Hot)]
    public static void YCbCrToRgb(ReadOnlySpan<byte> y, ReadOnlySpan<byte> cb, ReadOnlySpan<byte> cr, Span<byte> rgb)
    {
        if (!Avx2.IsSupported)
        {
            YCbCrToRgbReference(y, cb, cr, rgb);
            return;
        }

        Span<byte> rest = stackalloc byte[StepBytes];
        int step = Vector256<byte>.Count;
        for (int i = 0; !rgb.IsEmpty; i += step)
        {
            Vector256<byte> luma = Vector256.Create(y.Slice(i, step)), blue = Vector256.Create(cb.Slice(i, step));
            Vector256<byte> red = Vector256.Create(cr.Slice(i, step)), zero = Vector256<byte>.Zero;
            Convert(Avx2.UnpackLow(luma, zero).AsInt16(), Avx2.UnpackLow(blue, zero).AsInt16(), Avx2.UnpackLow(red, zero).AsInt16(),
                out Vector256<short> r0, out Vector256<short> g0, out Vector256<short> b0);
            Convert(Avx2.UnpackHigh(luma, zero).AsInt16(), Avx2.UnpackHigh(blue, zero).AsInt16(), Avx2.UnpackHigh(red, zero).AsInt16(),
                out Vector256<short> r1, out Vector256<short> g1, out Vector256<short> b1);
            bool whole = rgb.Length >= StepBytes;
            RgbInterleaving.Store(Avx2.PackUnsignedSaturate(r0, r1), Avx2.PackUnsignedSaturate(g0, g1), Avx2.PackUnsignedSaturate(b0, b1), whole ? rgb : rest);
            rgb = whole ? rgb[StepBytes..] : RgbInterleaving.CopyRest(rest, rgb);
        }
    }

    public static void YCbCrToRgbReference(ReadOnlySpan<byte> y, ReadOnlySpan<byte> cb, ReadOnlySpan<byte> cr, Span<byte> rgb)
    {
        for (int i = 0; i < rgb.Length / Channels; i++)
        {
            int blue = cb[i] - Centre, red = cr[i] - Centre;
            rgb[Channels * i] = Clamp(y[i] + ((RedOfCr * red + Half) >> 16));
            rgb[Channels * i + 1] = Clamp(y[i] + ((GreenOfCb * blue + GreenOfCr * red + Half) >> 16));
            rgb[Channels * i + 2] = Clamp(y[i] + ((BlueOfCb * blue + Half) >> 16));
        }

        static byte Clamp(int value) => (byte)Math.Clamp(value, 0, 255);
    }

    /// <summary>
    /// <c>Y = 0.299 R + 0.587 G + 0.114 B, Cb = (B − Y) / 1.772 + 128, Cr = (R − Y) / 1.402 + 128</c>; rows of components are padded.
    /// </summary>
    [MethodImpl(Jit.Hot)]
    public static void RgbToYCbCr(ReadOnlySpan<byte> rgb, Span<byte> y, Span<byte> cb, Span<byte> cr)
    {
        if (!Avx2.IsSupported)
        {
            RgbToYCbCrReference(rgb, y, cb, cr);
            return;
        }

        Span<byte> rest = stackalloc byte[StepBytes];
        int step = Vector256<byte>.Count;
        for (int i = 0; !rgb.IsEmpty; i += step)
        {
            scoped ReadOnlySpan<byte> pixels = rgb;
            if (rgb.Length < StepBytes)
            {
                rgb.CopyTo(rest);
                pixels = rest;
                rgb = default;
            }
            else
            {
                rgb = rgb[StepBytes..];
            }

            RgbInterleaving.Load(pixels, out Vector256<byte> red, out Vector256<byte> green, out Vector256<byte> blue);
            Vector256<byte> zero = Vector256<byte>.Zero;
            ConvertBack(Avx2.UnpackLow(red, zero).AsInt16(), Avx2.UnpackLow(green, zero).AsInt16(), Avx2.UnpackLow(blue, zero).AsInt16(),
                out Vector256<short> y0, out Vector256<short> cb0, out Vector256<short> cr0);
            ConvertBack(Avx2.UnpackHigh(red, zero).AsInt16(), Avx2.UnpackHigh(green, zero).AsInt16(), Avx2.UnpackHigh(blue, zero).AsInt16(),
                out Vector256<short> y1, out Vector256<short> cb1, out Vector256<short> cr1);
            Avx2.PackUnsignedSaturate(y0, y1).CopyTo(y[i..]);
            Avx2.PackUnsignedSaturate(cb0, cb1).CopyTo(cb[i..]);
            Avx2.PackUnsignedSaturate(cr0, cr1).CopyTo(cr[i..]);
        }
    }

    public static void RgbToYCbCrReference(ReadOnlySpan<byte> rgb, Span<byte> y, Span<byte> cb, Span<byte> cr)
    {
        for (int i = 0; i < rgb.Length / Channels; i++)
        {
            (int r, int g, int b) = (rgb[Channels * i], rgb[Channels * i + 1], rgb[Channels * i + 2]);
            y[i] = (byte)((YOfR * r + YOfG * g + YOfB * b + Half) >> 16);
            cb[i] = (byte)((CbOfR * r + CbOfG * g + (b << 15) + ColorHalf) >> 16);
            cr[i] = (byte)(((r << 15) + CrOfG * g + CrOfB * b + ColorHalf) >> 16);
        }
    }

    /// <summary>Each of a pixel's values by its K: <c>v·k / 255</c>, to the nearest.</summary>
    /// <param name="pixels">255 is no ink, or 0 is, with a complement.</param>
    /// <param name="k">255 is no ink.</param>
    /// <param name="complement">255 to take the complements of the pixels; else 0.</param>
    public static void Darken(Span<byte> pixels, ReadOnlySpan<byte> k, byte complement)
    {
        for (int i = 0; i < pixels.Length; i++)
        {
            int product = (pixels[i] ^ complement) * k[i / Channels] + Centre;
            pixels[i] = (byte)((product + (product >> 8)) >> 8);
        }
    }

    [MethodImpl(Jit.Inline)]
    private static void Convert(Vector256<short> y, Vector256<short> cb, Vector256<short> cr,
        out Vector256<short> r, out Vector256<short> g, out Vector256<short> b)
    {
        Vector256<short> centre = Vector256.Create((short)Centre), one = Vector256<short>.One;
        cb -= centre;
        cr -= centre;

        // The upper half of a doubled product, rounded: the same integer as the whole product by 1/65,536.
        r = y + cr + ((Avx2.MultiplyHigh(cr + cr, Vector256.Create((short)(RedOfCr - 65_536))) + one) >> 1);
        b = y + cb + cb + ((Avx2.MultiplyHigh(cb + cb, Vector256.Create((short)(BlueOfCb - 2 * 65_536))) + one) >> 1);
        Vector256<short> weights = Vector256.Create(GreenOfCb & 0xFFFF | (GreenOfCr + 65_536) << 16).AsInt16();
        Vector256<int> half = Vector256.Create(Half);
        Vector256<int> low = (Avx2.MultiplyAddAdjacent(Avx2.UnpackLow(cb, cr), weights) + half) >> 16;
        Vector256<int> high = (Avx2.MultiplyAddAdjacent(Avx2.UnpackHigh(cb, cr), weights) + half) >> 16;
        g = y - cr + Avx2.PackSignedSaturate(low, high);
    }

    [MethodImpl(Jit.Inline)]
    private static void ConvertBack(Vector256<short> r, Vector256<short> g, Vector256<short> b,
        out Vector256<short> y, out Vector256<short> cb, out Vector256<short> cr)
    {
        // 0.587 does not fit 16 bits: a quarter of it goes with blue.
        const int Quarter = 1 << 14;
        Vector256<short> rg0 = Avx2.UnpackLow(r, g), rg1 = Avx2.UnpackHigh(r, g), bg0 = Avx2.UnpackLow(b, g), bg1 = Avx2.UnpackHigh(b, g);
        Vector256<short> yOfRg = Pair(YOfR, YOfG - Quarter), yOfBg = Pair(YOfB, Quarter);
        Vector256<int> half = Vector256.Create(Half), colorHalf = Vector256.Create(ColorHalf);
        y = Avx2.PackSignedSaturate(
            (Avx2.MultiplyAddAdjacent(rg0, yOfRg) + Avx2.MultiplyAddAdjacent(bg0, yOfBg) + half) >> 16,
            (Avx2.MultiplyAddAdjacent(rg1, yOfRg) + Avx2.MultiplyAddAdjacent(bg1, yOfBg) + half) >> 16);

        // One half does not fit either, and is a shift: of a pair's lower value, moved up with its neighbour shifted out, and down again.
        Vector256<short> cbOfRg = Pair(CbOfR, CbOfG), crOfBg = Pair(CrOfB, CrOfG);
        cb = Avx2.PackSignedSaturate(
            (Avx2.MultiplyAddAdjacent(rg0, cbOfRg) + HalfOfLower(bg0) + colorHalf) >> 16,
            (Avx2.MultiplyAddAdjacent(rg1, cbOfRg) + HalfOfLower(bg1) + colorHalf) >> 16);
        cr = Avx2.PackSignedSaturate(
            (Avx2.MultiplyAddAdjacent(bg0, crOfBg) + HalfOfLower(rg0) + colorHalf) >> 16,
            (Avx2.MultiplyAddAdjacent(bg1, crOfBg) + HalfOfLower(rg1) + colorHalf) >> 16);

        static Vector256<short> Pair(int first, int second) => Vector256.Create(first & 0xFFFF | second << 16).AsInt16();

        static Vector256<int> HalfOfLower(Vector256<short> pairs) => (pairs.AsInt32() << 16) >>> 1;
    }
}
