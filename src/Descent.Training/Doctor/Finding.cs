using System.Text.Json;

namespace Descent;

/// <summary>What one check found.</summary>
/// <param name="Check">The name of the check: <c>initial-loss</c>.</param>
/// <param name="Verdict">How bad it is.</param>
/// <param name="Number">What was measured.</param>
/// <param name="Says">One sentence with the number.</param>
/// <param name="Advice">What to do; empty where all is well.</param>
public sealed record Finding(string Check, Verdict Verdict, double? Number, string Says, string Advice = "")
{
    /// <summary>What a line of <c>metrics.jsonl</c> that holds one is of.</summary>
    public const string Kind = "finding";

    /// <summary>The epoch behind which it was found; null before training.</summary>
    public int? Epoch { get; init; }

    /// <summary>Of a learning-rate range test the smoothed loss at each rate.</summary>
    public IReadOnlyList<(double LearningRate, double Loss)>? Curve { get; init; }

    /// <summary>
    /// Writes <c>kind</c> (always "finding"), <c>check</c>, <c>verdict</c> (ok, warn or fail), <c>number</c>, <c>says</c>, <c>advice</c>,
    /// <c>epoch</c> and, where there is one, <c>curve</c> as members of the JSON object that the writer stands in.
    /// </summary>
    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("kind", Kind);
        json.WriteString("check", Check);
        json.WriteString("verdict", Verdict switch { Verdict.Ok => "ok", Verdict.Warn => "warn", _ => "fail" });
        json.WriteFinite("number", Number ?? double.NaN);
        json.WriteString("says", Says);
        json.WriteString("advice", Advice);
        if (Epoch is { } epoch)
        {
            json.WriteNumber("epoch", epoch);
        }

        if (Curve is not null)
        {
            json.WriteStartArray("curve");
            foreach ((double rate, double loss) in Curve)
            {
                json.WriteStartArray();
                json.WriteNumberValue(rate);
                json.WriteNumberValue(loss);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }
    }
}
