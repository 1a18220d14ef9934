namespace Descent.Kernels.Tests;

[Trait(SimdTiers.Trait, SimdTiers.All)]
public sealed class RandomFillTests
{
    private const int Length = 3000;

    // Radius up to 5.8, each factor within 2 ulp.
    private const double NormalTolerance = 1.5e-6;

    /// <summary>A step whose high words and a key whose low word carry into each other if an implementation mixes them up.</summary>
    private static readonly RandomStep Step = new(0xFEDCBA98_FFFFFFF0, 0x00000003_80000001);

    [Fact]
    public void Uniform_values_are_exactly_those_of_the_definition()
    {
        double[] expected = new double[Length];
        float[] actual = new float[Length];
        RandomReference.Uniform(Step, expected);
        RandomFill.Uniform(Step, 0, actual);
        Assert.Equal(expected, Array.ConvertAll(actual, y => (double)y));
    }

    [Fact]
    public void Normal_values_are_those_of_the_definition()
    {
        double[] expected = new double[Length];
        float[] actual = new float[Length];
        RandomReference.Normal(Step, expected);
        RandomFill.Normal(Step, 0, actual);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, NormalTolerance));
    }

    [Theory]
    [InlineData(0)]
    [InlineData((1L << 34) - 40)]
    public void Any_split_gives_the_same_bits_also_where_the_block_number_passes_32_bits(long start)
    {
        Splits(start, (first, y) => RandomFill.Uniform(Step, first, y));
        Splits(start, (first, y) => RandomFill.Normal(Step, first, y));
    }

    [Fact]
    public void Blocks_past_32_bits_are_those_of_the_definition()
    {
        long first = (1L << 34) - 6;
        float[] actual = new float[12];
        RandomFill.Uniform(Step, first, actual);
        for (int i = 0; i < actual.Length; i++)
        {
            ulong element = (ulong)first + (ulong)i;
            Assert.Equal((Philox4x32.Words(Step, element / 4)[(int)(element % 4)] >> 8) * RandomReference.Scale, actual[i]);
        }
    }

    private delegate void Filler(long first, Span<float> y);

    private static void Splits(long start, Filler fill)
    {
        float[] whole = new float[Length];
        fill(start, whole);
        foreach (int size in (ReadOnlySpan<int>)[1, 2, 3, 5, 31, 32, 33, 257, 1023, 1025])
        {
            float[] parts = new float[Length];
            for (int i = 0; i < Length; i += size)
            {
                fill(start + i, parts.AsSpan(i, Math.Min(size, Length - i)));
            }

            Assert.True(whole.AsSpan().SequenceEqual(parts), $"Parts of {size} differ.");
        }
    }
}
