using System.Text;
using System.Text.Json;

namespace Descent;

/// <summary>The entries of a configuration that is written in JSON; comments are passed over.</summary>
internal static class JsonConfiguration
{
    private const string SettingsKey = "settings";

    public static IReadOnlyList<ConfigurationEntry> Read(byte[] bytes, string path)
    {
        try
        {
            ReadOnlySpan<byte> text = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(Encoding.UTF8.Preamble.Length) : bytes;
            var json = new Utf8JsonReader(text, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip });
            json.Read();
            List<ConfigurationEntry> entries = ReadObject(ref json, text, path, out List<ConfigurationEntry>? settings);
            json.Read();
            return settings ?? entries;
        }
        catch (JsonException e)
        {
            throw new ConfigurationException(path, (e.LineNumber ?? 0) + 1, $"this is not JSON: {e.Message.Split(" LineNumber:")[0]}", e);
        }
    }

    /// <summary>The members of an object; the members of its member <c>settings</c> apart.</summary>
    private static List<ConfigurationEntry> ReadObject(
        ref Utf8JsonReader json, ReadOnlySpan<byte> text, string path, out List<ConfigurationEntry>? settings)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            throw new ConfigurationException(path, LineOf(text, json.TokenStartIndex), "a configuration is an object: { \"epochs\": 5 }.");
        }

        settings = null;
        var entries = new List<ConfigurationEntry>();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string key = json.GetString()!;
            long line = LineOf(text, json.TokenStartIndex);
            json.Read();
            if (key == SettingsKey && json.TokenType == JsonTokenType.StartObject)
            {
                settings = ReadObject(ref json, text, path, out _);
                continue;
            }

            entries.Add(ReadValue(ref json, text, key, line));
        }

        return entries;
    }

    private static ConfigurationEntry ReadValue(ref Utf8JsonReader json, ReadOnlySpan<byte> text, string key, long line)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.String:
                return new(key, json.GetString()!, ConfigurationKind.Text, line);
            case JsonTokenType.Number:
                return new(key, Raw(ref json, text), ConfigurationKind.Number, line);
            case JsonTokenType.True or JsonTokenType.False:
                return new(key, Raw(ref json, text), ConfigurationKind.Flag, line);
            case JsonTokenType.Null:
                return new(key, "null", ConfigurationKind.Null, line);
            case JsonTokenType.StartArray:
                return ReadList(ref json, text, key, line);
            default:
                json.Skip();
                return new(key, "", ConfigurationKind.Nested, line);
        }
    }

    private static ConfigurationEntry ReadList(ref Utf8JsonReader json, ReadOnlySpan<byte> text, string key, long line)
    {
        var elements = new List<string>();
        bool isFlat = true;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            ConfigurationEntry element = ReadValue(ref json, text, key, line);
            isFlat &= element.Kind is not (ConfigurationKind.Nested or ConfigurationKind.List or ConfigurationKind.Null);
            elements.Add(element.Value);
        }

        return new(key, string.Join(',', elements), isFlat ? ConfigurationKind.List : ConfigurationKind.Nested, line);
    }

    private static string Raw(ref Utf8JsonReader json, ReadOnlySpan<byte> text) =>
        Encoding.UTF8.GetString(text[(int)json.TokenStartIndex..(int)json.BytesConsumed]);

    private static long LineOf(ReadOnlySpan<byte> text, long position) => text[..(int)position].Count((byte)'\n') + 1;
}
