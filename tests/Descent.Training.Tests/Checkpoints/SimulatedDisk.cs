namespace Descent.Training.Tests.Checkpoints;

/// <summary>
/// A disk in memory that knows what was flushed. A power cut keeps that, and of all else what chance wants: old, new or torn sectors of a file,
/// any of a folder's changes in any order.
/// </summary>
internal sealed class SimulatedDisk : IFileSystem
{
    private const int Sector = 512;

    private readonly HashSet<string> _locks = [];
    private Folder _root = new();

    private abstract class Node;

    private sealed class Contents : Node
    {
        public byte[] Now { get; set; } = [];

        public byte[] Flushed { get; set; } = [];
    }

    private sealed class Folder : Node
    {
        public Dictionary<string, Node> Now { get; set; } = [];

        public Dictionary<string, Node> Flushed { get; set; } = [];

        public List<Change> Pending { get; } = [];

        public void Do(Change change)
        {
            change.ApplyTo(Now);
            Pending.Add(change);
        }
    }

    /// <summary>A new name, a name less, or both at one stroke.</summary>
    private sealed record Change(string? Removed, string? Added, Node? Node)
    {
        public void ApplyTo(Dictionary<string, Node> names)
        {
            if (Removed is not null)
            {
                names.Remove(Removed);
            }

            if (Added is not null)
            {
                names[Added] = Node!;
            }
        }
    }

    /// <summary>The disk as it may be after the power went.</summary>
    public SimulatedDisk AfterPowerCut(Random random) => new() { _root = AfterPowerCut(_root, random) };

    /// <summary>Changes one bit of a file, on the disk too.</summary>
    public void Flip(string path, long bit)
    {
        Contents file = FileAt(path);
        file.Now[bit / 8] ^= (byte)(1 << (int)(bit % 8));
        file.Flushed = [.. file.Now];
    }

    public long Length(string path) => FileAt(path).Now.Length;

    public bool Exists(string path) => Find(path) is not null;

    public IReadOnlyList<string> List(string folder) => Find(folder) is Folder found ? [.. found.Now.Keys] : [];

    public Stream OpenRead(string path) => new MemoryStream([.. FileAt(path).Now], writable: false);

    public Stream Create(string path)
    {
        (Folder folder, string name) = Parent(path);
        if (folder.Now.ContainsKey(name))
        {
            throw new IOException($"The file '{path}' already exists.");
        }

        var file = new Contents();
        folder.Do(new(null, name, file));
        return new Writer(file);
    }

    public Stream Append(string path) => Exists(path) ? new Writer(FileAt(path)) : Create(path);

    public void Truncate(string path, long length)
    {
        Contents file = FileAt(path);
        file.Now = file.Now[..(int)length];
        file.Flushed = [.. file.Now];
    }

    public void Flush(Stream file)
    {
        Contents contents = ((Writer)file).File;
        contents.Flushed = [.. contents.Now];
    }

    public void FlushFolder(string folder)
    {
        var found = (Folder)Find(folder)!;
        found.Flushed = new(found.Now);
        found.Pending.Clear();
    }

    public void CreateFolder(string folder)
    {
        (Folder parent, string name) = Parent(folder);
        parent.Do(new(null, name, new Folder()));
    }

    public void Rename(string from, string to)
    {
        ((Folder folder, string oldName), (Folder same, string newName)) = (Parent(from), Parent(to));
        Assert.Same(folder, same);
        Node node = folder.Now[oldName];
        Assert.False(node is Folder && folder.Now.ContainsKey(newName));
        folder.Do(new(oldName, newName, node));
    }

    public void Delete(string path)
    {
        if (Find(path) is not { } node)
        {
            return;
        }

        foreach (string child in node is Folder inner ? inner.Now.Keys.ToArray() : [])
        {
            Delete($"{path}/{child}");
        }

        (Folder folder, string name) = Parent(path);
        folder.Do(new(name, null, null));
    }

    public IDisposable Lock(string path) =>
        _locks.Add(path) ? new Held(() => _locks.Remove(path)) : throw new IOException($"{path} is held.");

    private static Folder AfterPowerCut(Folder folder, Random random)
    {
        var names = new Dictionary<string, Node>(folder.Flushed);
        double kept = random.Next(4) switch { 0 => 0, 1 => 1, _ => random.NextDouble() };
        Change[] pending = [.. folder.Pending.Where(_ => random.NextDouble() < kept)];
        if (random.Next(2) == 0)
        {
            random.Shuffle(pending);
        }

        foreach (Change change in pending)
        {
            change.ApplyTo(names);
        }

        var after = new Folder();
        foreach ((string name, Node node) in names)
        {
            after.Now[name] = node is Folder inner ? AfterPowerCut(inner, random) : AfterPowerCut((Contents)node, random);
        }

        after.Flushed = new(after.Now);
        return after;
    }

    private static Contents AfterPowerCut(Contents file, Random random)
    {
        byte[] bytes = file.Flushed;
        if (!file.Now.AsSpan().SequenceEqual(file.Flushed))
        {
            int shortest = Math.Min(file.Now.Length, file.Flushed.Length), longest = Math.Max(file.Now.Length, file.Flushed.Length);
            bytes = new byte[random.Next(3) switch { 0 => shortest, 1 => longest, _ => random.Next(shortest, longest + 1) }];
            for (int start = 0; start < bytes.Length; start += Sector)
            {
                // A sector that was never written holds zeros.
                byte[] source = random.Next(2) == 0 ? file.Now : file.Flushed;
                int end = Math.Min(Math.Min(start + Sector, bytes.Length), source.Length);
                source.AsSpan(Math.Min(start, end)..end).CopyTo(bytes.AsSpan(start));
            }
        }

        return new Contents { Now = bytes, Flushed = [.. bytes] };
    }

    private static string[] Names(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(name => name != ".").ToArray();

    private Node? Find(string path)
    {
        Node? node = _root;
        foreach (string name in Names(path))
        {
            node = (node as Folder)?.Now.GetValueOrDefault(name);
        }

        return node;
    }

    private Contents FileAt(string path) => Find(path) as Contents ?? throw new FileNotFoundException($"There is no {path}.");

    private (Folder Folder, string Name) Parent(string path) =>
        (Find(string.Join('/', Names(path)[..^1])) as Folder ?? throw new DirectoryNotFoundException($"There is no folder for {path}."), Names(path)[^1]);

    /// <summary>Writes at the end of a file.</summary>
    private sealed class Writer(Contents file) : MemoryStream
    {
        public Contents File => file;

        public override long Length => file.Now.Length;

        public override void Write(ReadOnlySpan<byte> buffer) => file.Now = [.. file.Now, .. buffer];
    }

    private sealed class Held(Action release) : IDisposable
    {
        public void Dispose() => release();
    }
}
