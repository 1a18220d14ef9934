using System.Globalization;
using System.Text;

namespace Descent;

/// <summary>A profile as a table of text.</summary>
internal static class ProfileTable
{
    private static readonly string[] s_titles = ["layer", "kind", "output", "parameters", "Mflop", "sees"];

    public static string Of(NetworkProfile profile)
    {
        bool measured = profile.Layers.Any(layer => layer.EffectiveReceptiveField is not null);
        string[] titles = measured ? [.. s_titles, "effectively"] : s_titles;
        string[][] rows = [titles, .. profile.Layers.Select(layer => Cells(layer, measured))];
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

    private static string[] Cells(LayerProfile layer, bool measured)
    {
        string[] cells =
        [
            layer.Name, layer.Kind, layer.Output.ToString(),
            layer.Parameters == 0 ? "" : layer.Parameters.ToString("N0", CultureInfo.InvariantCulture),
            layer.MultiplyAdds == 0 ? "" : (2 * layer.MultiplyAdds / 1e6).ToString("N1", CultureInfo.InvariantCulture),
            layer.ReceptiveField is var (rows, columns) ? $"{rows}×{columns}" : "all",
        ];
        return measured ? [.. cells, layer.EffectiveReceptiveField?.ToString("0.0", CultureInfo.InvariantCulture) ?? ""] : cells;
    }
}
