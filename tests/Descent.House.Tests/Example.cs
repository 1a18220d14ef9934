using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Descent.House.Tests;

/// <summary>Compiles and runs one short program against the libraries that the tests were built with.</summary>
internal static class Example
{
    // What ImplicitUsings gives to a console program.
    private const string GlobalUsings =
        """
        global using global::System;
        global using global::System.Collections.Generic;
        global using global::System.IO;
        global using global::System.Linq;
        global using global::System.Net.Http;
        global using global::System.Threading;
        global using global::System.Threading.Tasks;

        """;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Builds the program with the compiler itself, in a second where a project takes five; returns the assembly's path.</summary>
    public static string Compile(string place, string code)
    {
        string name = string.Concat(place.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        string folder = Directory.CreateDirectory(Repository.PathOf(Path.Combine("artifacts", "examples", name))).FullName;
        string program = Path.Combine(folder, "Program.cs"), usings = Path.Combine(folder, "Usings.cs");
        string assembly = Path.Combine(folder, name + ".dll");
        // Directives such as #:property belong to `dotnet run file.cs`; the compiler does not know them.
        File.WriteAllLines(program, code.Split('\n').Select(line => line.StartsWith("#:", StringComparison.Ordinal) ? "" : line));
        File.WriteAllText(usings, GlobalUsings);

        string[] libraries = [.. Directory.GetFiles(AppContext.BaseDirectory, "Descent*.dll").Except([typeof(Example).Assembly.Location])];
        IEnumerable<string> framework = Directory.GetFiles(RuntimeEnvironment.GetRuntimeDirectory(), "*.dll").Where(IsManaged);
        string generator = Repository.PathOf("src/Descent.Generators/bin/Release/netstandard2.0/Descent.Generators.dll");
        string[] arguments =
        [
            "-nologo", "-noconfig", "-nostdlib", "-optimize+", "-nullable:enable", "-langversion:14", "-warnaserror+", "-deterministic+",
            $"-out:{assembly}", $"-analyzer:{generator}",
            .. framework.Concat(libraries).Select(file => $"-reference:{file}"),
            program, usings,
        ];
        string response = Path.Combine(folder, "compile.rsp");
        File.WriteAllLines(response, arguments.Select(argument => $"\"{argument}\""));
        Execute("dotnet", ["exec", Compiler(), $"@{response}"], folder);

        foreach (string library in libraries)
        {
            File.Copy(library, Path.Combine(folder, Path.GetFileName(library)), overwrite: true);
        }
        string settings = $"{typeof(Example).Assembly.GetName().Name}.runtimeconfig.json";
        File.Copy(Path.Combine(AppContext.BaseDirectory, settings), Path.ChangeExtension(assembly, ".runtimeconfig.json"), overwrite: true);
        return assembly;
    }

    /// <summary>What the program printed; a program that fails or takes longer than two minutes throws with its output.</summary>
    public static string Run(string assembly) => Execute("dotnet", ["exec", assembly], Path.GetDirectoryName(assembly)!);

    public static string Execute(string file, IEnumerable<string> arguments, string folder)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            string command = $"{file} {string.Join(' ', arguments)}";
            throw new TimeoutException($"{command}: not done after {Limit.TotalSeconds} s.\n{output.Result}{errors.Result}");
        }
        string text = output.Result;
        return process.ExitCode == 0 ? text : throw new InvalidOperationException($"Exit code {process.ExitCode}.\n{text}{errors.Result}");
    }

    private static string Compiler()
    {
        string version = Execute("dotnet", ["--version"], Repository.Root).Trim();
        // RuntimeDirectory is DOTNET/shared/Microsoft.NETCore.App/VERSION/.
        return Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../sdk", version, "Roslyn/bincore/csc.dll"));
    }

    private static bool IsManaged(string file) => Path.GetFileName(file) is { } name
        && (name.StartsWith("System.", StringComparison.Ordinal) || name is "netstandard.dll" or "Microsoft.Win32.Primitives.dll")
        && !name.EndsWith(".Native.dll", StringComparison.Ordinal);
}
