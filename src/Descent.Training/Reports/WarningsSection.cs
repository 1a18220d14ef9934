using System.Text.Json;

namespace Descent;

/// <summary>What the checks during training found.</summary>
internal sealed record WarningsSection(IReadOnlyList<JsonElement> Findings) : ReportSection("warnings")
{
    /// <summary>Null where nothing is wrong.</summary>
    public static WarningsSection? Of(IReadOnlyList<JsonElement> metrics)
    {
        JsonElement[] findings = [.. OfKind(metrics, "finding").Where(line => !line.GetProperty("verdict").ValueEquals("ok"))];
        return findings.Length > 0 ? new(findings) : null;
    }

    public override void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (JsonElement finding in Findings)
        {
            json.WriteStartObject();
            foreach (string member in (string[])["says", "advice", "epoch"])
            {
                if (finding.TryGetProperty(member, out JsonElement value))
                {
                    json.WritePropertyName(member);
                    value.WriteTo(json);
                }
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
