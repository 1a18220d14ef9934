using System.Text;

namespace Descent.Cli;

/// <summary>Writes the page that shows a run.</summary>
internal static class ReportFile
{
    private const string Resource = "report.html";

    /// <summary>Why there can be no report; null where there can be one.</summary>
    public static string? Missing => typeof(ReportFile).Assembly.GetManifestResourceInfo(Resource) is null
        ? "this build has no template of reports, for it was made without Node.js 20.19 or newer. Install nodejs and npm "
            + "(https://nodejs.org, or your system's packages), build again, then run 'descent report'."
        : null;

    /// <summary>Writes the page whole or not at all.</summary>
    /// <exception cref="IOException">This build has no template, or the file cannot be written.</exception>
    public static void Write(RunReport report, string path)
    {
        if (Missing is { } reason)
        {
            throw new IOException($"No report: {reason}");
        }

        using Stream resource = typeof(ReportFile).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(resource, Encoding.UTF8);
        new ReportTemplate(reader.ReadToEnd()).Write(report, path);
    }
}
