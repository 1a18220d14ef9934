using System.Text.Json;

namespace Descent;

/// <summary>What was taken for what.</summary>
internal sealed record ConfusionSection(IReadOnlyList<string> ClassNames, ConfusionMatrix Confusion) : ReportSection("confusion")
{
    public override void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("classes");
        foreach (string name in ClassNames)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        json.WriteStartArray("counts");
        foreach (long count in Confusion.Counts)
        {
            json.WriteNumberValue(count);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
