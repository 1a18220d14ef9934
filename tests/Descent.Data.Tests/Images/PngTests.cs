using System.IO.Compression;

namespace Descent;

public class PngTests
{
    private static readonly ImageReading s_lenient = new() { AllowTruncated = true };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void What_is_written_is_read_back(int channels)
    {
        // Odd widths end in the middle of a vector; smooth, flat and noisy rows choose different filters.
        foreach (int width in new[] { 1, 2, 3, 5, 16, 17, 31, 64, 101 })
        {
            Image image = Painted(width, 40, channels);
            byte[] file = image.EncodePng();
            Image read = Image.Decode(file, "a.png");
            Assert.Equal((width, 40, channels), (read.Width, read.Height, read.Channels));
            Assert.Equal(image.Pixels, read.Pixels);
            Assert.Equal(new ImageInfo(ImageFormat.Png, width, 40, channels), Image.Identify(file, "a.png"));
        }
    }

    [Fact]
    public void Each_filter_is_undone_for_pixels_of_every_size()
    {
        var random = new Random(1);
        foreach (int distance in new[] { 1, 2, 3, 4, 6, 8 })
        {
            for (int length = distance; length < 70; length += distance)
            {
                byte[] row = new byte[distance + length], above = new byte[distance + length], filtered = new byte[length], restored = new byte[length];
                random.NextBytes(row.AsSpan(distance));
                random.NextBytes(above.AsSpan(distance));
                for (int filter = 0; filter < PngFilter.Count; filter++)
                {
                    PngFilter.Apply(filter, row, above, filtered);
                    PngFilter.Undo(filter, filtered, above.AsSpan(distance), restored, distance);
                    Assert.Equal(row.AsSpan(distance).ToArray(), restored);

                    // In the place of the filtered row, where nothing is above.
                    byte[] memory = [.. new byte[PngFilter.Lead], .. filtered];
                    PngFilter.Apply(filter, row, new byte[distance + length], memory.AsSpan(PngFilter.Lead));
                    PngFilter.Undo(filter, memory.AsSpan(PngFilter.Lead), [], memory.AsSpan(0, length), distance);
                    Assert.Equal(row.AsSpan(distance).ToArray(), memory.AsSpan(0, length).ToArray());
                }
            }
        }
    }

    [Fact]
    public void A_photograph_is_filtered_by_what_compresses_it()
    {
        Image image = Painted(128, 128, 3);
        byte[] plain = new byte[image.Pixels.Length];
        using var zlib = new MemoryStream();
        using (var stream = new ZLibStream(zlib, CompressionLevel.Optimal, leaveOpen: true))
        {
            stream.Write(image.Pixels);
        }

        Assert.InRange(image.EncodePng().Length, 1, zlib.Length * 3 / 4);
    }

    [Fact]
    public void A_file_that_ends_early_is_an_error_and_gives_its_rows_when_asked()
    {
        Image image = Painted(50, 60, 3);
        byte[] file = image.EncodePng();
        int rowsBefore = 0;
        for (int length = 0; length < file.Length; length++)
        {
            byte[] cut = file[..length];
            Assert.InRange(Assert.Throws<ImageFormatException>(() => Image.Decode(cut, "a.png")).Offset, 0, length);
            if (length <= 41)
            {
                // No pixel has come yet: there is nothing to give.
                Assert.Throws<ImageFormatException>(() => Image.Decode(cut, "a.png", s_lenient));
                continue;
            }

            byte[] pixels = Image.Decode(cut, "a.png", s_lenient).Pixels;
            int same = pixels.AsSpan().CommonPrefixLength(image.Pixels), rows = same / 150;
            Assert.InRange(rows, rowsBefore, 60);
            Assert.False(pixels.AsSpan(rows * 150).ContainsAnyExcept((byte)0));
            rowsBefore = rows;
        }

        Assert.Equal(60, rowsBefore);
    }

    [Fact]
    public void A_flipped_bit_anywhere_in_the_pixels_is_found()
    {
        byte[] file = Painted(20, 20, 3).EncodePng();
        for (int at = 33; at < file.Length - 12; at += 7)
        {
            byte[] damaged = [.. file];
            damaged[at] ^= 0x10;
            Assert.Throws<ImageFormatException>(() => Image.Decode(damaged, "a.png"));
        }
    }

    [Theory]
    [InlineData("IHDR IHDR IDAT IEND", "a second IHDR chunk")]
    [InlineData("IDAT IEND", "the first chunk is not IHDR")]
    [InlineData("IHDR IEND", "before any IDAT chunk")]
    [InlineData("IHDR IDAT", "the file ends early, where a chunk should follow")]
    [InlineData("IHDR IDAT tEXt IDAT IEND", "an IDAT chunk apart from the others")]
    [InlineData("IHDR IDAT PLTE IEND", "a PLTE chunk behind tRNS, IDAT or another PLTE")]
    [InlineData("IHDR PLTE PLTE IDAT IEND", "a PLTE chunk behind tRNS, IDAT or another PLTE")]
    [InlineData("IHDR tRNS PLTE IDAT IEND", "a PLTE chunk behind tRNS, IDAT or another PLTE")]
    [InlineData("IHDR IDAT tRNS IEND", "a tRNS chunk behind IDAT or another tRNS")]
    [InlineData("IHDR tRNS tRNS IDAT IEND", "a tRNS chunk behind IDAT or another tRNS")]
    [InlineData("IHDR ABCD IDAT IEND", "a critical chunk of unknown type")]
    public void Chunks_stand_in_order(string order, string message)
    {
        var file = new PngFile(1, 1, 8, 2);
        foreach (string type in order.Split(' '))
        {
            _ = type switch
            {
                "IHDR" => file.Header(),
                "PLTE" => file.Chunk("PLTE", [1, 2, 3]),
                "tRNS" => file.Chunk("tRNS", [0, 1, 0, 2, 0, 3]),
                "IDAT" => file.Pixels([0, 1, 2, 3]),
                _ => file.Chunk(type, []),
            };
        }

        Assert.Contains(message, Assert.Throws<ImageFormatException>(() => Image.Decode(file.Bytes, "a.png")).Message);
    }

    [Fact]
    public void What_the_chunks_hold_is_checked()
    {
        Refuses("more than the limit of 64000000", new PngFile(20_000, 20_000, 8, 2).Header());
        Refuses("0 × 3 pixels", new PngFile(0, 3, 8, 2).Header());
        Refuses("more than the limit", new PngFile(-1, -1, 8, 2).Header());
        Refuses("cannot hold 5000 × 5000 pixels", new PngFile(5_000, 5_000, 8, 2).Header().Pixels([0]).End());
        Refuses("interlace methods 0, 0, 2", new PngFile(1, 1, 8, 2, interlace: 2).Header());
        Refuses("an IDAT chunk before the palette", new PngFile(1, 1, 8, 3).Header().Pixels([0, 0]).End());
        Refuses("a PLTE chunk in a grey image", new PngFile(1, 1, 8, 0).Header().Chunk("PLTE", [1, 2, 3]).Pixels([0, 0]).End());
        Refuses("a PLTE chunk of 4 bytes", new PngFile(1, 1, 8, 3).Header().Chunk("PLTE", [1, 2, 3, 4]));
        Refuses("a tRNS chunk of 2 bytes", new PngFile(1, 1, 8, 3).Header().Chunk("PLTE", [1, 2, 3]).Chunk("tRNS", [1, 2]));
        Refuses("a tRNS chunk in an image with alpha", new PngFile(1, 1, 8, 6).Header().Chunk("tRNS", [1, 2]));
        Refuses("the transparent sample 256 is above 255", new PngFile(1, 1, 8, 0).Header().Chunk("tRNS", [1, 0]));
        Refuses("entry 1 of a palette of 1", new PngFile(1, 1, 8, 3).Header().Chunk("PLTE", [1, 2, 3]).Pixels([0, 1]).End());
        Refuses("row 0 has filter 5", new PngFile(1, 1, 8, 0).Header().Pixels([5, 0]).End());
        Refuses("end early, after 1 of 2 bytes", new PngFile(1, 1, 8, 0).Header().Pixels([0]).End());
        Refuses("more than the 2 bytes", new PngFile(1, 1, 8, 0).Header().Pixels([0, 0, 0]).End());
        Refuses("the compressed pixels are damaged behind 0 of 2 bytes", new PngFile(1, 1, 8, 0).Header().Chunk("IDAT", [0, 0]).End());
        Refuses("a chunk cannot have length 4294967295", new PngFile(1, 1, 8, 0).Header().Raw([255, 255, 255, 255, 73, 68, 65, 84]));
        Refuses("a chunk cannot have length 0 and type 49444100", new PngFile(1, 1, 8, 0).Header().Raw([0, 0, 0, 0, 73, 68, 65, 0]));
    }

    [Fact]
    public void A_larger_limit_reads_larger_images()
    {
        byte[] file = new PngFile(30, 30, 1, 0).Header().Pixels(new byte[30 * 5]).End().Bytes;
        Assert.Throws<ImageFormatException>(() => Image.Decode(file, "a.png", new ImageReading { MaxPixels = 899 }));
        Assert.Equal(900, Image.Decode(file, "a.png", new ImageReading { MaxPixels = 900 }).Pixels.Length);
    }

    [Fact]
    public void Pixels_may_be_cut_into_many_chunks()
    {
        byte[] whole = PngFile.Compress([0, 1, 2, 3, 2, 1, 1, 1]);
        PngFile file = new PngFile(3, 2, 8, 0).Header().Chunk("IDAT", []);
        foreach (byte part in whole)
        {
            file.Chunk("IDAT", [part]);
        }

        Assert.Equal([1, 2, 3, 2, 3, 4], Image.Decode(file.End().Bytes, "a.png").Pixels);
    }

    private static void Refuses(string message, PngFile file) =>
        Assert.Contains(message, Assert.Throws<ImageFormatException>(() => Image.Decode(file.Bytes, "a.png")).Message);

    /// <summary>Rows of a gradient, of one colour, and of noise.</summary>
    private static Image Painted(int width, int height, int channels)
    {
        var random = new Random(width);
        byte[] pixels = new byte[width * height * channels];
        for (int y = 0, i = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                for (int c = 0; c < channels; c++, i++)
                {
                    pixels[i] = (byte)((y / 8 % 3) switch { 0 => 2 * x + 3 * y + 40 * c, 1 => 7 * c + 100, _ => y % 8 < 2 ? random.Next(256) : x * y / 16 + c });
                }
            }
        }

        return new(width, height, channels, pixels);
    }
}
