using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Descent.Cli;

/// <summary>The most probable classes of one example, the first one first.</summary>
internal sealed class ClassRanking(IReadOnlyList<string> names, IReadOnlyList<float> probabilities, int top)
{
    private const int BarWidth = 24;

    /// <summary>Equal ones in the order of the classes.</summary>
    public IReadOnlyList<(string Class, float Probability)> Classes { get; } =
        [.. names.Zip(probabilities).OrderByDescending(pair => pair.Second).Take(top)];

    /// <summary>A line with a bar for each.</summary>
    public void Append(StringBuilder text)
    {
        int width = Classes.Max(ranked => ranked.Class.Length);
        foreach ((string name, float probability) in Classes)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  {name.PadRight(width)}  {Bar.Of(probability, BarWidth)} {Text.Percent(probability),9}");
        }
    }

    /// <summary>The member <c>top</c>: an object for each.</summary>
    public void WriteMember(Utf8JsonWriter json)
    {
        json.WriteStartArray("top");
        foreach ((string name, float probability) in Classes)
        {
            json.WriteStartObject();
            WriteMembers(json, name, probability);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>The first one as members of the object itself.</summary>
    public void WriteFirst(Utf8JsonWriter json) => WriteMembers(json, Classes[0].Class, Classes[0].Probability);

    private static void WriteMembers(Utf8JsonWriter json, string name, float probability)
    {
        json.WriteString("class", name);
        json.WriteFinite("probability", probability);
    }
}
