using System.Runtime.CompilerServices;
using Descent.Kernels;

namespace Descent;

/// <summary>Decodes all coefficients of a block at once, as baseline and extended sequential scans bring them (F.2.2).</summary>
internal static class JpegSequentialBlock
{
    /// <param name="bits">The data.</param>
    /// <param name="component">Its codes and its prediction, which moves on.</param>
    /// <param name="places">Where each coefficient of the zigzag order is to lie.</param>
    /// <param name="block">64 zeros; the coefficients that are not stay so.</param>
    /// <returns>Whether there may be others than the constant one.</returns>
    /// <exception cref="JpegDataException">The data does not describe a block.</exception>
    [MethodImpl(Jit.Hot)]
    public static bool Decode(ref JpegBits bits, JpegComponent component, ReadOnlySpan<byte> places, Span<short> block)
    {
        block = block[..JpegBlock.Size];
        ReadOnlySpan<int> codes = component.Dc!.Lookup;
        ReadOnlySpan<byte> window = bits.Window;
        ulong next = bits.Bits;
        int count = bits.Count, position = bits.Position, lastWhole = bits.LastWhole;

        if (count < 32)
        {
            JpegBits.Refill(ref bits, window, ref next, ref count, ref position, ref lastWhole);
        }

        int entry = codes[(int)(next >> (64 - JpegHuffmanTable.LookupBits))];
        int value = entry >> 16;
        if (value == 0)
        {
            if (entry == 0)
            {
                entry = component.Dc.FindEntry(next);
            }

            int length = entry & 0xFF, size = entry >> 12 & 15;
            next <<= length;
            value = JpegBits.Extend((int)(next >> 1 >> (63 - size)), size);
            next <<= size;
            count -= length + size;
        }
        else
        {
            next <<= entry;
            count -= entry & 0xFF;
        }

        component.Prediction += value;
        block[places[0]] = (short)component.Prediction;

        codes = component.Ac!.Lookup;
        int k = 1;
        while (k < JpegBlock.Size)
        {
            if (count < 32)
            {
                JpegBits.Refill(ref bits, window, ref next, ref count, ref position, ref lastWhole);
            }

            entry = codes[(int)(next >> (64 - JpegHuffmanTable.LookupBits))];
            value = entry >> 16;
            if (value != 0)
            {
                k += entry >> 8 & 15;
                next <<= entry;
                count -= entry & 0xFF;
                block[places[k]] = (short)value;
                k++;
                continue;
            }

            if (entry == 0)
            {
                entry = component.Ac.FindEntry(next);
            }

            int length = entry & 0xFF, size = entry >> 12 & 15;
            next <<= length;
            count -= length;
            if (size == 0)
            {
                if ((entry >> 8 & 15) != 15)
                {
                    break;
                }

                k += 16;
                continue;
            }

            k += entry >> 8 & 15;
            value = JpegBits.Extend((int)(next >> (64 - size)), size);
            next <<= size;
            count -= size;
            block[places[k]] = (short)value;
            k++;
        }

        bits.Bits = next;
        bits.Count = count;
        bits.Position = position;
        return k <= JpegBlock.Size ? k > 1 : throw new JpegDataException("a block holds more than 64 coefficients");
    }
}
