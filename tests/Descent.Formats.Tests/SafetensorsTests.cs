using System.Diagnostics;
using System.Text.Json;

namespace Descent;

public sealed class SafetensorsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("descent-formats-").FullName;

    private string PathOf(string name) => Path.Combine(_folder, name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_written_is_read_back_with_types_shapes_bytes_and_metadata()
    {
        Dictionary<string, SafetensorsTensor> written = Sample();
        Safetensors.Write(PathOf("a.safetensors"), written, [new("model", "lenet5"), new("größe", "\"1\"\n")]);
        Safetensors read = Safetensors.Read(PathOf("a.safetensors"));

        Assert.Equal(written.Keys.Order(), read.Tensors.Keys.Order());
        foreach ((string name, SafetensorsTensor tensor) in written)
        {
            Assert.Equal(tensor.DType, read.Tensors[name].DType);
            Assert.Equal(tensor.Shape, read.Tensors[name].Shape);
            Assert.Equal(tensor.Bytes, read.Tensors[name].Bytes);
        }

        Assert.Equal("\"1\"\n", read.Metadata["größe"]);
        Assert.Equal(read.Metadata, Safetensors.ReadMetadata(PathOf("a.safetensors")));
        Assert.Equal([PathOf("a.safetensors")], Directory.GetFiles(_folder));
    }

    [Fact]
    public void The_data_is_aligned_and_wider_types_come_first()
    {
        Safetensors.Write(PathOf("a.safetensors"), Sample());
        byte[] file = File.ReadAllBytes(PathOf("a.safetensors"));
        Assert.Equal(0, BitConverter.ToInt64(file) % 8);
        int[] sizes = [.. Safetensors.Read(PathOf("a.safetensors")).Tensors.Values.Select(tensor => SafetensorsTensor.Bits[tensor.DType])];
        Assert.Equal(sizes.OrderDescending(), sizes);
    }

    [Fact]
    public void An_independent_reader_sees_the_same_values()
    {
        string script = Path.Combine(Repository(), "tests", "Reference", "read_safetensors.py");
        Safetensors.Write(PathOf("a.safetensors"), Sample(), new Dictionary<string, string> { ["model"] = "lenet5" });
        string? output = RunPython(script, PathOf("a.safetensors"));
        Assert.SkipWhen(output is null, "python3 is not installed.");

        using JsonDocument json = JsonDocument.Parse(output!);
        Assert.Equal("lenet5", json.RootElement.GetProperty("metadata").GetProperty("model").GetString());
        JsonElement tensors = json.RootElement.GetProperty("tensors");
        Assert.Equal(Sample().Count, tensors.EnumerateObject().Count());
        JsonElement weight = tensors.GetProperty("conv1.weight");
        Assert.Equal([2, 3], weight.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()));
        Assert.Equal([1.5f, -2, 3, 1e-40f, 5, 6], Values("conv1.weight").Select(value => (float)value.GetDouble()));
        Assert.Equal([long.MinValue, -1], Values("long").Select(value => value.GetInt64()));
        Assert.Equal([true, false, true], Values("flags").Select(value => value.GetBoolean()));
        Assert.Equal(0.1, Assert.Single(Values("scalar")).GetDouble());

        IEnumerable<JsonElement> Values(string name) => tensors.GetProperty(name).GetProperty("values").EnumerateArray();
    }

    [Theory]
    [InlineData("mnist-convnet/mnist.safetensors", "conv1.weight")]
    [InlineData("resnet20-cifar10/resnet20-12fca82f.safetensors", null)]
    public void Published_weights_load(string file, string? expectedName)
    {
        string path = Path.Combine(Repository(), "..", "shared", "data", "weights", file);
        Assert.SkipUnless(File.Exists(path), $"{path} is absent.");
        Safetensors read = Safetensors.Read(path);
        Assert.True(read.Tensors.Count > 5);
        Assert.True(expectedName is null || read.Tensors.ContainsKey(expectedName), string.Join(", ", read.Tensors.Keys));
        foreach ((string name, SafetensorsTensor tensor) in read.Tensors.Where(tensor => tensor.Value.DType.StartsWith('F')))
        {
            Assert.True(tensor.ToSingles().All(value => float.IsFinite(value) && Math.Abs(value) < 1e4), name);
        }
    }

    [Fact]
    public void Half_precision_types_become_singles_exactly()
    {
        Assert.Equal([1.5f, -0.25f], SafetensorsTensor.Of<Half>([2], [(Half)1.5f, (Half)(-0.25f)]).ToSingles());
        Assert.Equal([1.5f, -0.25f], new SafetensorsTensor("BF16", [2], [0xC0, 0x3F, 0x80, 0xBE]).ToSingles());
        Assert.Equal([0.5f], SafetensorsTensor.Of<double>([], [0.5]).ToSingles());
        Assert.Throws<InvalidCastException>(() => SafetensorsTensor.Of<int>([1], [1]).ToSingles());
        Assert.Throws<InvalidCastException>(() => SafetensorsTensor.Of<int>([1], [1]).ToArray<float>());
        Assert.Throws<NotSupportedException>(() => SafetensorsTensor.Of<char>([1], ['a']));
    }

    [Fact]
    public void A_failed_write_leaves_the_old_file_and_nothing_beside_it()
    {
        string path = PathOf("a.safetensors");
        Safetensors.Write(path, Sample());
        byte[] before = File.ReadAllBytes(path);

        SafetensorsTensor good = SafetensorsTensor.Of<float>([1], [1]);
        Assert.Throws<ArgumentException>(() => Safetensors.Write(path, [new("x", good), new("x", good)]));
        Assert.Throws<ArgumentException>(() => Safetensors.Write(path, [new("__metadata__", good)]));
        Assert.Throws<ArgumentException>(() => Safetensors.Write(path, [new("x", good with { Shape = [2] })]));
        Assert.Throws<ArgumentException>(() => Safetensors.Write(path, [new("x", good with { DType = "F31" })]));

        // The rename fails: the target is a folder.
        Directory.CreateDirectory(PathOf("folder.safetensors"));
        Assert.ThrowsAny<Exception>(() => Safetensors.Write(PathOf("folder.safetensors"), Sample()));
        Assert.ThrowsAny<IOException>(() => Safetensors.Write(Path.Combine(_folder, "absent", "a.safetensors"), Sample()));

        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    internal static Dictionary<string, SafetensorsTensor> Sample() => new()
    {
        ["flags"] = SafetensorsTensor.Of<bool>([3], [true, false, true]),
        ["conv1.weight"] = SafetensorsTensor.Of<float>([2, 3], [1.5f, -2, 3, 1e-40f, 5, 6]),
        ["scalar"] = SafetensorsTensor.Of<double>([], [0.1]),
        ["empty"] = SafetensorsTensor.Of<float>([4, 0], []),
        ["long"] = SafetensorsTensor.Of<long>([2, 1], [long.MinValue, -1]),
        ["int"] = SafetensorsTensor.Of<int>([1], [int.MaxValue]),
        ["pixels"] = SafetensorsTensor.Of<byte>([5], [0, 1, 2, 254, 255]),
        ["half"] = SafetensorsTensor.Of<Half>([1], [Half.MaxValue]),
    };

    private static string Repository()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Descent.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("The tests run inside the repository.");
    }

    private static string? RunPython(string script, string file)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("python3", [script, file]) { RedirectStandardOutput = true })!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
            return output;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
