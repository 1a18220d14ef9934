using System.Globalization;
using System.Text.Json;

namespace Descent;

/// <summary>
/// The folder of one training: <c>run.json</c> (how and what came of it), <c>metrics.jsonl</c> (a line per epoch, only ever appended to)
/// and
/// <c>model.safetensors</c> (the network, whole by itself).
/// </summary>
public sealed class RunFolder
{
    private const string RecordName = "run.json", MetricsName = "metrics.jsonl", ModelName = "model.safetensors";

    private RunFolder(string path, RunRecord record) => (FullPath, Record) = (path, record);

    /// <summary>The folder.</summary>
    public string FullPath { get; }

    /// <summary>What <c>run.json</c> says.</summary>
    public RunRecord Record { get; private set; }

    /// <summary>The trained network.</summary>
    public string ModelPath => Path.Combine(FullPath, ModelName);

    private string MetricsPath => Path.Combine(FullPath, MetricsName);

    /// <summary>The next free <c>ROOT/NAME-001</c>.</summary>
    public static string NextFree(string root, string name)
    {
        for (int number = 1; ; number++)
        {
            string path = Path.Combine(root, $"{name}-{number.ToString("000", CultureInfo.InvariantCulture)}");
            if (!Directory.Exists(path) && !File.Exists(path))
            {
                return path;
            }
        }
    }

    /// <summary>Says why a new run cannot be put there; touches nothing.</summary>
    /// <exception cref="IOException">There is a file, a folder of something else, or a run that is not to be overwritten.</exception>
    public static void CheckFree(string path, bool overwrite)
    {
        if (File.Exists(path))
        {
            throw new IOException($"{path} is a file; a run needs a folder.");
        }

        if (!Directory.Exists(path) || !Directory.EnumerateFileSystemEntries(path).Any())
        {
            return;
        }

        if (!File.Exists(Path.Combine(path, RecordName)))
        {
            throw new IOException($"{path} is not empty and holds no run; choose another folder.");
        }

        if (!overwrite)
        {
            throw new IOException(
                $"{path} already holds a run ({Open(path).Record.Status}); choose another folder, or replace it with --overwrite.");
        }
    }

    /// <summary>Begins a run: makes the folder, removes the files of an overwritten run, writes <c>run.json</c>.</summary>
    /// <exception cref="IOException">The folder is taken or cannot be written; nothing is left of it.</exception>
    public static RunFolder Create(string path, RunRecord record, bool overwrite = false)
    {
        CheckFree(path, overwrite);
        bool existed = Directory.Exists(path);
        try
        {
            Directory.CreateDirectory(path);
            var folder = new RunFolder(path, record);
            folder.Write(record);
            File.Delete(folder.MetricsPath);
            File.Delete(folder.ModelPath);
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!existed && Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }

            throw new IOException($"The run folder {path} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Reads a run.</summary>
    /// <exception cref="IOException">There is none.</exception>
    /// <exception cref="InvalidDataException">Its record is damaged.</exception>
    public static RunFolder Open(string path)
    {
        string record = Path.Combine(path, RecordName);
        return File.Exists(record)
            ? new(path, RunRecord.FromJson(File.ReadAllText(record), record))
            : throw new FileNotFoundException($"{path} holds no run: there is no {RecordName} in it.");
    }

    /// <summary>
    /// The run under a root that was begun last and has a network; null if there is none. Damaged records are passed over.
    /// </summary>
    public static RunFolder? Latest(string root)
    {
        RunFolder? latest = null;
        foreach (string path in Directory.Exists(root) ? Directory.GetDirectories(root) : [])
        {
            try
            {
                RunFolder run = Open(path);
                if (File.Exists(run.ModelPath) && (latest is null || run.Record.Started > latest.Record.Started))
                {
                    latest = run;
                }
            }
            catch (Exception e) when (e is IOException or InvalidDataException)
            {
            }
        }

        return latest;
    }

    /// <summary>Replaces <c>run.json</c>, whole or not at all.</summary>
    public void Write(RunRecord record)
    {
        string path = Path.Combine(FullPath, RecordName), partial = path + ".partial";
        File.WriteAllText(partial, record.ToJson() + "\n");
        File.Move(partial, path, overwrite: true);
        Record = record;
    }

    /// <summary>Appends one line to <c>metrics.jsonl</c>.</summary>
    public void Append(Action<Utf8JsonWriter> members) => File.AppendAllText(MetricsPath, Json.Line(members) + "\n");
}
