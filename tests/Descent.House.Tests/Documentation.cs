namespace Descent.House.Tests;

/// <summary>What readers are shown: the files of examples/, and blocks of pages that begin with <c>```csharp run</c>.</summary>
internal static class Documentation
{
    /// <summary>README.md, CHANGELOG.md and everything under docs/.</summary>
    public static IEnumerable<string> Pages =>
        new[] { "README.md", "CHANGELOG.md" }.Where(page => File.Exists(Repository.PathOf(page))).Concat(Repository.Files("docs", "*.md"));

    /// <summary>Where each program stands ("examples/first.cs", "README.md:12") and its text.</summary>
    public static IEnumerable<(string Place, string Code)> Programs =>
        Repository.Files("examples", "*.cs")
            .Select(file => (file, File.ReadAllText(Repository.PathOf(file))))
            .Concat(Pages.SelectMany(Blocks));

    private static IEnumerable<(string Place, string Code)> Blocks(string page)
    {
        string[] lines = File.ReadAllLines(Repository.PathOf(page));
        for (int start = 0; start < lines.Length; start++)
        {
            if (lines[start] != "```csharp run")
            {
                continue;
            }
            int end = Array.IndexOf(lines, "```", start);
            if (end < 0)
            {
                throw new InvalidDataException($"{page}:{start + 1}: the block has no end.");
            }
            yield return ($"{page}:{start + 1}", string.Join('\n', lines[(start + 1)..end]) + "\n");
            start = end;
        }
    }
}
