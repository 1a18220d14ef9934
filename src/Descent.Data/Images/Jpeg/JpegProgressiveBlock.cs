using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Descent.Kernels;

namespace Descent;

/// <summary>Decodes what one scan of a progressive image brings of a block (annex G).</summary>
/// <remarks>Blocks lie as <see cref="JpegBlock.Reversed"/> says.</remarks>
internal static class JpegProgressiveBlock
{
    /// <summary>The constant coefficient without its lowest bits (G.1.2.1).</summary>
    public static void FirstConstant(ref JpegBits bits, JpegComponent component, int low, Span<short> block)
    {
        int size = bits.ReadSymbol(component.Dc!);
        component.Prediction += bits.ReadSigned(size);
        block[JpegBlock.ReversedConstant] = (short)(component.Prediction << low);
    }

    /// <summary>One more bit of the constant coefficient.</summary>
    public static void NextConstant(ref JpegBits bits, int low, Span<short> block) =>
        block[JpegBlock.ReversedConstant] |= (short)(bits.Read(1) << low);

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
        ReadOnlySpan<byte> window = bits.Window, places = JpegBlock.Reversed;
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
    /// <remarks>
    /// A run's zeros are counted in a mask of the block, and the bits of all coefficients that it passes are read at once and spread over their places.
    /// </remarks>
    /// <param name="bits">The data.</param>
    /// <param name="table">The component's code.</param>
    /// <param name="scan">Which coefficients.</param>
    /// <param name="endRun">How many blocks, this one included, have none that are new; then without this one.</param>
    /// <param name="block">Of the coefficients.</param>
    [MethodImpl(Jit.Hot)]
    public static void Next(ref JpegBits bits, JpegHuffmanTable table, JpegScan scan, ref int endRun, Span<short> block)
    {
        block = block[..JpegBlock.Size];
        ulong notZero = JpegBlock.NotZero(block), left = ulong.MaxValue >> scan.First & ulong.MaxValue << (JpegBlock.Size - 1 - scan.Last);
        if (endRun > 0 && (notZero & left) == 0)
        {
            endRun--;
            return;
        }

        ReadOnlySpan<int> codes = table.Lookup;
        ReadOnlySpan<byte> window = bits.Window;
        ulong next = bits.Bits, refined = 0;
        int count = bits.Count, position = bits.Position, lastWhole = bits.LastWhole;
        short one = (short)(1 << scan.Low);
        while (left != 0)
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

            // The zero that the value takes, or that ends the run; none where the run takes all that are left.
            ulong free = left & ~notZero;
            int behind = BitOperations.PopCount(free) - 1 - zeros;
            ulong found = behind >= 0 ? Spread(1UL << behind, free) : 0, rest = Math.Max(found, 1) - 1, passed = left & notZero & ~rest;
            left &= rest;
            while (passed != 0)
            {
                ulong part = passed;
                int length = BitOperations.PopCount(part);
                for (; length > JpegBits.LeastRefilled; length--)
                {
                    part &= part - 1;
                }

                if (count < length)
                {
                    JpegBits.Refill(ref bits, window, ref next, ref count, ref position, ref lastWhole);
                }

                refined |= Spread(next >> (64 - length), part);
                next <<= length;
                count -= length;
                passed ^= part;
            }

            if (value != 0)
            {
                if (found == 0)
                {
                    throw new JpegDataException($"a run leads beyond coefficient {scan.Last}");
                }

                block[BitOperations.TrailingZeroCount(found)] = (short)value;
            }
        }

        if (refined != 0)
        {
            Refine(block, refined, one);
        }

        if (endRun > 0)
        {
            endRun--;
        }

        bits.Bits = next;
        bits.Count = count;
        bits.Position = position;
    }

    /// <summary>Adds a bit to the magnitudes of some coefficients, where it is not there.</summary>
    [MethodImpl(Jit.Inline)]
    private static void Refine(Span<short> block, ulong chosen, short one)
    {
        Vector256<short> lanes = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, short.MinValue);
        Vector256<short> bit = Vector256.Create(one);
        for (int i = 0; i < JpegBlock.Size; i += Vector256<short>.Count)
        {
            Vector256<short> x = Vector256.Create(block.Slice(i, Vector256<short>.Count)), negative = x >> 15;
            Vector256<short> take = Vector256.Equals(Vector256.Create((short)(chosen >> i)) & lanes, lanes);
            take &= Vector256.Equals(x & bit, Vector256<short>.Zero);
            (x + (((bit ^ negative) - negative) & take)).CopyTo(block[i..]);
        }
    }

    /// <summary>The lowest bits, in order, at the places where the mask has ones.</summary>
    [MethodImpl(Jit.Inline)]
    private static ulong Spread(ulong bits, ulong mask) =>
        Bmi2.X64.IsSupported ? Bmi2.X64.ParallelBitDeposit(bits, mask) : SpreadReference(bits, mask);

    private static ulong SpreadReference(ulong bits, ulong mask)
    {
        ulong spread = 0;
        for (; mask != 0; mask &= mask - 1, bits >>= 1)
        {
            if ((bits & 1) != 0)
            {
                spread |= mask & (0 - mask);
            }
        }

        return spread;
    }
}
