namespace Descent.Kernels.Tests;

public sealed class PhiloxTests
{
    /// <summary>The known answers that the authors of Philox publish with their library (Random123, kat_vectors, philox4x32 10).</summary>
    [Theory]
    [InlineData(0ul, 0ul, 0ul, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x85a308d3_243f6a88ul, 0x03707344_13198a2eul, 0x299f31d0_a4093822ul, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Words_are_the_published_ones(ulong block, ulong step, ulong key, uint w0, uint w1, uint w2, uint w3) =>
        Assert.Equal(new RandomWords(w0, w1, w2, w3), Philox4x32.Words(new RandomStep(key, step), block));

    [Fact]
    public void Uniform_values_have_the_moments_of_the_uniform_distribution()
    {
        double[] y = new double[100_000];
        RandomReference.Uniform(new RandomStep(1, 2), y);
        Assert.InRange(y.Min(), 0, 1e-4);
        Assert.InRange(y.Max(), 1 - 1e-4, 1 - RandomReference.Scale);
        // Five standard errors of the mean and of the mean square.
        Assert.Equal(0.5, y.Average(), 5 * Math.Sqrt(1 / 12.0 / y.Length));
        Assert.Equal(1 / 3.0, y.Average(u => u * u), 5 * Math.Sqrt(4 / 45.0 / y.Length));
        Assert.All(y, u => Assert.Equal((float)u, u));
    }

    [Fact]
    public void Normal_values_have_the_moments_of_the_normal_distribution()
    {
        double[] y = new double[100_000];
        RandomReference.Normal(new RandomStep(1, 2), y);
        Assert.Equal(0, y.Average(), 5 / Math.Sqrt(y.Length));
        Assert.Equal(1, y.Average(z => z * z), 5 * Math.Sqrt(2.0 / y.Length));
        Assert.Equal(0, y.Average(z => z * z * z), 5 * Math.Sqrt(15.0 / y.Length));
        Assert.Equal(3, y.Average(z => z * z * z * z), 5 * Math.Sqrt(96.0 / y.Length));
        Assert.Equal(0.6826895, y.Count(z => Math.Abs(z) < 1) / (double)y.Length, 0.01);
        // Neighbours come from one pair of words: they must still be uncorrelated.
        Assert.Equal(0, Enumerable.Range(0, y.Length - 1).Average(i => y[i] * y[i + 1]), 5 / Math.Sqrt(y.Length));
    }

    [Fact]
    public void Steps_streams_and_blocks_differ()
    {
        RandomWords first = Philox4x32.Words(new RandomStep(7, 0), 0);
        Assert.NotEqual(first, Philox4x32.Words(new RandomStep(7, 1), 0));
        Assert.NotEqual(first, Philox4x32.Words(new RandomStep(8, 0), 0));
        Assert.NotEqual(first, Philox4x32.Words(new RandomStep(7, 0), 1));
    }
}
