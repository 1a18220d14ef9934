using System.Text.Json;

namespace Descent;

/// <summary>What was measured after each epoch, and the size of its last update beside that of each parameter.</summary>
internal sealed record CurvesSection(IReadOnlyList<JsonElement> Epochs, IReadOnlyList<JsonElement> Statistics) : ReportSection("curves")
{
    /// <summary>Null where no epoch has ended.</summary>
    public static CurvesSection? Of(IReadOnlyList<JsonElement> metrics)
    {
        JsonElement[] epochs = [.. metrics.Where(line => line.TryGetProperty("train_loss", out _))];
        return epochs.Length > 0 ? new(epochs, OfKind(metrics, "statistics")) : null;
    }

    public override void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("epochs");
        foreach (JsonElement epoch in Epochs)
        {
            json.WriteStartObject();
            foreach (JsonProperty member in epoch.EnumerateObject().Where(m => m.Value.ValueKind is JsonValueKind.Number or JsonValueKind.Null))
            {
                member.WriteTo(json);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteRatios(json);
        json.WriteEndObject();
    }

    private void WriteRatios(Utf8JsonWriter json)
    {
        (string Name, int Epoch, double Ratio)[] ratios =
        [
            .. from line in Statistics
               from parameter in line.GetProperty("parameters").EnumerateArray()
               let ratio = parameter.TryGetProperty("update_ratio", out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : 0
               where ratio > 0
               select (parameter.GetProperty("name").GetString()!, line.GetProperty("epoch").GetInt32(), ratio),
        ];
        if (ratios.Length == 0)
        {
            return;
        }

        json.WriteStartArray("update_ratios");
        foreach (IGrouping<string, (string Name, int Epoch, double Ratio)> parameter in ratios.GroupBy(ratio => ratio.Name))
        {
            json.WriteStartObject();
            json.WriteString("name", parameter.Key);
            json.WriteStartArray("points");
            foreach ((_, int epoch, double ratio) in parameter)
            {
                json.WriteStartArray();
                json.WriteNumberValue(epoch);
                json.WriteNumberValue(ratio);
                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
