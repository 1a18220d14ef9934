using System.Runtime.InteropServices;

namespace Descent;

/// <summary>Writes a folder's names to the disk: a file that was made or renamed is lost with the power as long as only its bytes are there.</summary>
/// <remarks>.NET flushes files alone, so that Unix is asked itself. On Windows the file system's journal keeps renames in order.</remarks>
internal static partial class FolderFlush
{
    private const int ReadOnly = 0;
    private const int Interrupted = 4, NotSupported = 22, ReadOnlySystem = 30;

    /// <exception cref="IOException">The system refuses; the message is its own.</exception>
    public static void Run(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
        {
            throw Error();
        }

        try
        {
            // A file system without such a call needs none.
            while (Flush(descriptor) != 0 && Marshal.GetLastPInvokeError() is var error and not (NotSupported or ReadOnlySystem))
            {
                if (error != Interrupted)
                {
                    throw Error();
                }
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Error() => new(Marshal.GetLastPInvokeErrorMessage(), Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
