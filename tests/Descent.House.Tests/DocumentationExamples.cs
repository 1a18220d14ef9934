namespace Descent.House.Tests;

public class DocumentationExamples
{
    private const string First = "examples/first.cs";

    public static TheoryData<string> Places => [.. Documentation.Programs.Select(program => program.Place).Where(place => place != First)];

    [Theory]
    [MemberData(nameof(Places))]
    public void Program_compiles_and_runs(string place)
    {
        string code = Documentation.Programs.Single(program => program.Place == place).Code;
        string assembly = Example.Compile(place, code);
        string output = Example.Run(assembly);
        Assert.True(output.Trim().Length > 0, $"{place} printed nothing, so its reader learns nothing.");
    }

    /// <summary>The others are built by the compiler alone, which is faster; this one goes the way that a reader goes.</summary>
    [Fact]
    public void First_example_runs_as_readers_run_it()
    {
        string output = Example.Execute("dotnet", ["run", "-c", "Release", First], Repository.Root);
        Assert.True(output.Trim().Length > 0, $"{First} printed nothing.");
    }

    [Fact]
    public void Readme_shows_the_first_example_as_it_is()
    {
        string readme = File.ReadAllText(Repository.PathOf("README.md"));
        Assert.Contains($"```csharp\n{File.ReadAllText(Repository.PathOf(First))}```", readme, StringComparison.Ordinal);
    }

    [Fact]
    public void Examples_have_at_most_100_lines() =>
        Assert.DoesNotContain(Repository.Files("examples", "*.cs"), file => File.ReadAllLines(Repository.PathOf(file)).Length > 100);
}
