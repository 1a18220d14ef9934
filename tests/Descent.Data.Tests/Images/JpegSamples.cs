using System.Text.Json;

namespace Descent;

/// <summary>The table of tests/Reference/jpeg.json: files of every kind, and what libjpeg-turbo makes of them.</summary>
internal static class JpegSamples
{
    private static readonly JsonElement s_file =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "jpeg.json"))).RootElement;

    public static IEnumerable<string> Names => Rows.Select(row => row.GetProperty("name").GetString()!);

    public static int CifarImages => s_file.GetProperty("cifarImages").GetInt32();

    private static JsonElement.ArrayEnumerator Rows => s_file.GetProperty("rows").EnumerateArray();

    /// <summary>SHA-256 of the pixels of an image, or images, of the shared data.</summary>
    public static string Digest(string name) => s_file.GetProperty("digests").GetProperty(name).GetString()!;

    /// <summary>Files that libjpeg-turbo writes.</summary>
    public static JsonElement.ArrayEnumerator Written => s_file.GetProperty("written").EnumerateArray();

    public static byte[] Jpeg(string name) => Row(name).GetProperty("jpeg").GetBytesFromBase64();

    public static Image Expected(string name)
    {
        JsonElement row = Row(name);
        return new(row.GetProperty("width").GetInt32(), row.GetProperty("height").GetInt32(), row.GetProperty("channels").GetInt32(),
            row.GetProperty("pixels").GetBytesFromBase64());
    }

    private static JsonElement Row(string name) => Rows.First(row => row.GetProperty("name").GetString() == name);
}
