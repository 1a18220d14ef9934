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
    /// <param name="endRun">How many blocks, this one included, have no more coefficients.</param>
    /// <param name="block">Of the coefficients.</param>
    public static void First(ref JpegBits bits, JpegHuffmanTable table, JpegScan scan, ref int endRun, Span<short> block)
    {
        if (endRun > 0)
        {
            endRun--;
            return;
        }

        ReadOnlySpan<int> codes = table.Lookup;
        for (int k = scan.First; k <= scan.Last; k++)
        {
            if (bits.Count < 32)
            {
                bits.Refill();
            }

            int entry = codes[(int)(bits.Bits >> (64 - JpegHuffmanTable.LookupBits))];
            if (entry >> 16 != 0)
            {
                k += entry >> 8 & 15;
                bits.Drop(entry & 0xFF);
                block[JpegBlock.Place[k]] = (short)((entry >> 16) << scan.Low);
            }
            else
            {
                int symbol = bits.ReadSymbol(table), run = symbol >> 4, size = symbol & 15;
                if (size != 0)
                {
                    k += run;
                    block[JpegBlock.Place[k]] = (short)(bits.ReadSigned(size) << scan.Low);
                }
                else if (run == 15)
                {
                    k += 15;
                }
                else
                {
                    endRun = (1 << run) - 1 + bits.Read(run);
                    return;
                }
            }

            if (k > scan.Last)
            {
                throw new JpegDataException($"a run leads beyond coefficient {scan.Last}");
            }
        }
    }

    /// <summary>One more bit of other coefficients (G.1.2.3): of those that are not zero already, and the first one of some that are.</summary>
    /// <inheritdoc cref="First" path="/param"/>
    public static void Next(ref JpegBits bits, JpegHuffmanTable table, JpegScan scan, ref int endRun, Span<short> block)
    {
        short one = (short)(1 << scan.Low);
        int k = scan.First;
        if (endRun == 0)
        {
            for (; k <= scan.Last; k++)
            {
                int symbol = bits.ReadSymbol(table), run = symbol >> 4, size = symbol & 15;
                short value = 0;
                if (size == 1)
                {
                    value = bits.Read(1) == 1 ? one : (short)-one;
                }
                else if (size != 0)
                {
                    throw new JpegDataException($"a coefficient of {size} bits is new in a scan that refines");
                }
                else if (run != 15)
                {
                    endRun = (1 << run) + bits.Read(run);
                    break;
                }

                // The run counts zeros; what is not zero on the way gets its bit.
                k = Refine(ref bits, one, k, scan.Last, run, block);
                if (k > scan.Last)
                {
                    // Of sixteen zeros the block may end before the last.
                    if (value != 0)
                    {
                        throw new JpegDataException($"a run leads beyond coefficient {scan.Last}");
                    }
                }
                else if (value != 0)
                {
                    block[JpegBlock.Place[k]] = value;
                }
            }
        }

        if (endRun > 0)
        {
            Refine(ref bits, one, k, scan.Last, JpegBlock.Size, block);
            endRun--;
        }
    }

    /// <summary>Refines what is not zero, up to the zero that follows so many zeros.</summary>
    /// <returns>Where that zero stands, or behind the last coefficient.</returns>
    private static int Refine(ref JpegBits bits, short one, int k, int last, int zeros, Span<short> block)
    {
        for (; k <= last; k++)
        {
            ref short coefficient = ref block[JpegBlock.Place[k]];
            if (coefficient == 0)
            {
                if (--zeros < 0)
                {
                    break;
                }
            }
            else if (bits.Read(1) == 1 && (coefficient & one) == 0)
            {
                coefficient += coefficient > 0 ? one : (short)-one;
            }
        }

        return k;
    }
}
