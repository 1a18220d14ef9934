using System.Runtime.CompilerServices;

namespace Descent;

/// <summary>A Huffman code as decoding wants it: the next bits tell run, size and, where they hold it, the value.</summary>
/// <remarks>
/// An entry of the lookup holds, from its lowest bit: 8 bits how many bits to drop, 4 bits run, 4 bits size, 16 bits value. Where the code
/// and the bits of the value both fit, the value is there (it is never zero) and all bits are dropped with one shift. Where only the code
/// fits, the value is zero and the code's bits are dropped. A longer code, or none, has the entry zero and is sought by its length.
/// </remarks>
internal sealed class JpegHuffmanTable
{
    /// <summary>Longer makes more values whole, and each table dearer to build.</summary>
    public const int LookupBits = 10;

    public const int MaxLength = 16, MaxSymbols = 256;

    private readonly int[] _lookup = new int[1 << LookupBits];
    private readonly byte[] _symbols = new byte[MaxSymbols];
    // Of each length: the first code that is too large for it, in the upper bits of 16, and what leads from a code to its symbol.
    private readonly int[] _limits = new int[MaxLength + 1], _offsets = new int[MaxLength + 1];

    /// <param name="counts">Codes of each length, 1 to 16 bits.</param>
    /// <param name="symbols">In the order of their codes.</param>
    /// <exception cref="ArgumentException">More codes of a length are asked for than are free.</exception>
    public JpegHuffmanTable(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols) => Set(counts, symbols);

    /// <summary>Makes it the table of another code: a file may define as many as it likes, and takes the memory of those of its slots.</summary>
    /// <inheritdoc cref="JpegHuffmanTable(ReadOnlySpan{byte}, ReadOnlySpan{byte})" path="//param|//exception"/>
    public JpegHuffmanTable Set(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols)
    {
        symbols.CopyTo(_symbols);
        _lookup.AsSpan().Clear();
        int code = 0, symbol = 0;
        for (int length = 1; length <= MaxLength; length++, code <<= 1)
        {
            _offsets[length] = symbol - code;
            if (code + counts[length - 1] > 1 << length)
            {
                throw new ArgumentException($"{counts[length - 1]} codes of {length} bits, but {Math.Max(0, (1 << length) - code)} are free");
            }

            for (int i = 0; i < counts[length - 1]; i++)
            {
                if (length <= LookupBits)
                {
                    Enter(code, length, symbols[symbol]);
                }

                code++;
                symbol++;
            }

            _limits[length] = code << (MaxLength - length);
        }

        return this;
    }

    public ReadOnlySpan<int> Lookup => _lookup;

    /// <summary>The entry, without a value, of a code of any length: for those that the lookup does not hold.</summary>
    /// <param name="bits">The next bits, the first one uppermost.</param>
    /// <exception cref="JpegDataException">They begin no code.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public int FindEntry(ulong bits)
    {
        int next = (int)(bits >> (64 - MaxLength));
        for (int length = 1; length <= MaxLength; length++)
        {
            if (next < _limits[length])
            {
                byte symbol = _symbols[(next >> (MaxLength - length)) + _offsets[length]];
                return (symbol & 15) << 12 | symbol >> 4 << 8 | length;
            }
        }

        throw new JpegDataException("the data holds a Huffman code that its table lacks");
    }

    private void Enter(int code, int length, byte symbol)
    {
        int run = symbol >> 4, size = symbol & 15, free = LookupBits - length;
        Span<int> entries = _lookup.AsSpan(code << free, 1 << free);
        if (size == 0 || size > free)
        {
            entries.Fill(size << 12 | run << 8 | length);
            return;
        }

        int same = 1 << (free - size);
        for (int bits = 0; bits < 1 << size; bits++)
        {
            int value = bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;
            entries.Slice(bits * same, same).Fill(value << 16 | size << 12 | run << 8 | (length + size));
        }
    }
}
