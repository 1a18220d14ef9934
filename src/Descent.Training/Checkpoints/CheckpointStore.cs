using System.Globalization;

namespace Descent;

/// <summary>
/// The checkpoints of one run, a folder for each: <c>step-00000938/</c> with its files and <c>manifest.json</c>. The last ones are kept, and the
/// best.
/// </summary>
/// <remarks>
/// A checkpoint is written into a folder of another name; each file is flushed, then the folder, then it gets its name, and that is flushed
/// too. At every moment, whatever ends the process or the power, the last checkpoint that was written is there and whole.
/// One process at a time has a store open for writing.
/// </remarks>
internal sealed class CheckpointStore : IDisposable
{
    private const string Prefix = "step-", LockName = "lock";

    private readonly IFileSystem _disk;
    private readonly int _keep;
    private readonly IDisposable _lock;
    private readonly HashSet<Place> _damaged = [];

    private CheckpointStore(IFileSystem disk, string path, int keep, IDisposable @lock) =>
        (_disk, FullPath, _keep, _lock) = (disk, path, keep, @lock);

    /// <summary>The folder that holds them.</summary>
    public string FullPath { get; }

    /// <summary>Opens or makes a store, and removes what a process that was killed left unfinished.</summary>
    /// <param name="folder">Such as <c>runs/x/checkpoints</c>.</param>
    /// <param name="keep">How many of the last checkpoints stay, at least 1: with 2 there is one to go back to where one is damaged.</param>
    /// <exception cref="FileWriteException">The folder cannot be written.</exception>
    /// <exception cref="IOException">Another process works on this run.</exception>
    public static CheckpointStore Open(string folder, int keep = 2) => Open(folder, keep, LocalFileSystem.Instance);

    /// <inheritdoc cref="Open(string, int)"/>
    public static CheckpointStore Open(string folder, int keep, IFileSystem disk)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        disk.CreateFolders(folder);
        IDisposable @lock = Lock(disk, folder);
        try
        {
            disk.RemoveUnfinished(folder);
            return new(disk, folder, keep, @lock);
        }
        catch
        {
            @lock.Dispose();
            throw;
        }
    }

    /// <summary>Keeps other processes out of a folder of checkpoints.</summary>
    /// <exception cref="IOException">Another process is there.</exception>
    public static IDisposable Lock(IFileSystem disk, string folder)
    {
        try
        {
            return disk.Lock(Path.Combine(folder, LockName));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new FileWriteException(Path.Combine(folder, LockName), "opened", e);
        }
        catch (IOException e)
        {
            throw new IOException($"{folder} is in use: another process trains this run ({e.Message}).", e);
        }
    }

    /// <summary>Whether there is a checkpoint, whole or not.</summary>
    public static bool HasAny(IFileSystem disk, string folder) => disk.List(folder).Select(Place.Parse).Any(place => place is not null);

    /// <summary>Writes a checkpoint, then removes those that are no longer kept.</summary>
    /// <remarks>
    /// Checkpoints of later steps are removed: they belong to a course of the run that was left when it went back to an earlier one.
    /// </remarks>
    /// <exception cref="FileWriteException">The disk did not take it; the checkpoints before are still there.</exception>
    public void Write(long step, bool isBest, IEnumerable<CheckpointFile> files)
    {
        Place place = Places().Where(place => place.Step == step).DefaultIfEmpty(new(step, -1)).Max();
        place = place with { Revision = place.Revision + 1 };
        string path = PathOf(place), partial = DurableWriting.UnfinishedPath(path);
        try
        {
            FileWriteException.Guard(path, "made", () => _disk.CreateFolder(partial));
            var entries = new OrderedDictionary<string, CheckpointManifest.Entry>();
            foreach (CheckpointFile file in files)
            {
                (long bytes, string sha256) =
                    _disk.WriteNew(Path.Combine(partial, file.Name), file.Parts, calledAs: Path.Combine(path, file.Name));
                entries.Add(file.Name, new(bytes, sha256));
            }

            byte[] manifest = new CheckpointManifest(step, isBest, entries).ToBytes();
            _disk.WriteNew(
                Path.Combine(partial, CheckpointManifest.FileName), [manifest], calledAs: Path.Combine(path, CheckpointManifest.FileName));
            FileWriteException.Guard(path, "flushed to the disk", () => _disk.FlushFolder(partial));
            FileWriteException.Guard(path, "renamed", () => _disk.Rename(partial, path));
        }
        catch
        {
            _disk.TryDelete(partial);
            throw;
        }

        FileWriteException.Guard(path, "flushed to the disk", () => _disk.FlushFolder(FullPath));
        RemoveAllBut(place);
    }

    /// <summary>The last checkpoint that is whole; null where none was ever written. Each one that is passed over is told.</summary>
    /// <param name="onDamage">Gets the error that names the damaged file.</param>
    /// <exception cref="CheckpointException">There are checkpoints and none of them is whole.</exception>
    /// <exception cref="InvalidDataException">A newer version wrote the last one.</exception>
    public Checkpoint? Latest(Action<CheckpointException> onDamage) =>
        FirstWhole(Places().OrderDescending(), onDamage, out CheckpointException? damage) ?? (damage is null
            ? null
            : throw new CheckpointException(damage.Path, $"{damage.Reason} No checkpoint in {FullPath} is whole."));

    /// <summary>The best checkpoint of the run so far; null where there is none. Each one that is passed over is told.</summary>
    /// <inheritdoc cref="Latest" path="/param"/>
    public Checkpoint? Best(Action<CheckpointException> onDamage) =>
        FirstWhole(Places().OrderDescending().Where(IsBest), onDamage, out _);

    /// <summary>Lets other processes in.</summary>
    public void Dispose() => _lock.Dispose();

    private Checkpoint? FirstWhole(IEnumerable<Place> places, Action<CheckpointException> onDamage, out CheckpointException? damage)
    {
        damage = null;
        foreach (Place place in places)
        {
            try
            {
                return Checkpoint.Verify(_disk, PathOf(place));
            }
            catch (CheckpointException e)
            {
                damage = e;
                _damaged.Add(place);
                onDamage(e);
            }
        }

        return null;
    }

    private void RemoveAllBut(Place latest)
    {
        Place[] all = [.. Places().OrderDescending()];
        Place[] past = [.. all.Where(place => place.CompareTo(latest) <= 0 && !_damaged.Contains(place))];
        var kept = past.Take(_keep).Concat(past.Where(IsBest).Take(1)).ToHashSet();
        foreach (Place place in all.Where(place => !kept.Contains(place)))
        {
            _disk.Remove(PathOf(place));
        }
    }

    private bool IsBest(Place place)
    {
        try
        {
            return CheckpointManifest.Read(_disk, Path.Combine(PathOf(place), CheckpointManifest.FileName)).IsBest;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return false;
        }
    }

    private IEnumerable<Place> Places() => _disk.List(FullPath).Select(Place.Parse).OfType<Place>();

    private string PathOf(Place place) => Path.Combine(FullPath, place.ToString());

    /// <summary>The name of a checkpoint; a step that was reached twice has a second revision, so that the first stays until it is written.</summary>
    private readonly record struct Place(long Step, int Revision) : IComparable<Place>
    {
        public int CompareTo(Place other) => (Step, Revision).CompareTo((other.Step, other.Revision));

        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Step:D8}") + (Revision > 0 ? $".{Revision}" : "");

        public static Place? Parse(string name)
        {
            if (!name.StartsWith(Prefix, StringComparison.Ordinal))
            {
                return null;
            }

            string[] numbers = name[Prefix.Length..].Split('.');
            int revision = 0;
            return long.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out long step)
                && (numbers.Length == 1
                    || (numbers.Length == 2 && int.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out revision)))
                ? new Place(step, revision)
                : null;
        }
    }
}
