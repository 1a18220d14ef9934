using System.Text.Json;

namespace Descent;

/// <summary>How the outputs of each layer are distributed, behind some epochs from the first to the last.</summary>
internal sealed record ActivationsSection(IReadOnlyList<JsonElement> Statistics) : ReportSection("activations")
{
    /// <summary>Outlines that one drawing takes, and layers that a page does.</summary>
    private const int MostEpochs = 12, MostLayers = 80;

    /// <summary>Null where nothing was measured.</summary>
    public static ActivationsSection? Of(IReadOnlyList<JsonElement> metrics)
    {
        JsonElement[] lines = [.. OfKind(metrics, "statistics").Where(line => line.GetProperty("layers").GetArrayLength() > 0)];
        int shown = Math.Min(lines.Length, MostEpochs);
        return shown == 0 ? null : new([.. Enumerable.Range(0, shown).Select(i => lines[shown == 1 ? 0 : i * (lines.Length - 1) / (shown - 1)])]);
    }

    public override void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (JsonElement last in Statistics[^1].GetProperty("layers").EnumerateArray().Take(MostLayers))
        {
            string name = last.GetProperty("name").GetString()!, kind = last.GetProperty("kind").GetString()!;
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("kind", kind);
            if (last.TryGetProperty("dead_part", out JsonElement dead))
            {
                json.WritePropertyName("dead_part");
                dead.WriteTo(json);
            }

            json.WriteStartArray("epochs");
            foreach (JsonElement line in Statistics)
            {
                foreach (JsonElement layer in line.GetProperty("layers").EnumerateArray().Where(IsSame).Take(1))
                {
                    JsonElement values = layer.GetProperty("activations");
                    json.WriteStartObject();
                    json.WriteNumber("epoch", line.GetProperty("epoch").GetInt32());
                    foreach (string member in (string[])["low", "high", "zero_part", "counts"])
                    {
                        json.WritePropertyName(member);
                        values.GetProperty(member).WriteTo(json);
                    }

                    json.WriteEndObject();
                }
            }

            json.WriteEndArray();
            json.WriteEndObject();

            bool IsSame(JsonElement layer) => layer.GetProperty("name").ValueEquals(name) && layer.GetProperty("kind").ValueEquals(kind);
        }

        json.WriteEndArray();
    }
}
