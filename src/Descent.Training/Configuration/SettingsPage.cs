using System.Text;

namespace Descent;

/// <summary>The settings as a page of documentation.</summary>
public static class SettingsPage
{
    /// <summary>A table for each group, in Markdown.</summary>
    public static string Of(SettingSchema schema)
    {
        var page = new StringBuilder();
        foreach (IGrouping<string, Setting> group in schema.All.GroupBy(setting => setting.Group))
        {
            page.Append($"## {group.Key}\n\n| setting | takes | default | meaning |\n|---|---|---|---|\n");
            foreach (Setting setting in group)
            {
                page.Append($"| `{setting.Name}` | {Cell(setting.Expected)} | {Cell(setting.DefaultText ?? "")} | {Cell(setting.Help)} |\n");
            }

            page.Append('\n');
        }

        return page.ToString().TrimEnd() + "\n";
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
