using System.Diagnostics;
using System.Text.Json;

namespace Descent.Cli.Tests;

/// <summary>The built program, run as a process of its own in an empty folder that is removed afterwards.</summary>
public abstract class Cli : IDisposable
{
    private static readonly string s_program = Path.Combine(AppContext.BaseDirectory, "Descent.Cli.dll");

    /// <summary>Where the program runs.</summary>
    protected string Folder { get; } = Directory.CreateTempSubdirectory("descent-cli-").FullName;

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected string At(string name) => Path.Combine(Folder, name);

    /// <summary>What the program says, with one argument per word.</summary>
    protected Result Run(string words)
    {
        using Process process = Start(words);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output, error.GetAwaiter().GetResult());
    }

    protected Process Start(string words)
    {
        var start = new ProcessStartInfo("dotnet", [s_program, .. words.Split(' ', StringSplitOptions.RemoveEmptyEntries)])
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("DESCENT_DATA");
        start.Environment["XDG_CACHE_HOME"] = At("no-cache");
        return Process.Start(start)!;
    }

    protected sealed record Result(int ExitCode, string Output, string Error)
    {
        /// <summary>Each line of the output as JSON.</summary>
        public JsonElement[] Lines =>
            [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

        public JsonElement Last => Lines[^1];
    }
}
