using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Descent.Cli;

/// <summary>Numbers beside the true ones, or the classes that an example has with their probabilities, as text, JSON or CSV.</summary>
/// <param name="names">Of the numbers or classes.</param>
/// <param name="areClasses">Whether they are classes.</param>
/// <param name="top">Classes to name, most probable first.</param>
internal sealed class TargetOutput(IReadOnlyList<string> names, bool areClasses, int top)
{
    private const int BarWidth = 24;

    /// <summary>The probability from which on an example has a class.</summary>
    private const float Threshold = 0.5f;

    /// <summary>The names of the columns.</summary>
    public string CsvHeader => string.Join(',', names.Concat(names.Select(name => $"true_{name}")).Prepend("input").Select(PredictionOutput.Quoted));

    public string CsvRow(int index, TargetPrediction prediction) => string.Join(',', prediction.Values.Concat(prediction.Targets)
        .Select(value => value.ToString(CultureInfo.InvariantCulture)).Prepend(index.ToString(CultureInfo.InvariantCulture)));

    public string Text(int index, TargetPrediction prediction, long[]? similar)
    {
        var text = new StringBuilder(index.ToString(CultureInfo.InvariantCulture));
        if (areClasses)
        {
            text.Append(CultureInfo.InvariantCulture, $"  labelled {(Has(prediction.Targets).Any() ? string.Join(", ", Has(prediction.Targets)) : "with nothing")}");
        }
        else
        {
            text.Append("  ").AppendJoin(", ", names.Select((name, k) =>
                string.Create(CultureInfo.InvariantCulture, $"{name} {prediction.Values[k]:G6} (true {prediction.Targets[k]:G6})")));
        }

        if (similar is not null)
        {
            text.Append(", like ").AppendJoin(' ', similar);
        }

        int width = areClasses ? names.Max(name => name.Length) : 0;
        foreach ((string name, float probability) in areClasses ? Best(prediction) : [])
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  {name.PadRight(width)}  {Bar.Of(probability, BarWidth)} {Cli.Text.Percent(probability),9}");
        }

        return text.ToString();
    }

    public string JsonLine(int index, TargetPrediction prediction, long[]? similar) => Json.Line(json =>
    {
        json.WriteNumber("index", index);
        if (areClasses)
        {
            WriteNames(json, "classes", Has(prediction.Values));
            WriteNames(json, "labels", Has(prediction.Targets));
            json.WriteStartArray("top");
            foreach ((string name, float probability) in Best(prediction))
            {
                json.WriteStartObject();
                json.WriteString("class", name);
                json.WriteFinite("probability", probability);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
        else
        {
            WriteNumbers(json, "values", prediction.Values);
            WriteNumbers(json, "targets", prediction.Targets);
        }

        if (similar is not null)
        {
            json.WriteStartArray("similar");
            foreach (long at in similar)
            {
                json.WriteNumberValue(at);
            }

            json.WriteEndArray();
        }
    });

    private static void WriteNames(Utf8JsonWriter json, string member, IEnumerable<string> names)
    {
        json.WriteStartArray(member);
        foreach (string name in names)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
    }

    private void WriteNumbers(Utf8JsonWriter json, string member, IReadOnlyList<float> values)
    {
        json.WriteStartObject(member);
        foreach ((int k, string name) in names.Index())
        {
            json.WriteFinite(name, values[k]);
        }

        json.WriteEndObject();
    }

    private IEnumerable<string> Has(IReadOnlyList<float> values) => names.Where((_, k) => values[k] >= Threshold);

    private (string Class, float Probability)[] Best(TargetPrediction prediction) =>
        [.. names.Zip(prediction.Values).OrderByDescending(pair => pair.Second).Take(top)];
}
