using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Descent;

/// <summary>
/// The folder of one training: <c>run.json</c> (how and what came of it), <c>metrics.jsonl</c> (a line per epoch, only ever appended to)
/// and
/// <c>model.safetensors</c> (the network, whole by itself); while it trains, <c>checkpoints/</c>.
/// </summary>
public sealed class RunFolder
{
    private const string RecordName = "run.json", MetricsName = "metrics.jsonl", ModelName = "model.safetensors", CheckpointsName = "checkpoints",
        ReportName = "report.html";

    private bool _metricsNameIsFlushed;

    private RunFolder(string path, RunRecord record, IFileSystem disk) => (FullPath, Record, Disk) = (path, record, disk);

    /// <summary>The folder.</summary>
    public string FullPath { get; }

    /// <summary>What <c>run.json</c> says.</summary>
    public RunRecord Record { get; private set; }

    /// <summary>The trained network.</summary>
    public string ModelPath => Path.Combine(FullPath, ModelName);

    /// <summary>The folder of the checkpoints.</summary>
    public string CheckpointsPath => Path.Combine(FullPath, CheckpointsName);

    /// <summary>Whether a training of it can go on from a checkpoint.</summary>
    public bool HasCheckpoints => CheckpointStore.HasAny(Disk, CheckpointsPath);

    /// <summary>Where it lies.</summary>
    internal IFileSystem Disk { get; }

    /// <summary>The page that shows the run.</summary>
    public string ReportPath => Path.Combine(FullPath, ReportName);

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
                $"{path} already holds a run ({Open(path).Record.Status}); go on with it by --resume, choose another folder, or replace it with --overwrite.");
        }
    }

    /// <summary>Begins a run: makes the folder, removes the files of an overwritten run, writes <c>run.json</c>.</summary>
    /// <exception cref="IOException">The folder is taken or cannot be written; nothing is left of it.</exception>
    public static RunFolder Create(string path, RunRecord record, bool overwrite = false)
    {
        CheckFree(path, overwrite);
        return Create(path, record, LocalFileSystem.Instance);
    }

    /// <summary>The older run goes first: a new record beside its checkpoints would go on with those.</summary>
    internal static RunFolder Create(string path, RunRecord record, IFileSystem disk)
    {
        bool existed = disk.Exists(path);
        var folder = new RunFolder(path, record, disk);
        try
        {
            disk.CreateFolders(path);
            if (disk.Exists(folder.CheckpointsPath))
            {
                CheckpointStore.Lock(disk, folder.CheckpointsPath).Dispose();
            }

            disk.RemoveUnfinished(path);
            foreach (string old in (string[])[folder.CheckpointsPath, folder.MetricsPath, folder.ModelPath])
            {
                disk.Remove(old);
            }

            folder.Write(record);
            return folder;
        }
        catch
        {
            if (!existed)
            {
                disk.TryDelete(path);
            }

            throw;
        }
    }

    /// <summary>Reads a run.</summary>
    /// <exception cref="IOException">There is none.</exception>
    /// <exception cref="InvalidDataException">Its record is damaged.</exception>
    public static RunFolder Open(string path) => Open(path, LocalFileSystem.Instance);

    internal static RunFolder Open(string path, IFileSystem disk)
    {
        string record = Path.Combine(path, RecordName);
        if (!disk.Exists(record))
        {
            throw new FileNotFoundException($"{path} holds no run: there is no {RecordName} in it.");
        }

        using var reader = new StreamReader(disk.OpenRead(record));
        return new(path, RunRecord.FromJson(reader.ReadToEnd(), record), disk);
    }

    /// <summary>
    /// The run under a root that was begun last and has a network; null if there is none. Damaged records are passed over.
    /// </summary>
    public static RunFolder? Latest(string root) => Latest(root, run => File.Exists(run.ModelPath));

    /// <summary>The run under a root that was begun last and is not finished; null if there is none. Damaged records are passed over.</summary>
    public static RunFolder? LatestUnfinished(string root) => Latest(root, run => run.Record.Status != RunRecord.Finished);

    private static RunFolder? Latest(string root, Func<RunFolder, bool> where)
    {
        RunFolder? latest = null;
        foreach (string path in Directory.Exists(root) ? Directory.GetDirectories(root) : [])
        {
            try
            {
                RunFolder run = Open(path);
                if (where(run) && (latest is null || run.Record.Started > latest.Record.Started))
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
    /// <exception cref="FileWriteException">The disk did not take it; the older record is still there.</exception>
    public void Write(RunRecord record)
    {
        Disk.Replace(Path.Combine(FullPath, RecordName), [Encoding.UTF8.GetBytes(record.ToJson() + "\n")]);
        Record = record;
    }

    /// <summary>Appends one line to <c>metrics.jsonl</c>; the next checkpoint makes it durable.</summary>
    /// <exception cref="FileWriteException">The disk did not take it; a part of the line may be there.</exception>
    public void Append(Action<Utf8JsonWriter> members) => FileWriteException.Guard(MetricsPath, "written", () =>
    {
        using Stream file = Disk.Append(MetricsPath);
        file.Write(Encoding.UTF8.GetBytes(Json.Line(members) + "\n"));
    });

    /// <summary>The lines of <c>metrics.jsonl</c>, as far as they are whole: a killed process may have left a part of one.</summary>
    public IReadOnlyList<JsonElement> ReadMetrics()
    {
        var lines = new List<JsonElement>();
        foreach (string line in File.Exists(MetricsPath) ? File.ReadLines(MetricsPath) : [])
        {
            try
            {
                using JsonDocument document = JsonDocument.Parse(line);
                lines.Add(document.RootElement.Clone());
            }
            catch (JsonException)
            {
                break;
            }
        }

        return lines;
    }

    /// <summary>The bytes of <c>metrics.jsonl</c>.</summary>
    internal long MetricsLength
    {
        get
        {
            if (!Disk.Exists(MetricsPath))
            {
                return 0;
            }

            using Stream file = Disk.OpenRead(MetricsPath);
            return file.Length;
        }
    }

    /// <summary>Returns once the lines of <c>metrics.jsonl</c> that are there now are on the disk.</summary>
    /// <exception cref="FileWriteException">The disk did not take them.</exception>
    internal void FlushMetrics() => FileWriteException.Guard(MetricsPath, "flushed to the disk", () =>
    {
        using Stream file = Disk.Append(MetricsPath);
        Disk.Flush(file);
        if (!_metricsNameIsFlushed)
        {
            Disk.FlushFolder(FullPath);
            _metricsNameIsFlushed = true;
        }
    });

    /// <summary>Takes back the lines after a length that <see cref="MetricsLength"/> gave: training goes on from there.</summary>
    /// <exception cref="InvalidDataException">The file is shorter: lines are missing.</exception>
    /// <exception cref="FileWriteException">It cannot be shortened.</exception>
    internal void CutMetrics(long length)
    {
        long present = MetricsLength;
        if (present < length)
        {
            throw new InvalidDataException($"{MetricsPath}: it has {present} bytes, but had {length} when the checkpoint was written.");
        }

        if (present > length)
        {
            FileWriteException.Guard(MetricsPath, "shortened", () => Disk.Truncate(MetricsPath, length));
        }
    }
}
