using System.Text.RegularExpressions;

namespace Descent.House.Tests;

/// <summary>Rules that no compiler checks.</summary>
public partial class HouseRules
{
    private static readonly string[] Folders = ["src", "apps", "tests", "bench"];

    private static IEnumerable<string> Projects => Folders.SelectMany(folder => Repository.Files(folder, "*.csproj"));

    private static IEnumerable<string> Sources => Folders.Append("examples").SelectMany(folder => Repository.Files(folder, "*.cs"));

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        string solution = File.ReadAllText(Repository.PathOf("Descent.slnx"));
        Assert.DoesNotContain(Projects, project => !solution.Contains($"\"{project}\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_project_has_its_lock_file() =>
        Assert.DoesNotContain(
            Projects, project => !File.Exists(Repository.PathOf(Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json"))));

    [Fact]
    public void Lines_end_in_a_single_line_feed_and_are_not_too_long()
    {
        var faults = new List<string>();
        foreach (string file in Sources)
        {
            string text = File.ReadAllText(Repository.PathOf(file));
            if (text.Contains('\r', StringComparison.Ordinal))
            {
                faults.Add($"{file}: carriage return");
            }
            string[] lines = text.Split('\n');
            faults.AddRange(lines.Index().Where(line => line.Item.Length > Limit(line.Item) && !IsTableRow(file, line.Item))
                .Select(line => $"{file}:{line.Index + 1}: {line.Item.Length} characters"));
        }
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public void Links_between_pages_lead_somewhere()
    {
        var broken = new List<string>();
        foreach (string page in Documentation.Pages)
        {
            string folder = Path.GetDirectoryName(Repository.PathOf(page))!;
            foreach (Match link in Link().Matches(File.ReadAllText(Repository.PathOf(page))))
            {
                string target = link.Groups[1].Value.Split('#')[0];
                if (target.Length > 0 && !target.Contains("://", StringComparison.Ordinal) && !Path.Exists(Path.Combine(folder, target)))
                {
                    broken.Add($"{page}: {target}");
                }
            }
        }
        Assert.True(broken.Count == 0, string.Join('\n', broken));
    }

    // 140 columns are the aim. Prose can always be wrapped; a line of code may run over where breaking it would hide its form.
    private static int Limit(string line) => line.TrimStart().StartsWith("//", StringComparison.Ordinal) ? 160 : 180;

    // Rows of a test's table are compared with each other, which a broken row prevents.
    private static bool IsTableRow(string file, string line) => file.StartsWith("tests/", StringComparison.Ordinal)
        && (line.TrimStart().StartsWith("new(", StringComparison.Ordinal) || line.TrimStart().StartsWith("[Inline", StringComparison.Ordinal));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
