using System.Numerics;
using System.Runtime.CompilerServices;
using Descent.Kernels;

namespace Descent;

/// <summary>A pair of Huffman codes for writing: bits and length of each symbol, of constant coefficients and of the others.</summary>
internal sealed class JpegHuffmanCode
{
    // A block of 64 coefficients takes at most 27 bits each.
    private const int MostBlockBytes = JpegBlock.Size * 4;

    private const int ZeroRun = 0xF0;

    // Code in the upper 16 bits, its length in the lower.
    private readonly uint[] _dc, _ac;

    private JpegHuffmanCode(ReadOnlySpan<byte> dc, ReadOnlySpan<byte> ac)
    {
        (_dc, _ac) = (Build(dc), Build(ac));
        Pairs = new(_ac);
    }

    public static JpegHuffmanCode Luminance { get; } = new(JpegStandardTables.LuminanceDc, JpegStandardTables.LuminanceAc);

    public static JpegHuffmanCode Chrominance { get; } = new(JpegStandardTables.ChrominanceDc, JpegStandardTables.ChrominanceAc);

    /// <summary>The same code two by two.</summary>
    public JpegPairedCode Pairs { get; }

    /// <summary>Writes a block.</summary>
    /// <param name="zigzag">Coefficients in zigzag order.</param>
    /// <param name="prediction">The constant coefficient of the block before; then this one's.</param>
    /// <param name="writer">Takes the bits.</param>
    [MethodImpl(Jit.Hot)]
    public void Write(ReadOnlySpan<short> zigzag, ref int prediction, JpegBitWriter writer)
    {
        zigzag = zigzag[..JpegBlock.Size];
        JpegBitPacker packer = writer.Begin(MostBlockBytes, out Span<byte> memory);
        Put(ref packer, memory, _dc, 0, zigzag[0] - prediction);
        prediction = zigzag[0];
        uint[] ac = _ac;
        int before = 0;
        for (ulong left = JpegBlock.NotZero(zigzag) & ~1UL; left != 0; left &= left - 1)
        {
            int k = BitOperations.TrailingZeroCount(left), run = k - before - 1;
            for (; run > 15; run -= 16)
            {
                packer.Put(memory, ac[ZeroRun] >> 16, (int)(ac[ZeroRun] & 0xFFFF));
            }

            Put(ref packer, memory, ac, run, zigzag[k]);
            before = k;
        }

        if (before < JpegBlock.Size - 1)
        {
            packer.Put(memory, ac[0] >> 16, (int)(ac[0] & 0xFFFF));
        }

        writer.End(packer);
    }

    /// <summary>Writes a block whose codes are found but for the constant coefficient's.</summary>
    [MethodImpl(Jit.Hot)]
    public void Write(int constant, ReadOnlySpan<ulong> codes, ReadOnlySpan<uint> lengths, ref int prediction, JpegBitWriter writer)
    {
        JpegBitPacker packer = writer.Begin(MostBlockBytes, out Span<byte> memory);
        Put(ref packer, memory, _dc, 0, constant - prediction);
        prediction = constant;
        for (int i = 0; i < codes.Length; i++)
        {
            packer.Put(memory, codes[i], (int)lengths[i]);
        }

        writer.End(packer);
    }

    /// <summary>The symbol of a run of zeros and a value's size, then the value in so many bits: a negative one less 1 (F.1.2.1).</summary>
    [MethodImpl(Jit.Inline)]
    private static void Put(ref JpegBitPacker packer, Span<byte> memory, uint[] code, int run, int value)
    {
        int negative = value >> 31, size = 32 - BitOperations.LeadingZeroCount((uint)((value ^ negative) - negative));
        uint entry = code[run << 4 | size], amount = (uint)(value + negative) & ((1u << size) - 1);
        packer.Put(memory, entry >> 16 << size | amount, (int)(entry & 0xFFFF) + size);
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
