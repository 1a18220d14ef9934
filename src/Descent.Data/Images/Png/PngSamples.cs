using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Descent.Kernels;

namespace Descent;

/// <summary>Makes 8-bit channels of a row's samples of 1 to 16 bits, palette entries and transparent colours.</summary>
internal static class PngSamples
{
    /// <summary>Are the bytes of a restored row the channels themselves?</summary>
    public static bool AreChannels(PngContent content) =>
        content.Header is { BitDepth: 8, Color: not PngColor.Palette } && content.Transparency is null;

    /// <param name="content">Says what the samples mean.</param>
    /// <param name="row">The restored row.</param>
    /// <param name="pixels">One pixel after another, of the image's channels.</param>
    /// <exception cref="ImageFormatException">A pixel has an entry that the palette lacks.</exception>
    public static void Expand(PngContent content, ReadOnlySpan<byte> row, Span<byte> pixels)
    {
        if (content.Header.Color == PngColor.Palette)
        {
            ExpandPalette(content, row, pixels);
        }
        else if (content.Transparency is { } transparent)
        {
            ExpandTransparent(content.Header, transparent, row, pixels);
        }
        else if (content.Header.BitDepth == 16)
        {
            Reduce(row, pixels);
        }
        else if (content.Header.BitDepth == 8)
        {
            row[..pixels.Length].CopyTo(pixels);
        }
        else
        {
            int depth = content.Header.BitDepth, scale = 255 / ((1 << depth) - 1);
            for (int x = 0; x < pixels.Length; x++)
            {
                pixels[x] = (byte)(Bits(row, x, depth) * scale);
            }
        }
    }

    /// <summary>The nearest of 256 levels to one of 65,536, as libpng's png_set_scale_16 has it: v / 257, rounded.</summary>
    [MethodImpl(Jit.Inline)]
    private static byte Reduce(int sample) => (byte)((sample * 255 + 32_895) >> 16);

    [MethodImpl(Jit.Hot)]
    private static void Reduce(ReadOnlySpan<byte> row, Span<byte> pixels)
    {
        row = row[..(2 * pixels.Length)];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = Reduce(BinaryPrimitives.ReadUInt16BigEndian(row[(2 * i)..]));
        }
    }

    [MethodImpl(Jit.Inline)]
    private static int Bits(ReadOnlySpan<byte> row, int x, int depth)
    {
        int bit = x * depth;
        return row[bit >> 3] >> (8 - depth - (bit & 7)) & ((1 << depth) - 1);
    }

    [MethodImpl(Jit.Hot)]
    private static void ExpandPalette(PngContent content, ReadOnlySpan<byte> row, Span<byte> pixels)
    {
        int depth = content.Header.BitDepth, count = content.Palette.Length / 3, channels = content.Channels;
        ReadOnlySpan<byte> palette = content.Palette, alpha = content.Transparency;
        Span<uint> colors = stackalloc uint[256];
        for (int i = 0; i < count; i++)
        {
            colors[i] = palette[3 * i] | (uint)palette[3 * i + 1] << 8 | (uint)palette[3 * i + 2] << 16
                | (i < alpha.Length ? (uint)alpha[i] << 24 : 0xFF00_0000);
        }

        int width = pixels.Length / channels;
        for (int x = 0; x < width; x++, pixels = pixels[channels..])
        {
            int entry = depth == 8 ? row[x] : Bits(row, x, depth);
            if (entry >= count)
            {
                throw new ImageFormatException(content.Name, content.OffsetOf(0),
                    $"a pixel in column {x} has entry {entry} of a palette of {count}; the file is damaged.");
            }

            if (pixels.Length >= 4)
            {
                // The fourth byte of an opaque pixel is the first of the next, written after it.
                BinaryPrimitives.WriteUInt32LittleEndian(pixels, colors[entry]);
            }
            else
            {
                (pixels[0], pixels[1], pixels[2]) = ((byte)colors[entry], (byte)(colors[entry] >> 8), (byte)(colors[entry] >> 16));
            }
        }
    }

    /// <summary>Adds alpha: 0 where all samples, of full depth, are those of the transparent colour.</summary>
    private static void ExpandTransparent(in PngHeader header, ReadOnlySpan<byte> transparent, ReadOnlySpan<byte> row, Span<byte> pixels)
    {
        int depth = header.BitDepth, samples = header.Samples, scale = depth < 8 ? 255 / ((1 << depth) - 1) : 1;
        for (int i = 0; !pixels.IsEmpty; pixels = pixels[(samples + 1)..])
        {
            bool isTransparent = true;
            for (int c = 0; c < samples; c++, i++)
            {
                int sample = depth == 16 ? BinaryPrimitives.ReadUInt16BigEndian(row[(2 * i)..]) : Bits(row, i, depth);
                isTransparent &= sample == BinaryPrimitives.ReadUInt16BigEndian(transparent[(2 * c)..]);
                pixels[c] = depth == 16 ? Reduce(sample) : (byte)(sample * scale);
            }

            pixels[samples] = isTransparent ? (byte)0 : byte.MaxValue;
        }
    }
}
