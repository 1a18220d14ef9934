using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Descent.KernelBench;

/// <summary>
/// Processor time of the calling thread, so that what else runs on the machine is not counted; elapsed time where it is unknown.
/// </summary>
internal static partial class ThreadClock
{
    private const int ThreadTime = 3;

    public static double Seconds()
    {
        if (OperatingSystem.IsLinux() && Read(ThreadTime, out Time time) == 0)
        {
            return time.Seconds + time.Nanoseconds * 1e-9;
        }

        return (double)Stopwatch.GetTimestamp() / Stopwatch.Frequency;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int Read(int clock, out Time time);

    private struct Time
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
