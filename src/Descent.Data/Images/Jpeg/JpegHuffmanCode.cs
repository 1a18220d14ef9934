using System.Numerics;
using System.Runtime.CompilerServices;
using Descent.Kernels;

namespace Descent;

/// <summary>A pair of Huffman codes for writing: bits and length of each symbol, of constant coefficients and of the others.</summary>
internal sealed class JpegHuffmanCode
{
    private const int ZeroRun = 0xF0;

    // Code in the upper 16 bits, its length in the lower.
    private readonly uint[] _dc, _ac;

    private JpegHuffmanCode(ReadOnlySpan<byte> dc, ReadOnlySpan<byte> ac) => (_dc, _ac) = (Build(dc), Build(ac));

    public static JpegHuffmanCode Luminance { get; } = new(JpegStandardTables.LuminanceDc, JpegStandardTables.LuminanceAc);

    public static JpegHuffmanCode Chrominance { get; } = new(JpegStandardTables.ChrominanceDc, JpegStandardTables.ChrominanceAc);

    /// <summary>Writes a block.</summary>
    /// <param name="zigzag">Coefficients in zigzag order.</param>
    /// <param name="prediction">The constant coefficient of the block before; then this one's.</param>
    /// <param name="writer">With room for 64 coefficients of 4 bytes, twice.</param>
    [MethodImpl(Jit.Hot)]
    public void Write(ReadOnlySpan<short> zigzag, ref int prediction, JpegBitWriter writer)
    {
        int difference = zigzag[0] - prediction;
        prediction = zigzag[0];
        Write(_dc, 0, difference, writer);

        ulong left = JpegBlock.NotZero(zigzag) & ~1UL;
        int before = 0;
        while (left != 0)
        {
            int k = BitOperations.TrailingZeroCount(left), run = k - before - 1;
            for (; run > 15; run -= 16)
            {
                writer.Write(_ac[ZeroRun] >> 16, (int)(_ac[ZeroRun] & 0xFFFF));
            }

            Write(_ac, run, zigzag[k], writer);
            before = k;
            left &= left - 1;
        }

        if (before < JpegBlock.Size - 1)
        {
            writer.Write(_ac[0] >> 16, (int)(_ac[0] & 0xFFFF));
        }
    }

    /// <summary>The symbol of a run of zeros and a value's size, then the value in so many bits: a negative one less 1 (F.1.2.1).</summary>
    [MethodImpl(Jit.Inline)]
    private static void Write(uint[] code, int run, int value, JpegBitWriter writer)
    {
        int size = 32 - BitOperations.LeadingZeroCount((uint)Math.Abs(value));
        uint entry = code[run << 4 | size], bits = (uint)(value + (value >> 31)) & ((1u << size) - 1);
        writer.Write(entry >> 16 << size | bits, (int)(entry & 0xFFFF) + size);
    }

    private static uint[] Build(ReadOnlySpan<byte> table)
    {
        var code = new uint[JpegHuffmanTable.MaxSymbols];
        ReadOnlySpan<byte> symbols = table[JpegHuffmanTable.MaxLength..];
        uint next = 0;
        for (int length = 1; length <= JpegHuffmanTable.MaxLength; length++, next <<= 1)
        {
            for (int i = 0; i < table[length - 1]; i++, next++)
            {
                code[symbols[0]] = next << 16 | (uint)length;
                symbols = symbols[1..];
            }
        }

        return code;
    }
}
