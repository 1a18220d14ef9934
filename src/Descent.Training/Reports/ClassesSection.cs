using System.Text.Json;

namespace Descent;

/// <summary>How well each class is told from the others.</summary>
internal sealed record ClassesSection(IReadOnlyList<string> ClassNames, IReadOnlyList<ClassScores> Classes) : ReportSection("classes")
{
    private const int Most = 1000;

    public override void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach ((string name, ClassScores scores) in ClassNames.Zip(Classes).Take(Most))
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteNumber("count", scores.Support);
            json.WriteFinite("precision", scores.Precision);
            json.WriteFinite("recall", scores.Recall);
            json.WriteFinite("f1", scores.F1);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
