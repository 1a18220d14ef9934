using System.Diagnostics;

namespace Descent;

/// <summary>Writes the checkpoints of a run while it trains, and lets it go on from the last one.</summary>
/// <remarks>
/// A checkpoint is copied between two steps and written on another thread, so that the training does not wait for the disk. An error of
/// the disk ends the training at its next checkpoint.
/// </remarks>
public sealed class TrainingCheckpoints : IDisposable
{
    private readonly RunFolder _run;
    private readonly CheckpointStore _store;
    private readonly CheckpointInterval _interval;
    private readonly Stopwatch _sinceLast = Stopwatch.StartNew();
    private Task _writing = Task.CompletedTask;

    /// <summary>Opens the checkpoints of a run, which no other process can then train.</summary>
    /// <param name="run">Its folder <c>checkpoints</c> holds them.</param>
    /// <param name="interval">How often one is written besides at the end of each epoch; every ten minutes where nothing is said.</param>
    /// <param name="keep">How many of the last ones stay besides the best.</param>
    /// <exception cref="IOException">Another process trains the run, or the folder cannot be written.</exception>
    public TrainingCheckpoints(RunFolder run, CheckpointInterval? interval = null, int keep = 2)
    {
        ArgumentNullException.ThrowIfNull(run);
        (_run, _interval) = (run, interval ?? CheckpointInterval.Default);
        _store = CheckpointStore.Open(run.CheckpointsPath, keep, run.Disk);
        run.Disk.RemoveUnfinished(run.FullPath);
    }

    /// <summary>Told which checkpoint training goes on from, and which file was found damaged.</summary>
    public Action<string>? Say { get; init; }

    /// <summary>Time that the training stood still for checkpoints.</summary>
    public TimeSpan Paused { get; private set; }

    /// <summary>Waits for what is being written, and lets other processes in.</summary>
    public void Dispose()
    {
        try
        {
            _writing.Wait();
        }
        catch (AggregateException)
        {
            // Whoever asked for the checkpoint gets its error; here there is nobody.
        }

        _store.Dispose();
    }

    /// <summary>Goes on from the last checkpoint; where there is none, begins anew.</summary>
    internal void Restore(TrainingSubject subject)
    {
        Checkpoint? checkpoint = _store.Latest(damage => Say?.Invoke($"{damage.Message} The checkpoint before it is used."));
        long metricsLength = 0;
        if (checkpoint is not null)
        {
            metricsLength = subject.Load(checkpoint);
            Say?.Invoke($"goes on from step {checkpoint.Step} ({checkpoint.FullPath})");
        }

        _run.CutMetrics(metricsLength);
        _sinceLast.Restart();
    }

    /// <summary>Writes a checkpoint where one is due.</summary>
    internal void AfterStep(TrainingSubject subject, long step)
    {
        if (_interval.IsDue(step, _sinceLast.Elapsed))
        {
            Begin(subject, step, isBest: false);
        }
    }

    /// <summary>Writes a checkpoint while the training goes on.</summary>
    internal void Begin(TrainingSubject subject, long step, bool isBest)
    {
        long started = Stopwatch.GetTimestamp();
        _writing.GetAwaiter().GetResult();
        CheckpointFile[] files = subject.Save(_run.MetricsLength);
        _writing = Task.Run(() =>
        {
            // The lines first: a checkpoint says how long they are.
            _run.FlushMetrics();
            _store.Write(step, isBest, files);
        });
        _sinceLast.Restart();
        Paused += Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Returns once everything is on the disk.</summary>
    internal void Complete() => _writing.GetAwaiter().GetResult();
}
