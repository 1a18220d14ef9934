using System.Text;

namespace Descent;

public class ImageTests
{
    [Fact]
    public void Channels_are_added_and_left_out()
    {
        var color = new Image(2, 1, 3, [255, 0, 0, 10, 20, 30]);
        Assert.Equal([76, 18], color.WithChannels(1).Pixels);
        Assert.Equal([76, 255, 18, 255], color.WithChannels(2).Pixels);
        Assert.Equal([255, 0, 0, 255, 10, 20, 30, 255], color.WithChannels(4).Pixels);
        Assert.Same(color, color.WithChannels(3));

        var grey = new Image(2, 1, 2, [7, 100, 9, 200]);
        Assert.Equal([7, 9], grey.WithChannels(1).Pixels);
        Assert.Equal([7, 7, 7, 9, 9, 9], grey.WithChannels(3).Pixels);
        Assert.Equal([7, 7, 7, 100, 9, 9, 9, 200], grey.WithChannels(4).Pixels);
    }

    [Fact]
    public void Planes_are_channel_after_channel()
    {
        byte[] planes = new byte[6];
        new Image(2, 1, 3, [1, 2, 3, 4, 5, 6]).CopyPlanesTo(planes);
        Assert.Equal([1, 4, 2, 5, 3, 6], planes);
    }

    [Theory]
    [InlineData(0, 1, 1, 0)]
    [InlineData(1, 1, 5, 5)]
    [InlineData(2, 2, 3, 11)]
    [InlineData(65536, 65536, 1, 0)]
    public void Numbers_that_do_not_fit_are_refused(int width, int height, int channels, int length) =>
        Assert.Throws<ArgumentException>(() => new Image(width, height, channels, new byte[length]));

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("hello, world", "begins with 68656C6C6F2C2077, as no image")]
    [InlineData("P", "as no image")]
    public void What_is_no_image_is_named(string bytes, string message)
    {
        foreach (Action<byte[]> read in new Action<byte[]>[] { file => Image.Decode(file, "a.png"), file => Image.Identify(file, "a.png") })
        {
            ImageFormatException said = Assert.Throws<ImageFormatException>(() => read(Encoding.Latin1.GetBytes(bytes)));
            Assert.StartsWith("a.png, byte 0: ", said.Message);
            Assert.Contains(message, said.Message);
        }
    }
}
