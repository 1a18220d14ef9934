using System.Reflection;

namespace Descent.House.Tests;

public class ApiSnapshot
{
    private static readonly string Committed = Repository.PathOf("tests/api.txt");

    [Fact]
    public void Public_api_equals_the_committed_snapshot()
    {
        string api = ApiText.Of(Assemblies());
        if (Environment.GetEnvironmentVariable("DESCENT_ACCEPT_API") == "1")
        {
            File.WriteAllText(Committed, api);
            return;
        }
        string[] expected = File.Exists(Committed) ? File.ReadAllText(Committed).Split('\n') : [];
        string[] actual = api.Split('\n');
        if (expected.SequenceEqual(actual))
        {
            return;
        }
        // Whole lines lost and gained say more than the first place where two long texts part.
        IEnumerable<string> gone = Qualified(expected).Except(Qualified(actual)).Select(line => "- " + line);
        IEnumerable<string> come = Qualified(actual).Except(Qualified(expected)).Select(line => "+ " + line);
        string[] changes = [.. gone, .. come];
        string more = changes.Length > 60 ? $"\n… and {changes.Length - 60} more." : "";
        Assert.Fail(
            "The public API differs from tests/api.txt; if that is meant, run ./check --accept-api and commit the file.\n"
            + string.Join('\n', changes.Take(60)) + more);
    }

    // A member's line alone does not say whose it is.
    private static IEnumerable<string> Qualified(IEnumerable<string> lines)
    {
        string owner = "";
        foreach (string line in lines)
        {
            if (!line.StartsWith(' '))
            {
                owner = line;
                yield return line;
            }
            else
            {
                yield return $"{owner.Split(" : ")[0]} → {line.Trim()}";
            }
        }
    }

    private static IEnumerable<Assembly> Assemblies() =>
        Repository.Files("src", "*.csproj")
            .Select(project => Path.Combine(AppContext.BaseDirectory, Path.GetFileNameWithoutExtension(project) + ".dll"))
            .Where(File.Exists) // The generator runs inside the compiler and has no users.
            .Select(Assembly.LoadFrom);
}
