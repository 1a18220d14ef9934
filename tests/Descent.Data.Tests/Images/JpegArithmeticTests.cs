namespace Descent;

/// <summary>The vector forms of the JPEG reader's arithmetic equal its formulas, value by value.</summary>
public class JpegArithmeticTests
{
    private readonly Random _random = new(1);

    [Theory]
    [InlineData(16)]
    [InlineData(300)]
    [InlineData(2_000)]
    public void Inverse_transform_equals_its_formula(int range)
    {
        short[] block = new short[64], steps = new short[64];
        byte[] expected = new byte[8 * 11], samples = new byte[8 * 11];
        for (int i = 0; i < 2_000; i++)
        {
            // From one coefficient to all of them.
            Array.Clear(block);
            for (int n = _random.Next(1, 65); n > 0; n--)
            {
                block[_random.Next(64)] = (short)_random.Next(-range, range + 1);
            }

            Array.Fill(steps, (short)_random.Next(1, 16));
            JpegInverseTransform.Reference(block, steps, expected, 11);
            JpegInverseTransform.Run(block, steps, samples, 11);
            Assert.Equal(expected, samples);
        }
    }

    [Fact]
    public void Inverse_transform_is_within_one_level_of_the_exact_one()
    {
        short[] block = new short[64], steps = new short[64];
        byte[] samples = new byte[64];
        Array.Fill(steps, (short)1);
        for (int i = 0; i < 200; i++)
        {
            for (int k = 0; k < 64; k++)
            {
                block[k] = (short)_random.Next(-60, 61);
            }

            JpegInverseTransform.Run(block, steps, samples, 8);
            for (int y = 0; y < 8; y++)
            {
                for (int x = 0; x < 8; x++)
                {
                    double sum = 0;
                    for (int v = 0; v < 8; v++)
                    {
                        for (int u = 0; u < 8; u++)
                        {
                            sum += (u == 0 ? Math.Sqrt(0.5) : 1) * (v == 0 ? Math.Sqrt(0.5) : 1) / 4 * block[JpegBlock.At(v, u)]
                                * Math.Cos((2 * x + 1) * u * Math.PI / 16) * Math.Cos((2 * y + 1) * v * Math.PI / 16);
                        }
                    }

                    Assert.InRange(samples[8 * y + x] - Math.Clamp(sum + 128, 0, 255), -1, 1);
                }
            }
        }
    }

    [Fact]
    public void A_constant_block_is_what_the_transform_makes_of_it()
    {
        short[] block = new short[64], steps = new short[64];
        byte[] expected = new byte[64], samples = new byte[64];
        Array.Fill(steps, (short)3);
        for (block[0] = -700; block[0] <= 700; block[0]++)
        {
            JpegInverseTransform.Reference(block, steps, expected, 8);
            JpegInverseTransform.RunConstant(block[0], 3, samples, 8);
            Assert.Equal(expected, samples);
        }
    }

    [Fact]
    public void Zigzag_places_are_the_places_of_rows_and_columns()
    {
        int row = 0, column = 0;
        for (int k = 0; k < 64; k++)
        {
            Assert.Equal(JpegBlock.At(row, column), JpegBlock.Place[k]);
            (row, column) = ((row + column) % 2, row, column) switch
            {
                (0, _, 7) => (row + 1, column),
                (0, 0, _) => (row, column + 1),
                (0, _, _) => (row - 1, column + 1),
                (1, 7, _) => (row, column + 1),
                (1, _, 0) => (row + 1, column),
                _ => (row + 1, column - 1),
            };
        }
    }

    [Fact]
    public void Every_colour_equals_its_formula()
    {
        byte[] y = new byte[256], cb = new byte[256], cr = new byte[256], expected = new byte[3 * 256], rgb = new byte[3 * 256];
        for (int i = 0; i < 256; i++)
        {
            cb[i] = (byte)i;
        }

        for (int red = 0; red < 256; red++)
        {
            Array.Fill(cr, (byte)red);
            for (int luma = 0; luma < 256; luma += 15)
            {
                Array.Fill(y, (byte)luma);
                JpegColorConversion.YCbCrToRgbReference(y, cb, cr, expected);
                JpegColorConversion.YCbCrToRgb(y, cb, cr, rgb);
                Assert.Equal(expected, rgb);
            }
        }
    }

    [Fact]
    public void Rows_of_every_width_are_interleaved_and_back_and_nothing_is_written_behind_them()
    {
        for (int width = 1; width < 100; width++)
        {
            byte[][] rows = [.. Enumerable.Range(0, 3).Select(_ => Row(width))];
            byte[] pixels = new byte[3 * width + 8];
            RgbInterleaving.Interleave(rows[0], rows[1], rows[2], pixels.AsSpan(0, 3 * width));
            for (int i = 0; i < 3 * width; i++)
            {
                Assert.Equal(rows[i % 3][i / 3], pixels[i]);
            }

            Assert.Equal(new byte[8], pixels[^8..]);
            byte[][] apart = [new byte[width], new byte[width], new byte[width]];
            RgbInterleaving.Separate(pixels.AsSpan(0, 3 * width), apart[0], apart[1], apart[2]);
            Assert.Equal(rows.Select(row => row[..width]), apart);
        }
    }

    [Fact]
    public void Rows_of_every_width_are_enlarged_as_the_formula_says()
    {
        for (int width = 1; width < 100; width++)
        {
            byte[] near = Row(width), far = Row(width), twice = new byte[JpegUpsampling.Padded(2 * width)], tall = new byte[near.Length];
            ushort[] sums = new ushort[JpegUpsampling.SumsLength(twice.Length)];
            JpegUpsampling.Widen(near, width, sums);
            JpegUpsampling.Across(sums, width, shift: 2, biasEven: 1, biasOdd: 2, twice);
            for (int x = 0; x < width; x++)
            {
                Assert.Equal((3 * near[x] + near[Math.Max(0, x - 1)] + 1) / 4, twice[2 * x]);
                Assert.Equal((3 * near[x] + near[Math.Min(width - 1, x + 1)] + 2) / 4, twice[2 * x + 1]);
            }

            JpegUpsampling.Sum(near, far, width, sums);
            JpegUpsampling.Across(sums, width, shift: 4, biasEven: 8, biasOdd: 7, twice);
            JpegUpsampling.Between(near, far, 1, tall);
            for (int x = 0; x < width; x++)
            {
                int At(int i) => 3 * near[Math.Clamp(i, 0, width - 1)] + far[Math.Clamp(i, 0, width - 1)];
                Assert.Equal((3 * At(x) + At(x - 1) + 8) / 16, twice[2 * x]);
                Assert.Equal((3 * At(x) + At(x + 1) + 7) / 16, twice[2 * x + 1]);
                Assert.Equal((At(x) + 1) / 4, tall[x]);
            }
        }
    }

    [Fact]
    public void Forward_transform_equals_its_formula()
    {
        byte[] samples = new byte[8 * 9];
        short[] expected = new short[64], block = new short[64];
        for (int i = 0; i < 2_000; i++)
        {
            // Noise, and blocks of extreme values only.
            _random.NextBytes(samples);
            for (int k = 0; i % 2 == 0 && k < samples.Length; k++)
            {
                samples[k] = (byte)(samples[k] < 128 ? 0 : 255);
            }

            JpegForwardTransform.Reference(samples, 9, expected);
            JpegForwardTransform.Run(samples, 9, block);
            Assert.Equal(expected, block);
        }
    }

    [Fact]
    public void Division_by_every_step_is_to_the_nearest()
    {
        byte[] steps = new byte[64];
        short[] block = new short[64];
        for (int step = 1; step < 256; step++)
        {
            Array.Fill(steps, (byte)step);
            var divisors = new JpegDivisors(steps);
            for (int first = -16_384; first < 16_384; first += 64 * 7)
            {
                for (int i = 0; i < 64; i++)
                {
                    block[i] = (short)(first + 7 * i);
                }

                divisors.Divide(block);
                for (int i = 0; i < 64; i++)
                {
                    int x = first + 7 * i, quotient = (Math.Abs(x) + 4 * step) / (8 * step);
                    Assert.Equal(x < 0 ? -quotient : quotient, block[i]);
                }
            }
        }
    }

    /// <summary>Blocks from none to all values, with runs of zeros of every length, after which the next block goes on within a byte.</summary>
    [Fact]
    public void Codes_two_by_two_are_those_of_value_after_value()
    {
        Assert.SkipUnless(JpegPairedCode.IsSupported, "AVX-512 VBMI2 is not here.");
        byte[] steps = new byte[JpegBlock.Size];
        Array.Fill(steps, (byte)1);
        var divisors = new JpegDivisors(steps);
        short[] coefficients = new short[JpegBlock.Size], quotients = new short[JpegBlock.Size], zigzag = new short[JpegBlock.Size], other = new short[JpegBlock.Size];
        ulong[] codes = new ulong[JpegPairedCode.MostPairs];
        uint[] lengths = new uint[JpegPairedCode.MostPairs];
        using JpegBitWriter expected = new(), found = new();
        int prediction = 0, foundPrediction = 0, paired = 0;
        const int Blocks = 20_000;
        for (int i = 0; i < Blocks; i++)
        {
            int values = i % 70, most = 1 << _random.Next(1, 11);
            Array.Clear(coefficients);
            for (int k = 0; k < values; k++)
            {
                coefficients[_random.Next(i % 3 == 0 ? JpegBlock.Size : 1 + _random.Next(JpegBlock.Size))] = (short)(8 * _random.Next(1 - most, most));
            }

            JpegHuffmanCode code = i % 2 == 0 ? JpegHuffmanCode.Luminance : JpegHuffmanCode.Chrominance;
            coefficients.CopyTo(quotients, 0);
            divisors.Divide(quotients);
            JpegBlock.ToZigzag(quotients, zigzag);
            code.Write(zigzag, ref prediction, expected);
            int pairs = code.Pairs.Find(coefficients, divisors, other, codes, lengths);
            if (pairs == JpegPairedCode.None)
            {
                Assert.Equal(zigzag, other);
                code.Write(other, ref foundPrediction, found);
            }
            else
            {
                code.Write(other[0], codes.AsSpan(0, pairs), lengths, ref foundPrediction, found);
                paired++;
            }
        }

        expected.EndScan();
        found.EndScan();
        Assert.Equal(expected.Bytes, found.Bytes);
        Assert.InRange(paired, Blocks / 2, Blocks - Blocks / 20);
    }

    [Fact]
    public void Colours_of_every_width_become_luma_and_chroma_as_the_formula_says()
    {
        for (int width = 1; width < 100; width++)
        {
            byte[] rgb = new byte[3 * width];
            _random.NextBytes(rgb);
            byte[][] expected = [Row(width), Row(width), Row(width)], rows = [Row(width), Row(width), Row(width)];
            JpegColorConversion.RgbToYCbCrReference(rgb, expected[0], expected[1], expected[2]);
            JpegColorConversion.RgbToYCbCr(rgb, rows[0], rows[1], rows[2]);
            for (int c = 0; c < 3; c++)
            {
                Assert.Equal(expected[c][..width], rows[c][..width]);
            }
        }
    }

    [Fact]
    public void Two_by_two_samples_become_their_mean()
    {
        byte[] upper = Row(64), lower = Row(64), half = Row(64);
        JpegSubsampling.Halve(upper, lower, half);
        for (int x = 0; x < 32; x++)
        {
            Assert.Equal((upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1] + 1 + x % 2) / 4, half[x]);
        }
    }

    private byte[] Row(int width)
    {
        byte[] row = new byte[JpegUpsampling.Padded(width)];
        _random.NextBytes(row);
        return row;
    }
}
