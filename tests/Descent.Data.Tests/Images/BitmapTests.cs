using System.Buffers.Binary;

namespace Descent;

/// <summary>BMP and GIF.</summary>
public class BitmapTests
{
    public static TheoryData<string> Samples => [.. BitmapSamples.Names];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_kind_gives_the_pixels_of_Pillow(string name)
    {
        byte[] file = BitmapSamples.Bytes(name);
        Image expected = BitmapSamples.Expected(name), image = Image.Decode(file, name);
        Assert.Equal((expected.Width, expected.Height, expected.Channels), (image.Width, image.Height, image.Channels));
        for (int i = 0; i < expected.Pixels.Length; i++)
        {
            // Under a transparent pixel no colour is right or wrong.
            bool isHidden = expected.Channels == 4 && expected.Pixels[i | 3] == 0 && (i & 3) != 3;
            Assert.True(isHidden || expected.Pixels[i] == image.Pixels[i], $"sample {i}: {image.Pixels[i]}, expected {expected.Pixels[i]}");
        }

        ImageFormat format = name.StartsWith("bmp", StringComparison.Ordinal) ? ImageFormat.Bmp : ImageFormat.Gif;
        Assert.Equal(new ImageInfo(format, image.Width, image.Height, image.Channels), Image.Identify(file, name));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_beginning_of_a_file_is_refused_or_gives_what_it_holds(string name)
    {
        byte[] file = BitmapSamples.Bytes(name);
        var lenient = new ImageReading { AllowTruncated = true };
        Image whole = Image.Decode(file, name);

        // The last bytes of a GIF, and the end mark of runs, are no pixels.
        for (int length = 0; length < file.Length - 8; length += 1 + (length / 50))
        {
            byte[] cut = file[..length];
            Assert.InRange(Assert.Throws<ImageFormatException>(() => Image.Decode(cut, name)).Offset, 0, length);
        }

        Image part = Image.Decode(file.AsSpan(0, file.Length - 9), name, lenient);
        Assert.Equal((whole.Width, whole.Height), (part.Width, part.Height));
    }

    [Theory]
    [InlineData("bmp of 24 bits", 14, 41, "the header says that it has 41 bytes")]
    [InlineData("bmp of 24 bits", 28, 2, "bitmaps of 2 bits a pixel and compression 0 are not read")]
    [InlineData("bmp of 24 bits", 30, 4, "bitmaps of 24 bits a pixel and compression 4 are not read")]
    [InlineData("bmp of 24 bits", 10, 13, "the pixels begin at byte 13, but the headers end at 54")]
    [InlineData("bmp of 24 bits", 21, 0x10, "more than the limit of 64000000")]
    [InlineData("bmp of 4 bits, few colours", 46, 17, "17 colours, but pixels of 4 bits tell 16 apart")]
    [InlineData("bmp of 4 bits, few colours", 46, 3, "the pixels begin|of 3 colours")]
    [InlineData("bmp of 16 bits, 5-6-5", 58, 0xE1, "cannot be a colour of pixels of 16 bits")]
    [InlineData("bmp in runs with a leap", 18, 2, "a run reaches beyond the 2 pixels of row 0")]
    [InlineData("gif of 2 colours", 4, (byte)'8', "GIF has versions 87a and 89a")]
    [InlineData("gif of 2 colours", 19, 0x55, "a block cannot begin with 55")]
    [InlineData("gif of a smaller frame", 51, 17, "does not fit the image of 20 × 16")]
    [InlineData("gif of a smaller frame", 51, 0, "0 × 7 pixels")]
    public void What_is_wrong_is_named(string name, int at, byte value, string message)
    {
        byte[] file = BitmapSamples.Bytes(name);
        file[at] = value;
        ImageFormatException said = Assert.Throws<ImageFormatException>(() => Image.Decode(file, name));
        Assert.Contains(message.Split('|'), said.Message.Contains);
    }

    [Fact]
    public void A_gif_whose_size_is_left_to_its_frame_has_that_of_the_frame()
    {
        byte[] file = BitmapSamples.Bytes("gif of 2 colours");
        file.AsSpan(6, 4).Clear();
        Assert.Equal(BitmapSamples.Expected("gif of 2 colours").Pixels, Image.Decode(file, "a.gif").Pixels);
    }

    [Fact]
    public void Codes_that_cannot_come_are_refused()
    {
        byte[] file = BitmapSamples.Bytes("gif of 2 colours");
        int data = file.Length - 5;
        while (file[data] != 2 || file[data + 1] != file.Length - data - 4)
        {
            data--;
        }

        // A clear code, and then one that was never given.
        file[data + 2] = 0b11_111_100;
        Assert.Contains("cannot come", Assert.Throws<ImageFormatException>(() => Image.Decode(file, "a.gif")).Message);
        file[data] = 9;
        Assert.Contains("pixels of 9 bits", Assert.Throws<ImageFormatException>(() => Image.Decode(file, "a.gif")).Message);
    }

    [Fact]
    public void Sizes_are_read_as_they_stand()
    {
        byte[] file = BitmapSamples.Bytes("bmp from the top");
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), int.MinValue);
        Assert.Contains("more than the limit", Assert.Throws<ImageFormatException>(() => Image.Decode(file, "a.bmp")).Message);
    }
}
