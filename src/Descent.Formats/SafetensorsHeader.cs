using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;

namespace Descent;

/// <summary>What stands in front of a safetensors file's data: names, types, shapes and places of its tensors, and its metadata.</summary>
internal sealed class SafetensorsHeader
{
    /// <summary>The format's own bound on the header, in bytes.</summary>
    internal const long MaxLength = 100_000_000;

    /// <summary>The length field in front of the header, in bytes.</summary>
    internal const int Prefix = 8;

    internal const string MetadataKey = "__metadata__";

    private readonly string _path;

    private SafetensorsHeader(string path)
    {
        _path = path;
    }

    /// <summary>A tensor and the place of its bytes, counted from the end of the header.</summary>
    internal sealed record Entry(string Name, string DType, long[] Shape, long Begin, long End);

    /// <summary>In the order of their bytes.</summary>
    internal List<Entry> Entries { get; } = [];

    internal Dictionary<string, string> Metadata { get; } = [];

    /// <summary>Where the data begins, in bytes from the start of the file.</summary>
    internal long DataStart { get; private set; }

    /// <summary>Reads and checks the header; the file's length bounds everything that is allocated.</summary>
    internal static SafetensorsHeader Read(Stream file, string path)
    {
        var header = new SafetensorsHeader(path);
        Span<byte> prefix = stackalloc byte[Prefix];
        if (file.ReadAtLeast(prefix, Prefix, throwOnEndOfStream: false) < Prefix)
        {
            throw header.Error(0, $"the file has {file.Length} bytes, expected at least {Prefix} for the length of its header.");
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaxLength)
        {
            throw header.Error(0, $"the header's length is {length}, expected at most {MaxLength}; this is not a safetensors file.");
        }

        if (Prefix + (long)length > file.Length)
        {
            throw header.Error(0, $"the header's length is {length}, but only {file.Length - Prefix} bytes follow; the file is cut off.");
        }

        byte[] text = new byte[length];
        file.ReadExactly(text);
        header.DataStart = Prefix + (long)length;
        header.Parse(text);
        header.CheckPlaces(file.Length);
        return header;
    }

    private void Parse(byte[] text)
    {
        if (text.Length == 0 || text[0] != (byte)'{')
        {
            throw Error(Prefix, text.Length == 0
                ? "the header is empty, expected '{'."
                : $"the header begins with byte 0x{text[0]:X2}, expected '{{'.");
        }

        if (!Utf8.IsValid(text))
        {
            throw Error(Prefix, "the header is not UTF-8.");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new() { AllowDuplicateProperties = false, MaxDepth = 3 });
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (property.Name == MetadataKey)
                {
                    ParseMetadata(property.Value);
                }
                else
                {
                    Entries.Add(ParseEntry(property.Name, property.Value));
                }
            }
        }
        catch (JsonException e)
        {
            throw Error(Prefix + (e.BytePositionInLine ?? 0), $"the header is not the JSON it has to be: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            // A string with half of a surrogate pair: valid to the tokenizer, but no text.
            throw Error(Prefix, $"the header holds a string that is no text: {e.Message}", e);
        }
    }

    private void ParseMetadata(JsonElement value)
    {
        Expect(value, JsonValueKind.Object, MetadataKey, "an object");
        foreach (JsonProperty property in value.EnumerateObject())
        {
            Expect(property.Value, JsonValueKind.String, $"{MetadataKey}.{property.Name}", "a string");
            Metadata.Add(property.Name, property.Value.GetString()!);
        }
    }

    private Entry ParseEntry(string name, JsonElement value)
    {
        Expect(value, JsonValueKind.Object, name, "an object with dtype, shape and data_offsets");
        string? dtype = null;
        long[]? shape = null, offsets = null;
        foreach (JsonProperty property in value.EnumerateObject())
        {
            switch (property.Name)
            {
                case "dtype":
                    Expect(property.Value, JsonValueKind.String, $"{name}.dtype", "a string");
                    dtype = property.Value.GetString()!;
                    break;
                case "shape":
                    shape = ParseSizes(property.Value, $"{name}.shape");
                    break;
                case "data_offsets":
                    offsets = ParseSizes(property.Value, $"{name}.data_offsets");
                    break;
                default:
                    throw Error(Prefix, $"tensor '{name}' has the field '{property.Name}', expected dtype, shape and data_offsets only.");
            }
        }

        if (dtype is null || shape is null || offsets is not [long begin, long end])
        {
            throw Error(Prefix, $"tensor '{name}' lacks dtype, shape or data_offsets [begin, end].");
        }

        if (!SafetensorsTensor.Bits.ContainsKey(dtype))
        {
            IEnumerable<string> known = SafetensorsTensor.Bits.Keys.Order(StringComparer.Ordinal);
            throw Error(Prefix, $"tensor '{name}' has the unknown dtype '{dtype}'; known are {string.Join(" ", known)}.");
        }

        if (end < begin || SafetensorsTensor.BytesOf(dtype, shape) != end - begin)
        {
            throw Error(Prefix, $"tensor '{name}' of {dtype} ({string.Join(", ", shape)}) has data_offsets [{begin}, {end}], " +
                $"expected {SafetensorsTensor.BytesOf(dtype, shape)?.ToString() ?? "a whole number of"} bytes.");
        }

        return new(name, dtype, shape, begin, end);
    }

    private long[] ParseSizes(JsonElement value, string what)
    {
        Expect(value, JsonValueKind.Array, what, "an array of sizes");
        long[] sizes = new long[value.GetArrayLength()];
        int i = 0;
        foreach (JsonElement item in value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out sizes[i]) || sizes[i] < 0)
            {
                throw Error(Prefix, $"{what}[{i}] is {item.GetRawText()}, expected a whole number, 0 or more.");
            }

            i++;
        }

        return sizes;
    }

    /// <summary>Each tensor begins where the one before it ended, and the file ends with the last: no byte is hidden or shared.</summary>
    private void CheckPlaces(long fileLength)
    {
        // By end as well: a tensor without bytes comes before its neighbour at the same place.
        Entries.Sort((a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
        long expected = 0;
        foreach (Entry entry in Entries)
        {
            if (entry.Begin != expected)
            {
                throw Error(DataStart + Math.Min(entry.Begin, expected),
                    $"tensor '{entry.Name}' begins at {entry.Begin} of the data, expected {expected}: " +
                    $"{(entry.Begin > expected ? "a hole" : "an overlap")}.");
            }

            expected = entry.End;
        }

        if (expected != fileLength - DataStart)
        {
            throw Error(fileLength,
                $"the tensors take {expected} bytes, but {fileLength - DataStart} follow the header; the file is cut off or was added to.");
        }
    }

    private void Expect(JsonElement value, JsonValueKind kind, string what, string expected)
    {
        if (value.ValueKind != kind)
        {
            throw Error(Prefix, $"{what} is {value.ValueKind.ToString().ToLowerInvariant()}, expected {expected}.");
        }
    }

    private SafetensorsException Error(long offset, string problem, Exception? cause = null) => new(_path, offset, problem, cause);
}
