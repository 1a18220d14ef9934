using System.IO.Compression;

namespace Descent;

public sealed class IdxFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("descent-idx-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("a-idx3-ubyte")]
    [InlineData("a-idx3-ubyte.gz")]
    public void What_is_written_is_read_back(string name)
    {
        string path = Path.Combine(_folder, name);
        var written = new IdxArray([2, 3, 4], [.. Enumerable.Range(1, 24).Select(i => (byte)(10 * i))]);
        IdxFile.Write(path, written);
        IdxArray read = IdxFile.Read(path, rank: 3);
        Assert.Equal(written.Sizes, read.Sizes);
        Assert.Equal(written.Values, read.Values);
        Assert.Equal(name.EndsWith(".gz", StringComparison.Ordinal), File.ReadAllBytes(path)[0] == 0x1F);
    }

    [Fact]
    public void The_layout_is_that_of_the_format()
    {
        string path = Path.Combine(_folder, "a");
        IdxFile.Write(path, new([1, 258], new byte[258]));
        Assert.Equal([0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 1, 2], File.ReadAllBytes(path)[..12]);
    }

    [Fact]
    public void Sizes_that_do_not_describe_the_values_are_not_written() =>
        Assert.Throws<ArgumentException>(() => IdxFile.Write(Path.Combine(_folder, "a"), new([2, 3], new byte[5])));

    [Theory]
    [InlineData("", 0, "no IDX file or it is cut off")]
    [InlineData("0000", 2, "cut off")]
    [InlineData("89504E470D0A1A0A", 0, "magic 89504E47, expected 00000803")]
    [InlineData("00000D03000000010000000100000001FF", 2, "element type 0x0D, expected 0x08")]
    [InlineData("0000080100000001FF", 3, "1 axes, expected 3 (images); were the image and label files exchanged?")]
    [InlineData("000008030000000100000001", 12, "the header ends after 12 bytes, expected 16")]
    [InlineData("00000803000000000000000100000001", 4, "axis 0 has size 0")]
    [InlineData("0000080300000001FFFFFFFF00000001FF", 8, "axis 1 has size -1")]
    [InlineData("00000803000100000001000000000001FF", 8, "more than 2147483591 bytes")]
    [InlineData("000008030000000200000001000000010A", 16, "declares 2 bytes, but the file can hold at most 1")]
    [InlineData("000008030000000100000001000000010A0B", 17, "bytes follow")]
    public void A_damaged_file_is_refused_by_name_and_byte(string hex, long offset, string expected)
    {
        DataFormatException error = Assert.Throws<DataFormatException>(
            () => IdxFile.Read(new MemoryStream(Convert.FromHexString(hex)), "some/file", rank: 3));
        Assert.Equal("some/file", error.File);
        Assert.Equal(offset, error.Offset);
        Assert.StartsWith($"some/file, byte {offset}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_compressed_file_that_holds_more_or_less_than_it_declares_is_refused()
    {
        byte[] plain = Plain();
        Assert.Contains("bytes follow", Refused(Gzip([.. plain, 0])), StringComparison.Ordinal);
        Assert.Contains("the data ends after", Refused(Gzip(plain[..^1])), StringComparison.Ordinal);
        Assert.Contains("bytes follow", Refused([.. Gzip(plain), .. Gzip([1])]), StringComparison.Ordinal);
        Assert.Contains("trailer", Refused([.. Gzip(plain), 1, 2, 3, 4, 5]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_small_compressed_file_that_declares_gigabytes_takes_no_memory()
    {
        byte[] bomb = Gzip([0, 0, 8, 3, 0, 0, 0x60, 0, 0, 0, 1, 0, 0, 0, 1, 0, .. new byte[100_000]]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("declares 1610612736 bytes, but the file can hold at most", Refused(bomb), StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_truncation_is_refused(bool compressed)
    {
        byte[] whole = compressed ? Gzip(Plain()) : Plain();
        Read(whole);
        for (int length = 0; length < whole.Length; length++)
        {
            Refused(whole[..length]);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Random_damage_is_read_or_refused_and_nothing_else(bool compressed)
    {
        byte[] whole = compressed ? Gzip(Plain()) : Plain();
        var random = new Random(3);
        int refused = 0;
        for (int trial = 0; trial < 3000; trial++)
        {
            byte[] damaged = [.. whole];
            for (int flips = random.Next(1, 5); flips > 0; flips--)
            {
                // Every other trial aims at the headers, where damage does most.
                damaged[random.Next(trial % 2 == 0 ? 30 : damaged.Length)] = (byte)random.Next(256);
            }

            try
            {
                Read(damaged);
            }
            catch (DataFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 500, 3000);
    }

    private static byte[] Plain() =>
        [0, 0, 8, 3, 0, 0, 0, 10, 0, 0, 0, 5, 0, 0, 0, 4, .. Enumerable.Range(0, 200).Select(i => (byte)(i * i))];

    private static byte[] Gzip(byte[] content)
    {
        var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal))
        {
            gzip.Write(content);
        }

        return buffer.ToArray();
    }

    private static void Read(byte[] file) => IdxFile.Read(new MemoryStream(file), "file", rank: 3);

    private static string Refused(byte[] file) => Assert.Throws<DataFormatException>(() => Read(file)).Message;
}
