namespace Descent;

public class JpegDamageTests
{
    private static readonly ImageReading s_tolerant = new() { AllowTruncated = true };

    public static TheoryData<string> Samples => ["baseline 2x2", "progressive 2x2", "a scan a component", "restart every block", "grey", "YCCK", "orientation 6"];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_beginning_of_a_file_is_refused(string name)
    {
        byte[] file = JpegSamples.Jpeg(name);
        for (int length = 2; length < file.Length; length++)
        {
            ImageFormatException said = Assert.Throws<ImageFormatException>(() => Image.Decode(file.AsSpan(0, length), "a.jpg"));
            Assert.InRange(said.Offset, 0, length);
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_beginning_gives_what_decoded_where_that_is_asked_for(string name)
    {
        byte[] file = JpegSamples.Jpeg(name);
        Image whole = JpegSamples.Expected(name);
        int data = IndexOf(file, 0xDA), images = 0;
        for (int length = 2; length < file.Length; length++)
        {
            try
            {
                Image image = Image.Decode(file.AsSpan(0, length), "a.jpg", s_tolerant);
                Assert.Equal((whole.Width, whole.Height, whole.Channels), (image.Width, image.Height, image.Channels));
                images++;
            }
            catch (ImageFormatException)
            {
                Assert.True(length < data + 16, $"Nothing was made of {length} of {file.Length} bytes.");
            }
        }

        Assert.True(images > file.Length - data - 20);
        Assert.Equal(whole.Pixels, Image.Decode(file.AsSpan(0, file.Length - 2), "a.jpg", s_tolerant).Pixels);
    }

    [Fact]
    public void The_rest_of_a_cut_image_is_black()
    {
        byte[] file = JpegSamples.Jpeg("baseline 1x1");
        Image whole = JpegSamples.Expected("baseline 1x1"), cut = Image.Decode(file.AsSpan(0, file.Length / 2 + 200), "a.jpg", s_tolerant);
        int same = cut.Pixels.AsSpan().CommonPrefixLength(whole.Pixels) / 3;
        Assert.InRange(same, 8, whole.Width * (whole.Height - 1));
        Assert.All(cut.Pixels[^(3 * whole.Width)..], value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData("restart every block")]
    [InlineData("optimised, a restart a row 1x1")]
    public void Decoding_goes_on_at_the_restart_marker_behind_damage(string name)
    {
        byte[] file = JpegSamples.Jpeg(name);
        Image whole = JpegSamples.Expected(name);
        int first = IndexOf(file, 0xD0), second = IndexOf(file, 0xD1);

        // The second interval becomes ones, which no code begins with.
        byte[] damaged = [.. file.AsSpan(0, first + 2), 0xFF, 0x00, 0xFF, 0x00, 0xFF, 0x00, .. file.AsSpan(second)];
        Refuses(damaged, "the file is damaged");
        Image image = Image.Decode(damaged, "a.jpg", s_tolerant);
        Assert.Equal(whole.Pixels[^(3 * whole.Width)..], image.Pixels[^(3 * whole.Width)..]);
        Assert.Equal(whole.Pixels[..18], image.Pixels[..18]);
        Assert.NotEqual(whole.Pixels, image.Pixels);

        // The second interval is gone with its marker: the third is known by its number.
        byte[] missing = [.. file.AsSpan(0, first), .. file.AsSpan(second)];
        Refuses(missing, "the restart marker RST0 is missing");
        image = Image.Decode(missing, "a.jpg", s_tolerant);
        Assert.Equal(whole.Pixels[^(3 * whole.Width)..], image.Pixels[^(3 * whole.Width)..]);
    }

    [Theory]
    [InlineData(0xC3, "lossless (SOF3)")]
    [InlineData(0xC5, "hierarchical (SOF5)")]
    [InlineData(0xC9, "arithmetic-coded (SOF9)")]
    [InlineData(0xCA, "arithmetic-coded (SOF10)")]
    [InlineData(0xCB, "lossless and arithmetic-coded (SOF11)")]
    [InlineData(0xCF, "hierarchical (SOF15)")]
    public void Frames_of_other_kinds_are_refused_by_name(byte marker, string message)
    {
        byte[] file = JpegSamples.Jpeg("baseline 1x1");
        file[IndexOf(file, 0xC0) + 1] = marker;
        Refuses(file, message);
    }

    [Theory]
    [InlineData(4, 12, "12 bits a sample")]
    [InlineData(6, 0, "behind its first scan only (DNL)")]
    [InlineData(8, 0, "0 × 19 pixels")]
    [InlineData(9, 4, "the segment SOF of 15 bytes")]
    [InlineData(11, 0x51, "component 1 has sampling 5 × 1")]
    [InlineData(12, 5, "quantisation table 5")]
    [InlineData(12, 3, "quantisation table 3 of component 1 is missing")]
    [InlineData(13, 1, "component 1 occurs twice")]
    [InlineData(16, 9, "a scan names component 3, which the frame lacks")]
    public void Header_fields_that_cannot_be_are_named(int offset, byte value, string message)
    {
        byte[] file = JpegSamples.Jpeg("baseline 1x1");
        file[IndexOf(file, 0xC0) + offset] = value;
        Refuses(file, message);
    }

    [Theory]
    [InlineData(0xC4, 4, 0x24, "the segment DHT")]
    [InlineData(0xDB, 4, 0x27, "the segment DQT")]
    [InlineData(0xDA, 4, 5, "the segment SOS")]
    [InlineData(0xDA, 6, 0x22, "the Huffman table DC 2, which is missing")]
    [InlineData(0xDA, 5, 2, "a scan names component 2 twice")]
    [InlineData(0xDA, 1, 0xD8, "the marker FF D8 stands where none may be")]
    [InlineData(0xDA, 0, 0x55, "a marker FF xx was expected, but 55 found")]
    public void Segments_that_cannot_be_are_named(byte marker, int offset, byte value, string message)
    {
        byte[] file = JpegSamples.Jpeg("baseline 1x1");
        file[IndexOf(file, marker) + offset] = value;
        Refuses(file, message);
    }

    [Fact]
    public void A_huffman_code_with_more_codes_than_there_are_is_named()
    {
        byte[] file = JpegSamples.Jpeg("baseline 1x1");
        int table = IndexOf(file, 0xC4);
        (file[table + 5], file[table + 7]) = (3, 2);
        Refuses(file, "3 codes of 1 bits, but 2 are free");
    }

    [Fact]
    public void An_image_above_the_limit_is_refused_before_its_data_is_looked_at()
    {
        byte[] file = JpegSamples.Jpeg("baseline 1x1");
        int frame = IndexOf(file, 0xC0);
        file.AsSpan(frame + 5, 4).Fill(0x4E);
        Refuses(file, "20046 × 20046 pixels, more than the limit of 64000000");
        Assert.Contains("20046 × 20046", Assert.Throws<ImageFormatException>(() => Image.Identify(file, "a.jpg")).Message);

        // Within the limit, but far more than the bytes can hold.
        file.AsSpan(frame + 5, 4).Fill(0x1E);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refuses(file, "cannot hold 2787888 blocks");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void Bytes_behind_the_image_and_fill_bytes_before_markers_do_not_count()
    {
        byte[] file = JpegSamples.Jpeg("baseline 2x2");
        Image whole = JpegSamples.Expected("baseline 2x2");
        Assert.Equal(whole.Pixels, Image.Decode([.. file, 1, 2, 3], "a.jpg").Pixels);
        int scan = IndexOf(file, 0xDA);
        Assert.Equal(whole.Pixels, Image.Decode([.. file[..scan], 0xFF, 0xFF, .. file[scan..^2], 0x12, 0xFF, 0xFF, 0xD9], "a.jpg").Pixels);
    }

    [Fact]
    public void A_scan_behind_a_complete_image_is_refused()
    {
        byte[] file = JpegSamples.Jpeg("baseline 1x1");
        int scan = IndexOf(file, 0xDA);
        Refuses([.. file[..^2], .. file[scan..]], "a scan follows the one that brought all components");
    }

    [Fact]
    public void A_component_that_no_scan_brings_is_named()
    {
        byte[] file = JpegSamples.Jpeg("two components, then one");
        int last = file.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        Refuses([.. file[..last], 0xFF, 0xD9], "no scan brings component 2");
    }

    private static int IndexOf(byte[] file, byte marker)
    {
        int at = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, marker]);
        Assert.True(at >= 0, $"The sample has no marker {marker:X2}.");
        return at;
    }

    private static void Refuses(byte[] file, string message)
    {
        ImageFormatException said = Assert.Throws<ImageFormatException>(() => Image.Decode(file, "a.jpg"));
        Assert.StartsWith("a.jpg, byte ", said.Message);
        Assert.Contains(message, said.Message);
    }
}
