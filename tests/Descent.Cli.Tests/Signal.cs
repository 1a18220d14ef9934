using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Descent.Cli.Tests;

/// <summary>Signals of POSIX, sent at once: a program that sends them takes as long to start as a short training takes to end.</summary>
internal static partial class Signal
{
    public const int Interrupt = 2, Terminate = 15;

    /// <summary>Does nothing where the process has ended.</summary>
    public static void Send(Process process, int signal) => _ = Kill(process.Id, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
