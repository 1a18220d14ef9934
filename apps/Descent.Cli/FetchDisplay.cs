using System.Diagnostics;
using System.Globalization;

namespace Descent.Cli;

/// <summary>Says on standard error how far a download is: a line that is written over on a terminal, a line for each file elsewhere.</summary>
internal sealed class FetchDisplay : IProgress<DownloadProgress>
{
    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(200);

    private readonly Stopwatch _sinceShown = new();
    private string? _file;

    public void Report(DownloadProgress value)
    {
        bool isNew = value.Name != _file, isDone = value.Received == value.Length;
        _file = value.Name;
        if (Console.IsErrorRedirected)
        {
            if (isNew)
            {
                Console.Error.WriteLine($"fetching {value.Name} ({Megabytes(value.Length)} MB) from {value.From}");
            }
        }
        else if (isNew || isDone || _sinceShown.Elapsed > s_between)
        {
            _sinceShown.Restart();
            Console.Error.Write($"\rfetching {value.Name} from {value.From}: {Megabytes(value.Received)} of {Megabytes(value.Length)} MB{(isDone ? "\n" : "")}");
        }
    }

    private static string Megabytes(long bytes) => (bytes / 1e6).ToString("0.0", CultureInfo.InvariantCulture);
}
