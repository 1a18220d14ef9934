using System.Diagnostics;
using System.Globalization;

namespace Descent.Benchmarks;

/// <summary>Peak resident memory, of processes that run one case and nothing else.</summary>
internal static class PeakMemory
{
    /// <summary>The option that makes this program such a process.</summary>
    public const string Option = "--peak-memory-of";

    /// <summary>Trains and infers for a moment and prints this process's peak in bytes.</summary>
    public static int RunChild(Case of, int threads)
    {
        var own = new OwnSide(of, threads);
        own.Train(of.Few(50));
        own.Infer(10, of.Batch);
        Console.WriteLine(Process.GetCurrentProcess().PeakWorkingSet64);
        return 0;
    }

    /// <summary>The peak of a child process that runs the case in Descent.</summary>
    public static long OfOwn(Case of, int threads)
    {
        string[] arguments = [Option, of.Name, "--threads", threads.ToString(CultureInfo.InvariantCulture)];
        using Process child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true })!;
        string text = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return child.ExitCode == 0
            ? long.Parse(text, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"{of.Name}: the process whose memory was to be measured failed.");
    }
}
