using System.Buffers.Binary;
using System.Text;

namespace Descent;

/// <summary>Every rule of the format, broken one at a time; then bytes broken at random.</summary>
public sealed class SafetensorsRulesTests : IDisposable
{
    private const string Good =
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[3],"data_offsets":[8,11]}}""";

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData(Good, 11)]
    [InlineData(Good + "     ", 11)]
    [InlineData("{}", 0)]
    [InlineData("""{"__metadata__":{}}""", 0)]
    // Tensors without bytes may stand anywhere between others, in any order of the header.
    [InlineData(
        """{"z":{"dtype":"F32","shape":[0],"data_offsets":[4,4]},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}""" +
        ""","y":{"dtype":"I64","shape":[3,0],"data_offsets":[0,0]}}""",
        4)]
    [InlineData("""{"b":{"dtype":"U8","shape":[3],"data_offsets":[8,11]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 11)]
    [InlineData("""{"a":{"dtype":"F4","shape":[2],"data_offsets":[0,1]}}""", 1)]
    public void A_file_that_keeps_the_rules_is_read(string header, int dataBytes)
    {
        Write(header, dataBytes);
        Safetensors.Read(_path);
    }

    [Theory]
    [InlineData(" " + Good, 11, "begins with byte 0x20")]
    [InlineData("", 0, "empty")]
    [InlineData("[]", 0, "begins with byte 0x5B")]
    [InlineData("{", 0, "not the JSON")]
    [InlineData(Good + "x", 11, "not the JSON")]
    [InlineData(Good, 10, "cut off or was added to")]
    [InlineData(Good, 12, "cut off or was added to")]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""",
        2, "not the JSON")]
    [InlineData("""{"a":{"dtype":"U8","dtype":"I8","shape":[1],"data_offsets":[0,1]}}""", 1, "not the JSON")]
    [InlineData("""{"__metadata__":{"k":"1","k":"2"}}""", 0, "not the JSON")]
    [InlineData("""{"__metadata__":{"k":1}}""", 0, "expected a string")]
    [InlineData("""{"__metadata__":[]}""", 0, "expected an object")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2, "a hole")]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""",
        3, "an overlap")]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[1],"data_offsets":[3,4]}}""",
        4, "a hole")]
    [InlineData("""{"a":{"dtype":"U8","shape":[0],"data_offsets":[7,7]}}""", 0, "a hole")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "expected 8 bytes")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}""", 1, "data_offsets [1, 0]")]
    [InlineData("""{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}""", 1, "0 or more")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1.5],"data_offsets":[0,1]}}""", 1, "0 or more")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "a whole number of bytes")]
    [InlineData("""{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,1]}}""", 1, "a whole number of bytes")]
    [InlineData("""{"a":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}}""", 4, "unknown dtype 'f32'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1]}}""", 1, "lacks")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0]}}""", 1, "lacks")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":1}}""", 1, "field 'x'")]
    [InlineData("""{"a":[]}""", 0, "expected an object")]
    [InlineData("""{"a":{"dtype":"U8","shape":[[[1]]],"data_offsets":[0,1]}}""", 1, "not the JSON")]
    [InlineData("""{"__metadata__":{"k":"\ud800"}}""", 0, "no text")]
    public void A_file_that_breaks_a_rule_is_refused(string header, int dataBytes, string expected)
    {
        Write(header, dataBytes);
        SafetensorsException error = Assert.Throws<SafetensorsException>(() => Safetensors.Read(_path));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(_path, error.Message, StringComparison.Ordinal);
        Assert.Equal(_path, error.File);
    }

    [Fact]
    public void A_header_that_is_not_UTF8_is_refused()
    {
        byte[] text = Encoding.UTF8.GetBytes("""{"__metadata__":{"k":"?"}}""");
        text[Array.IndexOf(text, (byte)'?')] = 0xFF;
        Write(text, 0);
        Assert.Contains("UTF-8", Assert.Throws<SafetensorsException>(() => Safetensors.Read(_path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100_000_001)]
    [InlineData(99_999_999)]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    public void A_header_longer_than_the_file_or_the_bound_takes_no_memory(ulong length)
    {
        byte[] file = new byte[64];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        File.WriteAllBytes(_path, file);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<SafetensorsException>(() => Safetensors.Read(_path));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        Safetensors.Write(_path, SafetensorsTests.Sample());
        byte[] whole = File.ReadAllBytes(_path);
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Throws<SafetensorsException>(() => Safetensors.Read(new MemoryStream(whole[..length]), _path));
        }
    }

    [Fact]
    public void Random_damage_is_read_or_refused_and_nothing_else()
    {
        Safetensors.Write(_path, SafetensorsTests.Sample(), new Dictionary<string, string> { ["k"] = "v" });
        byte[] whole = File.ReadAllBytes(_path);
        var random = new Random(7);
        int refused = 0;
        for (int trial = 0; trial < 4000; trial++)
        {
            byte[] damaged = [.. whole];
            for (int flips = random.Next(1, 4); flips > 0; flips--)
            {
                damaged[random.Next(damaged.Length)] = trial % 2 == 0 ? (byte)random.Next(256) : (byte)"{}[]\",:019\\ "[random.Next(12)];
            }

            try
            {
                Safetensors.Read(new MemoryStream(damaged), _path);
            }
            catch (SafetensorsException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1000, 4000);
    }

    private void Write(string header, int dataBytes) => Write(Encoding.UTF8.GetBytes(header), dataBytes);

    private void Write(byte[] header, int dataBytes) =>
        File.WriteAllBytes(_path, [.. BitConverter.GetBytes((long)header.Length), .. header, .. new byte[dataBytes]]);
}
