using System.Text.Json;

namespace Descent;

/// <summary>The files of PngSuite: one of every kind, and fourteen broken ones.</summary>
public class PngSuiteTests
{
    private static readonly string s_folder = Path.Combine(IdxSets.Repository(), "..", "shared", "data", "images", "pngsuite");

    [Fact]
    public void Every_whole_file_gives_the_expected_pixels()
    {
        Assert.SkipUnless(Directory.Exists(s_folder), $"{s_folder} is not there");
        int count = 0;
        foreach (string path in Directory.GetFiles(Path.Combine(s_folder, "png"), "*.png"))
        {
            string name = Path.GetFileNameWithoutExtension(path);
            if (name.StartsWith('x'))
            {
                continue;
            }

            Image image = Image.Read(path);
            Assert.Equal(Image.Identify(path), new ImageInfo(ImageFormat.Png, image.Width, image.Height, image.Channels));

            // Of files of 16 bits the suite names the samples themselves, alpha among them.
            byte[] rgba = image.WithChannels(4).Pixels;
            int[] expected = JsonSerializer.Deserialize<int[]>(File.ReadAllBytes(Path.Combine(s_folder, "json", $"{name}.json")))!;
            Assert.True(expected.Length == rgba.Length, $"{name}: {rgba.Length} samples for {expected.Length}");
            bool isWide = name.EndsWith("16");
            for (int i = 0; i < rgba.Length; i++)
            {
                int level = isWide ? (int)Math.Round(expected[i] / 257.0) : expected[i];
                Assert.True(level == rgba[i], $"{name}, sample {i}: {rgba[i]}, expected {level}");
            }

            count++;
        }

        Assert.Equal(161, count);
    }

    [Theory]
    [InlineData("xs1n0g01", "the signature of PNG is damaged|as no image in PNG")]
    [InlineData("xs2n0g01", "the signature of PNG is damaged|as no image in PNG")]
    [InlineData("xs4n0g01", "the signature of PNG is damaged|as no image in PNG")]
    [InlineData("xs7n0g01", "the signature of PNG is damaged|as no image in PNG")]
    [InlineData("xcrn0g04", "copied as text")]
    [InlineData("xlfn0g04", "copied as text")]
    [InlineData("xc1n0g08", "no colour type 1 with 8 bits")]
    [InlineData("xc9n2c08", "no colour type 9 with 8 bits")]
    [InlineData("xd0n2c08", "no colour type 2 with 0 bits")]
    [InlineData("xd3n2c08", "no colour type 2 with 3 bits")]
    [InlineData("xd9n2c08", "no colour type 2 with 99 bits")]
    [InlineData("xdtn0g01", "before any IDAT chunk")]
    [InlineData("xhdn0g08", "the checksum of the chunk IHDR")]
    [InlineData("xcsn0g01", "the checksum of the chunk IDAT")]
    public void Every_broken_file_is_refused(string name, string message)
    {
        Assert.SkipUnless(Directory.Exists(s_folder), $"{s_folder} is not there");
        string path = Path.Combine(s_folder, "png", $"{name}.png");
        ImageFormatException said = Assert.Throws<ImageFormatException>(() => Image.Read(path));
        Assert.Contains(message.Split('|'), said.Message.Contains);
    }
}
