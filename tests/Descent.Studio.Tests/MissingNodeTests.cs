using System.Diagnostics;

namespace Descent.Studio.Tests;

/// <summary>Without Node.js all else is built, and the program says what a report needs.</summary>
public sealed class MissingNodeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("descent-no-node-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_program_is_built_and_says_what_to_install()
    {
        string project = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../apps/Descent.Cli/Descent.Cli.csproj"));
        // The build runs commands by the shell, so that this alone is found.
        File.CreateSymbolicLink(Path.Combine(_folder, "sh"), "/bin/sh");
        string artifacts = Path.Combine(_folder, "artifacts");
        (int code, string said) = Dotnet(
            "build", project, "-c", "Release", "-nologo", "-v:minimal", "-nodeReuse:false", "-p:UseSharedCompilation=false", "-p:RunAnalyzers=false",
            "--artifacts-path", artifacts, $"-p:ReportTemplate={_folder}/none.html");
        Assert.True(code == 0, said);
        Assert.Contains("Without the template of reports: Node.js 20.19 or newer is not found. All else is built.", said);

        string program = Directory.GetFiles(Path.Combine(artifacts, "bin"), "Descent.Cli.dll", SearchOption.AllDirectories).Single();
        (code, said) = Dotnet(program, "report");
        Assert.Equal(1, code);
        Assert.Contains("Install nodejs and npm", said);
        (code, said) = Dotnet(program, "train", "--model", "mlp:hidden=4", "--epochs", "1");
        Assert.Equal(0, code);
        Assert.Contains("Install nodejs and npm", said);
    }

    /// <summary>With a search path that holds no Node.js.</summary>
    private (int Code, string Said) Dotnet(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path : Find("dotnet"), arguments)
        {
            WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["PATH"] = _folder;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string said = process.StandardOutput.ReadToEnd() + error.GetAwaiter().GetResult();
        process.WaitForExit();
        return (process.ExitCode, said);
    }

    private static string Find(string program) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, program)).First(File.Exists);
}
