using System.Numerics;
using System.Runtime.CompilerServices;
using Descent.Kernels;

namespace Descent;

/// <summary>A pair of Huffman codes for writing: bits and length of each symbol, of constant coefficients and of the others.</summary>
internal sealed class JpegHuffmanCode
{
    // A block of 64 coefficients takes at most 27 bits each; stuffing doubles.
    private const int ZeroRun = 0xF0, MostBlockBytes = 2 * JpegBlock.Size * 4;

    // Code in the upper 16 bits, its length in the lower.
    private readonly uint[] _dc, _ac;

    private JpegHuffmanCode(ReadOnlySpan<byte> dc, ReadOnlySpan<byte> ac) => (_dc, _ac) = (Build(dc), Build(ac));

    public static JpegHuffmanCode Luminance { get; } = new(JpegStandardTables.LuminanceDc, JpegStandardTables.LuminanceAc);

    public static JpegHuffmanCode Chrominance { get; } = new(JpegStandardTables.ChrominanceDc, JpegStandardTables.ChrominanceAc);

    /// <summary>Writes a block.</summary>
    /// <param name="zigzag">Coefficients in zigzag order.</param>
    /// <param name="prediction">The constant coefficient of the block before; then this one's.</param>
    /// <param name="writer">Takes the bits.</param>
    [MethodImpl(Jit.Hot)]
    public void Write(ReadOnlySpan<short> zigzag, ref int prediction, JpegBitWriter writer)
    {
        zigzag = zigzag[..JpegBlock.Size];
        Span<byte> room = writer.Room(MostBlockBytes);
        ulong bits = writer.Bits;
        int free = writer.Free, position = 0;

        int difference = zigzag[0] - prediction;
        prediction = zigzag[0];
        Write(_dc, 0, difference, room, ref position, ref bits, ref free);

        uint[] ac = _ac;
        ulong left = JpegBlock.NotZero(zigzag) & ~1UL;
        int before = 0;
        while (left != 0)
        {
            int k = BitOperations.TrailingZeroCount(left), run = k - before - 1;
            for (; run > 15; run -= 16)
            {
                JpegBitWriter.Write(ac[ZeroRun] >> 16, (int)(ac[ZeroRun] & 0xFFFF), room, ref position, ref bits, ref free);
            }

            Write(ac, run, zigzag[k], room, ref position, ref bits, ref free);
            before = k;
            left &= left - 1;
        }

        if (before < JpegBlock.Size - 1)
        {
            JpegBitWriter.Write(ac[0] >> 16, (int)(ac[0] & 0xFFFF), room, ref position, ref bits, ref free);
        }

        writer.Took(position);
        writer.Bits = bits;
        writer.Free = free;
    }

    /// <summary>The symbol of a run of zeros and a value's size, then the value in so many bits: a negative one less 1 (F.1.2.1).</summary>
    [MethodImpl(Jit.Inline)]
    private static void Write(uint[] code, int run, int value, Span<byte> room, ref int position, ref ulong bits, ref int free)
    {
        int negative = value >> 31, size = 32 - BitOperations.LeadingZeroCount((uint)((value ^ negative) - negative));
        uint entry = code[run << 4 | size], amount = (uint)(value + negative) & ((1u << size) - 1);
        JpegBitWriter.Write(entry >> 16 << size | amount, (int)(entry & 0xFFFF) + size, room, ref position, ref bits, ref free);
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
