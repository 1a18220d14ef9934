using System.CommandLine;
using System.Runtime.Intrinsics;

namespace Descent.Cli;

/// <summary><c>descent devices</c>: where networks can be trained.</summary>
internal static class DevicesVerb
{
    private static readonly Option<bool> s_json = Arguments.Json();

    public static Command Command()
    {
        var command = new Command("devices", "List where networks can be trained.") { s_json };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string vectors = Vector512.IsHardwareAccelerated ? "512-bit" : Vector256.IsHardwareAccelerated ? "256-bit" : "128-bit";
        long memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        Console.Out.WriteLine(parsed.GetValue(s_json)
            ? Json.Line(json =>
            {
                json.WriteString("name", "cpu");
                json.WriteNumber("threads", Environment.ProcessorCount);
                json.WriteString("vectors", vectors);
                json.WriteNumber("memory_bytes", memory);
            })
            : $"cpu  {Environment.ProcessorCount} threads, {vectors} vectors, {memory >> 20} MiB of memory");
        return ExitCode.Success;
    }
}
