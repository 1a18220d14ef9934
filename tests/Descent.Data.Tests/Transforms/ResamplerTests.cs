namespace Descent;

public class ResamplerTests
{
    /// <summary>Four rows go together; one alone is added up pixel by pixel.</summary>
    [Theory]
    [InlineData(Resampling.Bilinear)]
    [InlineData(Resampling.Bicubic)]
    public void A_row_is_scaled_alike_among_others_and_alone(Resampling resampling)
    {
        var random = new Random(1);
        const int Height = 7;
        foreach ((int from, int to) in new[] { (8, 3), (9, 20), (16, 15), (17, 64), (31, 5), (64, 63), (100, 9), (375, 224), (1, 5), (5, 1), (40, 1) })
        {
            byte[] image = new byte[Height * from], result = new byte[Height * to], alone = new byte[to];
            random.NextBytes(image);
            Resampler.Run(new(image, 1, Height, from), new(result, 1, Height, to), resampling);
            for (int y = 0; y < Height; y++)
            {
                Resampler.Run(new(image.AsSpan(y * from, from), 1, 1, from), new(alone, 1, 1, to), resampling);
                Assert.Equal((from, to, y, Convert.ToHexString(alone)), (from, to, y, Convert.ToHexString(result.AsSpan(y * to, to))));
            }
        }
    }

    [Fact]
    public void Nothing_outside_of_a_part_is_read()
    {
        byte[] image = new byte[20 * 40], other = new byte[20 * 40], result = new byte[8 * 11], expected = new byte[8 * 11];
        new Random(2).NextBytes(image);
        new Random(3).NextBytes(other);
        Planes part = new Planes(image, 1, 20, 40).Crop(3, 30, 16, 10);
        part.CopyTo(new Planes(other, 1, 20, 40).Crop(3, 30, 16, 10));
        Resampler.Run(part, new(expected, 1, 8, 11), Resampling.Bilinear);
        Resampler.Run(new Planes(other, 1, 20, 40).Crop(3, 30, 16, 10), new(result, 1, 8, 11), Resampling.Bilinear);
        Assert.Equal(expected, result);
    }
}
