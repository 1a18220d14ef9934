using System.Globalization;
using System.Text;

namespace Descent;

/// <summary>A plan as a drawing in Graphviz's language: launches are boxes in the order in which they run, buffers are ellipses between them.</summary>
internal static class PlanDrawing
{
    public static string Of(Plan plan)
    {
        var text = new StringBuilder("digraph plan {\n  node [fontname=\"sans-serif\", fontsize=10];\n");
        var drawn = new HashSet<PlanBuffer>();
        for (int i = 0; i < plan.Launches.Count; i++)
        {
            Launch launch = plan.Launches[i];
            string time = launch.TimedRuns > 0 ? string.Create(CultureInfo.InvariantCulture, $"\n{launch.Seconds / launch.TimedRuns * 1e6:F1} µs") : "";
            Node(text, $"launch{i}", "box", $"{i}: {launch.Name}\n{launch.Detail}{time}");
            foreach (PlanBuffer buffer in launch.Reads.Concat(launch.Writes).Where(drawn.Add))
            {
                Node(text, $"buffer{buffer.Id}", "ellipse", Label(buffer));
            }

            foreach (PlanBuffer buffer in launch.Reads.Distinct())
            {
                text.Append(CultureInfo.InvariantCulture, $"  buffer{buffer.Id} -> launch{i};\n");
            }

            foreach (PlanBuffer buffer in launch.Writes.Distinct())
            {
                text.Append(CultureInfo.InvariantCulture, $"  launch{i} -> buffer{buffer.Id};\n");
            }
        }

        return text.Append("}\n").ToString();
    }

    private static string Label(PlanBuffer buffer)
    {
        PlanBuffer root = buffer.Root;
        string where = root.Kind == BufferKind.Arena ? $"arena at {root.Offset}" : $"{root.Kind.ToString().ToLowerInvariant()} {root.Index}";
        return string.Create(CultureInfo.InvariantCulture, $"{where}\n{buffer.Bytes:N0} bytes");
    }

    private static void Node(StringBuilder text, string id, string shape, string label) =>
        text.Append("  ").Append(id).Append(" [shape=").Append(shape).Append(", label=\"").Append(Escaped(label)).Append("\"];\n");

    /// <summary>Within quotes a backslash begins an escape and a quote ends the string.</summary>
    private static string Escaped(string label) => label
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\r", "", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);
}
