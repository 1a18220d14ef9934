using System.Globalization;
using System.Text;

namespace Descent.Cli;

/// <summary>What is said of one input: its name, its position in a data set, what the data set calls it, what is alike.</summary>
internal sealed record PredictedInput(string Name, int? Index, Prediction Prediction, string? Label, long[]? Similar);

/// <summary>Predictions as text with bars, as JSON or as CSV: the most probable classes first.</summary>
internal sealed class PredictionOutput(IReadOnlyList<string> classNames, int top)
{
    private const int BarWidth = 24;

    private readonly int _top = Math.Min(top, classNames.Count);

    /// <summary>A heading and a bar for each class.</summary>
    public string Text(PredictedInput input, Func<long, string> nameOfSimilar)
    {
        (string Class, double Probability)[] best = Best(input);
        var text = new StringBuilder(input.Name);
        if (input.Label is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"  labelled {input.Label}{(input.Label == best[0].Class ? "" : " ✗")}");
        }

        if (input.Similar is not null)
        {
            text.Append(", like ").AppendJoin(' ', input.Similar.Select(nameOfSimilar));
        }

        int width = best.Max(b => b.Class.Length);
        foreach ((string name, double probability) in best)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  {name.PadRight(width)}  {Bar.Of(probability, BarWidth)} {Cli.Text.Percent(probability),9}");
        }

        return text.ToString();
    }

    /// <summary>One object.</summary>
    public string JsonLine(PredictedInput input) => Json.Line(json =>
    {
        (string Class, double Probability)[] best = Best(input);
        if (input.Index is { } index)
        {
            json.WriteNumber("index", index);
        }
        else
        {
            json.WriteString("input", input.Name);
        }

        json.WriteString("class", best[0].Class);
        json.WriteFinite("probability", best[0].Probability);
        if (input.Label is not null)
        {
            json.WriteString("label", input.Label);
        }

        json.WriteStartArray("top");
        foreach ((string name, double probability) in best)
        {
            json.WriteStartObject();
            json.WriteString("class", name);
            json.WriteFinite("probability", probability);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (input.Similar is not null)
        {
            json.WriteStartArray("similar");
            foreach (long at in input.Similar)
            {
                json.WriteNumberValue(at);
            }

            json.WriteEndArray();
        }
    });

    /// <summary>The names of the columns.</summary>
    public string CsvHeader => string.Join(',', (string[])
    [
        "input", "label", .. Enumerable.Range(1, _top).SelectMany(rank => new[] { $"class_{rank}", $"probability_{rank}" }),
    ]);

    /// <summary>One row (RFC 4180).</summary>
    public string CsvRow(PredictedInput input) => string.Join(',', new[] { Quoted(input.Name), Quoted(input.Label ?? "") }.Concat(
        Best(input).SelectMany(best => new[] { Quoted(best.Class), best.Probability.ToString("0.######", CultureInfo.InvariantCulture) })));

    private (string Class, double Probability)[] Best(PredictedInput input) =>
        [.. input.Prediction.Probabilities.Select((probability, k) => (classNames[k], (double)probability)).OrderByDescending(pair => pair.Item2).Take(_top)];

    internal static string Quoted(string text) =>
        text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
