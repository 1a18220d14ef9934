using System.Globalization;
using System.Text;

namespace Descent;

/// <summary>A profile as a table of text.</summary>
internal static class ProfileTable
{
    private static readonly string[] s_titles = ["layer", "kind", "output", "parameters", "Mflop"];

    public static string Of(NetworkProfile profile)
    {
        // Receptive fields are those of feature maps: a network that has none, of texts for instance, has no such column.
        bool sees = profile.Layers.Any(layer => layer.ReceptiveField is not null);
        bool measured = profile.Layers.Any(layer => layer.EffectiveReceptiveField is not null);
        string[] titles = [.. s_titles, .. sees ? ["sees"] : Array.Empty<string>(), .. measured ? ["effectively"] : Array.Empty<string>()];
        string[][] rows = [titles, .. profile.Layers.Select(layer => Cells(layer, sees, measured))];
        int[] widths = [.. titles.Select((_, column) => rows.Max(row => row[column].Length))];
        var text = new StringBuilder();
        foreach (string[] row in rows)
        {
            for (int column = 0; column < row.Length; column++)
            {
                bool isText = column < 3;
                text.Append("  ").Append(isText ? row[column].PadRight(widths[column]) : row[column].PadLeft(widths[column]));
            }

            text.Append('\n');
        }

        text.Append(
            CultureInfo.InvariantCulture,
            $"{profile.Kind}: {profile.Parameters:N0} parameters, {profile.Flops / 1e9:0.###} Gflop, {profile.ActivationBytes / 1e6:0.##} MB of activations\n");
        return text.ToString();
    }

    private static string[] Cells(LayerProfile layer, bool sees, bool measured)
    {
        List<string> cells =
        [
            layer.Name, layer.Kind, layer.Output.ToString(),
            layer.Parameters == 0 ? "" : layer.Parameters.ToString("N0", CultureInfo.InvariantCulture),
            layer.MultiplyAdds == 0 ? "" : (2 * layer.MultiplyAdds / 1e6).ToString("N1", CultureInfo.InvariantCulture),
        ];
        if (sees)
        {
            cells.Add(layer.ReceptiveField is var (rows, columns) ? $"{rows}×{columns}" : "all");
        }

        if (measured)
        {
            cells.Add(layer.EffectiveReceptiveField?.ToString("0.0", CultureInfo.InvariantCulture) ?? "");
        }

        return [.. cells];
    }
}
