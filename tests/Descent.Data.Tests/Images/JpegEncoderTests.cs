using System.Security.Cryptography;
using System.Text.Json;

namespace Descent;

public class JpegEncoderTests
{
    [Fact]
    public void Files_are_those_of_libjpeg_turbo_byte_for_byte()
    {
        int files = 0;
        foreach (JsonElement row in JpegSamples.Written)
        {
            (int width, int height, int quality) = (row.GetProperty("width").GetInt32(), row.GetProperty("height").GetInt32(), row.GetProperty("quality").GetInt32());
            string kind = row.GetProperty("kind").GetString()!;
            byte[] file = Formula(width, height, kind == "grey" ? 1 : 3).EncodeJpeg(quality, halfColor: kind == "half");
            string name = $"{width} × {height}, {kind}, quality {quality}";
            Assert.Equal((name, row.GetProperty("length").GetInt32()), (name, file.Length));
            Assert.Equal((name, row.GetProperty("sha256").GetString()), (name, Convert.ToHexStringLower(SHA256.HashData(file))));
            files++;
        }

        Assert.Equal(90, files);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void What_is_written_is_read(int channels)
    {
        Image image = Formula(45, 31, channels);
        double worse = double.MaxValue;
        foreach (int quality in new[] { 20, 60, 90, 100 })
        {
            double error = Error(image, Image.Decode(image.EncodeJpeg(quality, halfColor: false), "a.jpg"));
            Assert.True(error < worse, $"Quality {quality}: mean square error {error:F2} after {worse:F2}.");
            worse = error;
        }

        Assert.InRange(worse, 0, 2);
    }

    [Fact]
    public void Alpha_is_left_out()
    {
        Image image = Formula(9, 9, 3), grey = Formula(9, 9, 1);
        Assert.Equal(image.EncodeJpeg(), image.WithChannels(4).EncodeJpeg());
        Assert.Equal(grey.EncodeJpeg(), grey.WithChannels(2).EncodeJpeg());
    }

    [Fact]
    public void A_file_is_written_and_what_cannot_be_is_refused()
    {
        string path = Path.Combine(Path.GetTempPath(), $"descent-{Guid.NewGuid():N}.jpg");
        try
        {
            Formula(20, 10, 3).SaveJpeg(path, quality: 80);
            Assert.Equal(Formula(20, 10, 3).EncodeJpeg(quality: 80), File.ReadAllBytes(path));
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => Formula(1, 1, 1).EncodeJpeg(quality: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Formula(1, 1, 1).EncodeJpeg(quality: 101));
        Assert.Contains("65501 × 1", Assert.Throws<ArgumentException>(() => new Image(65_501, 1, 1, new byte[65_501]).EncodeJpeg()).Message);
    }

    private static double Error(Image x, Image y)
    {
        double sum = 0;
        for (int i = 0; i < x.Pixels.Length; i++)
        {
            sum += Math.Pow(x.Pixels[i] - y.Pixels[i], 2);
        }

        return sum / x.Pixels.Length;
    }

    /// <summary>The pixels of formula() in tests/Reference/jpeg.py.</summary>
    private static Image Formula(int width, int height, int channels)
    {
        byte[] pixels = new byte[width * height * channels];
        for (int i = 0; i < pixels.Length; i++)
        {
            (int y, int x, int c) = (i / channels / width, i / channels % width, i % channels);
            pixels[i] = (byte)((x * 5 + y * 3 + c * 60 + (x * x + 3 * y * (c + 1)) % 17 * 4) % 256);
        }

        return new(width, height, channels, pixels);
    }
}
