using System.Globalization;
using System.Text;

namespace Descent;

/// <summary>The table that <see cref="Module.Summary"/> prints.</summary>
internal static class ModuleSummary
{
    public static string Of(Module root)
    {
        StateWalk walk = StateWalk.Of(root);
        var rows = new List<(string Name, string Kind, string Shape, string Count)>();
        var modules = walk.Modules.ToDictionary(m => m.Path, m => m.Module);
        foreach ((string name, Cell cell) in walk.State)
        {
            int dot = name.LastIndexOf('.');
            string owner = dot < 0 ? "" : name[..dot];
            string kind = modules.TryGetValue(owner, out Module? module) ? TypeName(module) : "";
            string count = cell is Parameter p ? Digits(p.Shape.Count) + (p.IsFrozen ? " frozen" : "") : "buffer";
            rows.Add((name, kind, cell.Shape.ToString(), count));
        }

        long parameters = walk.State.Values.OfType<Parameter>().Sum(p => p.Shape.Count);
        int nameWidth = rows.Select(r => r.Name.Length).DefaultIfEmpty().Max();
        int kindWidth = rows.Select(r => r.Kind.Length).DefaultIfEmpty().Max();
        int shapeWidth = rows.Select(r => r.Shape.Length).DefaultIfEmpty().Max();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{TypeName(root)}: {Digits(parameters)} parameters\n");
        foreach ((string name, string kind, string shape, string count) in rows)
        {
            text.Append("  ").Append(name.PadRight(nameWidth)).Append("  ").Append(kind.PadRight(kindWidth))
                .Append("  ").Append(shape.PadRight(shapeWidth)).Append("  ").Append(count).Append('\n');
        }

        return text.ToString();
    }

    internal static string TypeName(Module module)
    {
        string name = module.GetType().Name;
        int tick = name.IndexOf('`', StringComparison.Ordinal);
        return tick < 0 ? name : name[..tick];
    }

    private static string Digits(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
