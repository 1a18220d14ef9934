using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Descent;

/// <summary>
/// <c>manifest.json</c>: what a checkpoint consists of, with the length and SHA-256 of every file, and last the SHA-256 of the manifest's own
/// text before it. So no bit of a checkpoint can change without being noticed.
/// </summary>
internal sealed record CheckpointManifest(long Step, bool IsBest, IReadOnlyDictionary<string, CheckpointManifest.Entry> Files)
{
    public const string FileName = "manifest.json";

    /// <summary>Of the folder's layout. A reader takes every older version.</summary>
    private const int FormatVersion = 1;

    private const string TailStart = ",\n  \"sha256\": \"", TailEnd = "\"\n}\n";
    private const int HashLength = 64, MaxLength = 1 << 20;

    /// <summary>One file.</summary>
    public readonly record struct Entry(long Bytes, string Sha256);

    public byte[] ToBytes()
    {
        string text = Json.Text(
            json =>
            {
                json.WriteStartObject();
                json.WriteNumber("format_version", FormatVersion);
                json.WriteNumber("step", Step);
                json.WriteBoolean("best", IsBest);
                json.WriteStartObject("files");
                foreach ((string name, Entry entry) in Files)
                {
                    json.WriteStartObject(name);
                    json.WriteNumber("bytes", entry.Bytes);
                    json.WriteString("sha256", entry.Sha256);
                    json.WriteEndObject();
                }

                json.WriteEndObject();
                json.WriteEndObject();
            },
            indented: true);
        string body = text[..^"\n}".Length];
        return Encoding.UTF8.GetBytes($"{body}{TailStart}{HashOf(Encoding.UTF8.GetBytes(body))}{TailEnd}");
    }

    /// <exception cref="CheckpointException">A bit of the file is not as it was written.</exception>
    /// <exception cref="InvalidDataException">A newer version wrote it.</exception>
    public static CheckpointManifest Read(IFileSystem disk, string path)
    {
        byte[] bytes;
        using (Stream file = disk.OpenRead(path))
        {
            if (file.Length > MaxLength)
            {
                throw new CheckpointException(path, $"it has {file.Length} bytes, and no manifest is so long.");
            }

            bytes = new byte[file.Length];
            file.ReadExactly(bytes);
        }

        int body = bytes.Length - TailStart.Length - HashLength - TailEnd.Length;
        string tail = $"{TailStart}{(body < 0 ? "" : HashOf(bytes.AsSpan(0, body)))}{TailEnd}";
        if (body < 0 || !bytes.AsSpan(body).SequenceEqual(Encoding.UTF8.GetBytes(tail)))
        {
            throw new CheckpointException(path, "its text does not have the SHA-256 that stands at its end.");
        }

        return Parse(bytes, path);
    }

    private static CheckpointManifest Parse(byte[] bytes, string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            JsonElement root = document.RootElement;
            int version = root.GetProperty("format_version").GetInt32();
            return version is > 0 and <= FormatVersion
                ? new(
                    root.GetProperty("step").GetInt64(),
                    root.GetProperty("best").GetBoolean(),
                    root.GetProperty("files").EnumerateObject().ToDictionary(
                        file => file.Name == Path.GetFileName(file.Name) ? file.Name : throw new FormatException($"'{file.Name}' is no name"),
                        file => new Entry(file.Value.GetProperty("bytes").GetInt64(), file.Value.GetProperty("sha256").GetString()!)))
                : throw new InvalidDataException(
                    $"{path}: it is of format_version {version}, and this program reads up to {FormatVersion}: go on with a newer Descent.");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new CheckpointException(path, $"it is no manifest: {e.Message}");
        }
    }

    private static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
