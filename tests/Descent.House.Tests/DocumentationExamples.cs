namespace Descent.House.Tests;

public class DocumentationExamples
{
    public static TheoryData<string> Places => [.. Documentation.Programs.Select(program => program.Place)];

    [Theory]
    [MemberData(nameof(Places))]
    public void Program_compiles_and_runs(string place)
    {
        string code = Documentation.Programs.Single(program => program.Place == place).Code;
        string assembly = Example.Compile(place, code);
        string output = Example.Run(assembly);
        Assert.True(output.Trim().Length > 0, $"{place} printed nothing, so its reader learns nothing.");
    }

    /// <summary>The others are compiled faster than this, by the compiler alone; one goes the way that a reader goes.</summary>
    [Fact]
    public void First_example_runs_as_readers_run_it()
    {
        string output = Example.Execute("dotnet", ["run", "-c", "Release", "examples/first.cs"], Repository.Root);
        Assert.True(output.Trim().Length > 0, "examples/first.cs printed nothing.");
    }

    [Fact]
    public void Examples_have_at_most_100_lines() =>
        Assert.DoesNotContain(Repository.Files("examples", "*.cs"), file => File.ReadAllLines(Repository.PathOf(file)).Length > 100);
}
