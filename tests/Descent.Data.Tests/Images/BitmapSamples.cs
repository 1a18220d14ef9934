using System.Text.Json;

namespace Descent;

/// <summary>The table of tests/Reference/bitmaps.json: BMP and GIF files of every kind, and what Pillow makes of them.</summary>
internal static class BitmapSamples
{
    private static readonly JsonElement s_file =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "bitmaps.json"))).RootElement;

    public static IEnumerable<string> Names => s_file.EnumerateObject().Select(row => row.Name);

    public static byte[] Bytes(string name) => s_file.GetProperty(name).GetProperty("file").GetBytesFromBase64();

    public static Image Expected(string name)
    {
        JsonElement row = s_file.GetProperty(name);
        int[] shape = [.. row.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
        return new(shape[1], shape[0], shape[2], row.GetProperty("pixels").GetBytesFromBase64());
    }
}
