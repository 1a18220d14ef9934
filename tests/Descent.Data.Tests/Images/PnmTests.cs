using System.Text;

namespace Descent;

public class PnmTests
{
    private static readonly ImageReading s_lenient = new() { AllowTruncated = true };

    [Theory]
    [InlineData("P1\n# bits\n3 2\n101\n0 1 0", 1, new byte[] { 0, 255, 0, 255, 0, 255 })]
    [InlineData("P2 3 2 7 0 1 2 #x\n3 6 7", 1, new byte[] { 0, 36, 73, 109, 219, 255 })]
    [InlineData("P3\n1 2\n255\n1 2 3\n4 5 6\n", 3, new byte[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData("P4\n3 2\n\u00A0\u0040", 1, new byte[] { 0, 255, 0, 255, 0, 255 })]
    [InlineData("P5\n3 2\n7\n\u0000\u0001\u0002\u0003\u0006\u0007", 1, new byte[] { 0, 36, 73, 109, 219, 255 })]
    [InlineData("P6\n1 2\n255\n\u0001\u0002\u0003\u0004\u0005\u0006 and another", 3, new byte[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData("P5\n2 1\n65535\n\u0080\u0080\u00FF\u00FE", 1, new byte[] { 128, 255 })]
    [InlineData("P2\n2 1\n65535\n32896 65534", 1, new byte[] { 128, 255 })]
    public void Each_kind_is_read(string file, int channels, byte[] pixels)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(file);
        Image image = Image.Decode(bytes, "a.pnm");
        Assert.Equal(pixels, image.Pixels);
        Assert.Equal(new ImageInfo(ImageFormat.Pnm, image.Width, image.Height, channels), Image.Identify(bytes, "a.pnm"));
    }

    [Theory]
    [InlineData("P5 2 1 255 .", 12, "need 2 bytes, but 1 follow the header")]
    [InlineData("P5 2 1 255", 7, "followed by white space")]
    [InlineData("P2 2 1 255 12 ", 14, "holds 1 samples of 2")]
    [InlineData("P2 2 1 255 12 x", 14, "a sample must be a number from 0 to 255")]
    [InlineData("P2 2 1 255 12 256", 14, "a sample must be a number from 0 to 255")]
    [InlineData("P1 2 1 02", 8, "a sample must be a number from 0 to 1")]
    [InlineData("P5 2 1 9 \u0001\u0010", 10, "the value 16 is above the largest of the header, 9")]
    [InlineData("P5 2 1 999 \u0001\u0010\u0004\u0000", 13, "the value 1024 is above the largest of the header, 999")]
    [InlineData("P6 8001 8000 255 ", 2, "more than the limit of 64000000")]
    [InlineData("P6 0 8000 255 ", 3, "the width must be a number from 1")]
    [InlineData("P6 99999999999 1 255 ", 3, "the width must be a number from 1")]
    public void What_is_wrong_is_named_with_its_place(string file, long offset, string message)
    {
        ImageFormatException said = Assert.Throws<ImageFormatException>(() => Image.Decode(Encoding.Latin1.GetBytes(file), "a.pnm"));
        Assert.Equal(offset, said.Offset);
        Assert.Contains(message, said.Message);
    }

    [Theory]
    [InlineData("P5 2 1 255 .", new byte[] { 46, 0 })]
    [InlineData("P2 2 1 255 12 ", new byte[] { 12, 0 })]
    [InlineData("P4 8 2 \u000F", new byte[] { 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData("P5 2 1 65535 \u0080\u0080\u0001", new byte[] { 128, 0 })]
    public void A_file_that_ends_early_gives_what_it_holds_when_asked(string file, byte[] pixels) =>
        Assert.Equal(pixels, Image.Decode(Encoding.Latin1.GetBytes(file), "a.pnm", s_lenient).Pixels);

    [Fact]
    public void Header_alone_is_enough_to_identify() =>
        Assert.Equal(new ImageInfo(ImageFormat.Pnm, 640, 480, 3), Image.Identify("P6\n640 480\n255\n"u8, "a.ppm"));
}
