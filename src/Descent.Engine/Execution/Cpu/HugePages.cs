using System.Runtime.InteropServices;

namespace Descent;

/// <summary>
/// Asks Linux to back large buffers with pages of 2 MB: a plan walks through its arena from end to end in every step, and with pages of
/// 4 KB much of that time goes into finding them, most of all in a virtual machine.
/// </summary>
internal static unsafe partial class HugePages
{
    /// <summary>The size of one, and the alignment that a buffer needs to get them from its start.</summary>
    public const int Bytes = 2 * 1024 * 1024;

    private const int AdviseHugePage = 14;

    /// <summary>A hint: where the system does not take it, nothing changes.</summary>
    public static void Advise(byte* start, long bytes)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = MemoryAdvise(start, (nuint)(bytes / Bytes * Bytes), AdviseHugePage);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int MemoryAdvise(byte* start, nuint bytes, int advice);
}
