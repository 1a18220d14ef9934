using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;

namespace Descent;

/// <summary>Reads and writes safetensors: a JSON header with the tensors' names, types, shapes and places, then their bytes.</summary>
/// <remarks>
/// A file is untrusted. All rules of the format are checked, among them: the header has at most 100,000,000 bytes, no name occurs twice,
/// the tensors fill the file without hole or overlap, and sizes do not overflow. Values are not looked at; NaN is a value like any other.
/// Source: https://github.com/huggingface/safetensors, "Format".
/// </remarks>
public sealed class Safetensors
{
    private Safetensors(IReadOnlyDictionary<string, SafetensorsTensor> tensors, IReadOnlyDictionary<string, string> metadata) =>
        (Tensors, Metadata) = (tensors, metadata);

    /// <summary>By name, in the order in which they lie in the file.</summary>
    public IReadOnlyDictionary<string, SafetensorsTensor> Tensors { get; }

    /// <summary>Free texts by name; empty when there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="SafetensorsException">The file breaks a rule of the format, or a tensor is longer than 2 GiB.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Safetensors Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Read(file, path);
    }

    /// <param name="file">Can tell its length.</param>
    /// <param name="path">What errors call it.</param>
    internal static Safetensors Read(Stream file, string path)
    {
        SafetensorsHeader header = SafetensorsHeader.Read(file, path);
        var tensors = new OrderedDictionary<string, SafetensorsTensor>(header.Entries.Count);
        foreach (SafetensorsHeader.Entry entry in header.Entries)
        {
            long length = entry.End - entry.Begin;
            if (length > Array.MaxLength)
            {
                throw new SafetensorsException(path, header.DataStart + entry.Begin,
                    $"tensor '{entry.Name}' has {length} bytes, at most {Array.MaxLength} can be read.");
            }

            byte[] bytes = GC.AllocateUninitializedArray<byte>((int)length);
            file.ReadExactly(bytes);
            tensors.Add(entry.Name, new(entry.DType, entry.Shape, bytes));
        }

        return new(tensors, header.Metadata);
    }

    /// <summary>Reads the metadata alone, without the tensors' bytes; the header is checked as by <see cref="Read(string)"/>.</summary>
    /// <exception cref="SafetensorsException">The file breaks a rule of the format.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path)
    {
        using FileStream file = File.OpenRead(path);
        return ReadMetadata(file, path);
    }

    /// <inheritdoc cref="Read(Stream, string)" path="/param"/>
    internal static IReadOnlyDictionary<string, string> ReadMetadata(Stream file, string path) => SafetensorsHeader.Read(file, path).Metadata;

    /// <summary>Writes a file whole or not at all: into a new file beside it, flushed to the disk, then renamed.</summary>
    /// <remarks>Wider element types come first, so that every tensor is aligned; otherwise the given order is kept.</remarks>
    /// <exception cref="ArgumentException">A name is repeated or reserved, a type unknown, or bytes do not fit type and shape.</exception>
    /// <exception cref="FileWriteException">The file cannot be written; an older file of that name is then as it was.</exception>
    public static void Write(
        string path,
        IEnumerable<KeyValuePair<string, SafetensorsTensor>> tensors,
        IEnumerable<KeyValuePair<string, string>>? metadata = null) =>
        LocalFileSystem.Instance.Replace(path, Encode(tensors, metadata));

    /// <summary>The bytes of a file: its header, then each tensor's.</summary>
    /// <inheritdoc cref="Write" path="/exception[@cref='ArgumentException']"/>
    internal static IReadOnlyList<ReadOnlyMemory<byte>> Encode(
        IEnumerable<KeyValuePair<string, SafetensorsTensor>> tensors, IEnumerable<KeyValuePair<string, string>>? metadata)
    {
        KeyValuePair<string, SafetensorsTensor>[] sorted = [.. tensors];
        foreach ((string name, SafetensorsTensor tensor) in sorted)
        {
            Check(name, tensor);
        }

        sorted = [.. sorted.OrderByDescending(tensor => SafetensorsTensor.Bits[tensor.Value.DType])];
        return [Header(sorted, metadata ?? []), .. sorted.Select(tensor => (ReadOnlyMemory<byte>)tensor.Value.Bytes)];
    }

    private static void Check(string name, SafetensorsTensor tensor)
    {
        if (name == SafetensorsHeader.MetadataKey)
        {
            throw new ArgumentException($"A tensor cannot be named {name}: the format keeps that name for metadata.");
        }

        if (!SafetensorsTensor.Bits.ContainsKey(tensor.DType))
        {
            throw new ArgumentException($"Tensor '{name}' has the unknown dtype '{tensor.DType}'.");
        }

        if (tensor.Shape.Any(size => size < 0) || SafetensorsTensor.BytesOf(tensor.DType, tensor.Shape) != tensor.Bytes.Length)
        {
            throw new ArgumentException(
                $"Tensor '{name}' of {tensor.DType} ({string.Join(", ", tensor.Shape)}) cannot have {tensor.Bytes.Length} bytes.");
        }
    }

    private static byte[] Header(KeyValuePair<string, SafetensorsTensor>[] tensors, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Advance(Zeroed(buffer, SafetensorsHeader.Prefix));
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata);
            var names = new HashSet<string>(tensors.Length);
            long place = 0;
            foreach ((string name, SafetensorsTensor tensor) in tensors)
            {
                if (!names.Add(name))
                {
                    throw new ArgumentException($"Two tensors are named '{name}'.");
                }

                json.WriteStartObject(name);
                json.WriteString("dtype", tensor.DType);
                WriteSizes(json, "shape", tensor.Shape);
                WriteSizes(json, "data_offsets", [place, place + tensor.Bytes.Length]);
                json.WriteEndObject();
                place += tensor.Bytes.Length;
            }

            json.WriteEndObject();
        }

        // Spaces up to a multiple of 8 align the data.
        int padding = -buffer.WrittenCount & 7;
        buffer.GetSpan(8)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        byte[] header = buffer.WrittenSpan.ToArray();
        if (header.Length - SafetensorsHeader.Prefix > SafetensorsHeader.MaxLength)
        {
            throw new ArgumentException($"Names and metadata take {header.Length} bytes, the format allows {SafetensorsHeader.MaxLength}.");
        }

        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - SafetensorsHeader.Prefix);
        return header;
    }

    private static int Zeroed(ArrayBufferWriter<byte> buffer, int count)
    {
        buffer.GetSpan(count)[..count].Clear();
        return count;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        var written = new Dictionary<string, string>(metadata);
        if (written.Count == 0)
        {
            return;
        }

        json.WriteStartObject(SafetensorsHeader.MetadataKey);
        foreach ((string key, string value) in written.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    private static void WriteSizes(Utf8JsonWriter json, string name, IReadOnlyList<long> sizes)
    {
        json.WriteStartArray(name);
        foreach (long size in sizes)
        {
            json.WriteNumberValue(size);
        }

        json.WriteEndArray();
    }
}
