using System.Text.Json;

namespace Descent.Engine.Tests;

/// <summary>Files of numbers that other programs computed.</summary>
internal static class ReferenceFiles
{
    /// <summary>A file beside the script that made it, in <c>tests/Reference</c>.</summary>
    public static JsonElement Read(string name) =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Root, "tests", "Reference", name))).RootElement;

    /// <summary>A file of the data kept beside the repository; null where there is none.</summary>
    public static string? SharedData(string path)
    {
        string file = Path.Combine(Root, "..", "shared", "data", path);
        return File.Exists(file) ? file : null;
    }

    public static double[] Numbers(JsonElement array) => [.. Flat(array).Select(e => e.GetDouble())];

    /// <summary>The shape of nested arrays.</summary>
    public static Shape ShapeOf(JsonElement array)
    {
        var sizes = new List<int>();
        for (JsonElement at = array; at.ValueKind == JsonValueKind.Array; at = at[0])
        {
            sizes.Add(at.GetArrayLength());
        }

        return new Shape([.. sizes]);
    }

    private static IEnumerable<JsonElement> Flat(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().SelectMany(Flat) : [element];

    private static string Root
    {
        get
        {
            DirectoryInfo? folder = new(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Descent.slnx")))
            {
                folder = folder.Parent;
            }

            return folder?.FullName ?? throw new InvalidOperationException($"There is no repository above {AppContext.BaseDirectory}.");
        }
    }
}
