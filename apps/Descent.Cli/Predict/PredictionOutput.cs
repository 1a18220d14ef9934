using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Descent.Cli;

/// <summary>What is said of one input: its name, its position in a data set, what the data set calls it, what is alike.</summary>
internal sealed record PredictedInput(string Name, int? Index, Prediction Prediction, string? Label, long[]? Similar);

/// <summary>Predictions as text with bars, as JSON or as CSV: the most probable classes first.</summary>
internal sealed class PredictionOutput(IReadOnlyList<string> classNames, int top)
{
    private readonly int _top = Math.Min(top, classNames.Count);

    /// <summary>A heading and a bar for each class.</summary>
    public string Text(PredictedInput input, Func<long, string> nameOfSimilar)
    {
        ClassRanking best = Best(input);
        var text = new StringBuilder(input.Name);
        if (input.Label is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"  labelled {input.Label}{(input.Label == best.Classes[0].Class ? "" : " ✗")}");
        }

        if (input.Similar is not null)
        {
            text.Append(", like ").AppendJoin(' ', input.Similar.Select(nameOfSimilar));
        }

        best.Append(text);
        return text.ToString();
    }

    /// <summary>One object.</summary>
    public string JsonLine(PredictedInput input) => Json.Line(json =>
    {
        ClassRanking best = Best(input);
        if (input.Index is { } index)
        {
            json.WriteNumber("index", index);
        }
        else
        {
            json.WriteString("input", input.Name);
        }

        best.WriteFirst(json);
        if (input.Label is not null)
        {
            json.WriteString("label", input.Label);
        }

        best.WriteMember(json);
        WriteSimilar(json, input.Similar);
    });

    /// <summary>The names of the columns.</summary>
    public string CsvHeader => string.Join(',', (string[])
    [
        "input", "label", .. Enumerable.Range(1, _top).SelectMany(rank => new[] { $"class_{rank}", $"probability_{rank}" }),
    ]);

    /// <summary>One row (RFC 4180).</summary>
    public string CsvRow(PredictedInput input) => string.Join(',', new[] { Quoted(input.Name), Quoted(input.Label ?? "") }.Concat(
        Best(input).Classes.SelectMany(best => new[] { Quoted(best.Class), ((double)best.Probability).ToString("0.######", CultureInfo.InvariantCulture) })));

    private ClassRanking Best(PredictedInput input) => new(classNames, input.Prediction.Probabilities, _top);

    /// <summary>The examples that the network sees alike, where they were asked for.</summary>
    internal static void WriteSimilar(Utf8JsonWriter json, long[]? similar)
    {
        if (similar is null)
        {
            return;
        }

        json.WriteStartArray("similar");
        foreach (long at in similar)
        {
            json.WriteNumberValue(at);
        }

        json.WriteEndArray();
    }

    internal static string Quoted(string text) =>
        text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
