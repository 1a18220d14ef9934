using System.Text.Json;

namespace Descent;

/// <summary>A part of a report: a member of its data, by a name that the template knows.</summary>
internal abstract record ReportSection(string Name)
{
    /// <summary>Writes one JSON value.</summary>
    public abstract void Write(Utf8JsonWriter json);

    /// <summary>The lines of <c>metrics.jsonl</c> of one kind.</summary>
    private protected static JsonElement[] OfKind(IEnumerable<JsonElement> metrics, string kind) =>
        [.. metrics.Where(line => line.TryGetProperty("kind", out JsonElement own) && own.ValueEquals(kind))];
}
