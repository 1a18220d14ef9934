using System.Text;

namespace Descent;

/// <summary>The page that shows the data of a run: HTML with a place where the data is written.</summary>
public sealed class ReportTemplate
{
    private const string Slot = "\"descent:report-data\"";

    private readonly string _before, _after;

    /// <exception cref="ArgumentException">The page has no place for data, or several.</exception>
    public ReportTemplate(string html)
    {
        string[] parts = html.Split(Slot);
        (_before, _after) = parts is [string before, string after]
            ? (before, after)
            : throw new ArgumentException($"The template of reports has {parts.Length - 1} places for data instead of one.", nameof(html));
    }

    /// <summary>The whole page of a run.</summary>
    public string Fill(RunReport report) => _before + report.ToJson() + _after;

    /// <summary>Writes the page of a run, whole or not at all.</summary>
    /// <exception cref="IOException">The file cannot be written; an older one is still there.</exception>
    public void Write(RunReport report, string path) => LocalFileSystem.Instance.Replace(path, [Encoding.UTF8.GetBytes(Fill(report))]);
}
