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

        if (areClasses)
        {
            Best(prediction).Append(text);
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
            Best(prediction).WriteMember(json);
        }
        else
        {
            WriteNumbers(json, "values", prediction.Values);
            WriteNumbers(json, "targets", prediction.Targets);
        }

        PredictionOutput.WriteSimilar(json, similar);
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

    private ClassRanking Best(TargetPrediction prediction) => new(names, prediction.Values, top);
}
