using System.Runtime.CompilerServices;
using Descent.Kernels;

namespace Descent;

/// <summary>Decodes what one scan of a progressive image brings of a block (annex G).</summary>
internal static class JpegProgressiveBlock
{
    /// <summary>The constant coefficient without its lowest bits (G.1.2.1).</summary>
    public static void FirstConstant(ref JpegBits bits, JpegComponent component, int low, Span<short> block)
    {
        int size = bits.ReadSymbol(component.Dc!);
        component.Prediction += bits.ReadSigned(size);
        block[0] = (short)(component.Prediction << low);
    }

    /// <summary>One more bit of the constant coefficient.</summary>
    public static void NextConstant(ref JpegBits bits, int low, Span<short> block) => block[0] |= (short)(bits.Read(1) << low);

    /// <summary>Other coefficients without their lowest bits (G.1.2.2).</summary>
    /// <param name="bits">The data.</param>
    /// <param name="table">The component's code.</param>
    /// <param name="scan">Which coefficients.</param>
    /// <param name="block">Of the coefficients.</param>
    /// <returns>How many of the next blocks have no more coefficients.</returns>
    [MethodImpl(Jit.Hot)]
    public static int First(ref JpegBits bits, JpegHuffmanTable table, JpegScan scan, Span<short> block)
    {
        ReadOnlySpan<int> codes = table.Lookup;
        ReadOnlySpan<byte> window = bits.Window, places = JpegBlock.Place;
        ulong next = bits.Bits;
        int count = bits.Count, position = bits.Position, lastWhole = bits.LastWhole, last = scan.Last, low = scan.Low, endRun = 0;
        int k = scan.First;
        while (k <= last)
        {
            if (count < 32)
            {
                JpegBits.Refill(ref bits, window, ref next, ref count, ref position, ref lastWhole);
            }

            int entry = codes[(int)(next >> (64 - JpegHuffmanTable.LookupBits))], value = entry >> 16;
            if (value == 0)
            {
                if (entry == 0)
                {
                    entry = table.FindEntry(next);
                }

                int length = entry & 0xFF, size = entry >> 12 & 15, run = entry >> 8 & 15;
                next <<= length;
                count -= length;
                if (size == 0)
                {
                    if (run == 15)
                    {
                        k += 16;
                        continue;
                    }

                    endRun = (1 << run) - 1 + (int)(next >> 1 >> (63 - run));
                    next <<= run;
                    count -= run;
                    break;
                }

                value = JpegBits.Extend((int)(next >> (64 - size)), size);
                next <<= size;
                count -= size;
            }
            else
            {
                next <<= entry;
                count -= entry & 0xFF;
            }

            k += entry >> 8 & 15;
            block[places[k]] = (short)(value << low);
            k++;
        }

        bits.Bits = next;
        bits.Count = count;
        bits.Position = position;
        return k <= last + 1 ? endRun : throw new JpegDataException($"a run leads beyond coefficient {last}");
    }

    /// <summary>One more bit of other coefficients (G.1.2.3): of those that are not zero already, and the first one of some that are.</summary>
    /// <param name="bits">The data.</param>
    /// <param name="table">The component's code.</param>
    /// <param name="scan">Which coefficients.</param>
    /// <param name="endRun">How many blocks, this one included, have none that are new; then without this one.</param>
    /// <param name="block">Of the coefficients.</param>
    [MethodImpl(Jit.Hot)]
    public static void Next(ref JpegBits bits, JpegHuffmanTable table, JpegScan scan, ref int endRun, Span<short> block)
    {
        if (endRun > 0 && !JpegBlock.Varies(block))
        {
            endRun--;
            return;
        }

        ReadOnlySpan<int> codes = table.Lookup;
        ReadOnlySpan<byte> window = bits.Window, places = JpegBlock.Place;
        ulong next = bits.Bits;
        int count = bits.Count, position = bits.Position, lastWhole = bits.LastWhole, last = scan.Last, k = scan.First;
        short one = (short)(1 << scan.Low);
        while (k <= last)
        {
            // In a run to the block's end all that is left is refined, as if more zeros were to be passed than there can be.
            int zeros = JpegBlock.Size, value = 0;
            if (endRun == 0)
            {
                if (count < 32)
                {
                    JpegBits.Refill(ref bits, window, ref next, ref count, ref position, ref lastWhole);
                }

                int entry = codes[(int)(next >> (64 - JpegHuffmanTable.LookupBits))];
                if (entry == 0)
                {
                    entry = table.FindEntry(next);
                }

                // Of an entry with a value, the value's one bit is not a number but a sign: length and bit are taken one after the other.
                int size = entry >> 12 & 15, run = entry >> 8 & 15, length = (entry & 0xFF) - (entry >> 16 != 0 ? size : 0);
                next <<= length;
                count -= length;
                if (size == 1)
                {
                    value = (long)next < 0 ? one : -one;
                    next <<= 1;
                    count--;
                    zeros = run;
                }
                else if (size != 0)
                {
                    throw new JpegDataException($"a coefficient of {size} bits is new in a scan that refines");
                }
                else if (run == 15)
                {
                    zeros = run;
                }
                else
                {
                    endRun = (1 << run) + (int)(next >> 1 >> (63 - run));
                    next <<= run;
                    count -= run;
                }
            }

            for (; k <= last; k++)
            {
                ref short coefficient = ref block[places[k]];
                if (coefficient == 0)
                {
                    if (--zeros < 0)
                    {
                        coefficient = (short)value;
                        break;
                    }

                    continue;
                }

                if (count == 0)
                {
                    JpegBits.Refill(ref bits, window, ref next, ref count, ref position, ref lastWhole);
                }

                if ((long)next < 0 && (coefficient & one) == 0)
                {
                    coefficient += coefficient > 0 ? one : (short)-one;
                }

                next <<= 1;
                count--;
            }

            if (k > last && value != 0)
            {
                throw new JpegDataException($"a run leads beyond coefficient {last}");
            }

            k++;
        }

        if (endRun > 0)
        {
            endRun--;
        }

        bits.Bits = next;
        bits.Count = count;
        bits.Position = position;
    }
}
