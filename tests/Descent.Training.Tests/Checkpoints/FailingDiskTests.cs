namespace Descent.Training.Tests.Checkpoints;

/// <summary>Every call to the disk fails once; the power goes at every call; any bit turns.</summary>
public sealed class FailingDiskTests
{
    private const string Folder = "runs/x/checkpoints";

    private static readonly bool s_slow = Environment.GetEnvironmentVariable("DESCENT_SLOW") == "1";

    public static TheoryData<Fault, bool> Faults => new(
        from fault in (Fault[])[Fault.Full, Fault.Broken, Fault.Denied, Fault.ShortWrite]
        from forGood in (bool[])[false, true]
        select (fault, forGood));

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_failure_of_any_call_is_told_and_leaves_the_checkpoint_before(Fault fault, bool forGood)
    {
        int at = 1;
        for (string? failed = ""; failed is not null; at++)
        {
            SimulatedDisk disk = WithCheckpoints(100, 200);
            var faulty = new FaultyDisk(disk, at, fault, forGood);
            Exception? error = Record.Exception(() =>
            {
                using CheckpointStore store = CheckpointStore.Open(Folder, keep: 2, faulty);
                Sample.Write(store, 300);
            });
            failed = faulty.Failed;
            CheckTold(error, failed, fault, Folder);
            using CheckpointStore next = CheckpointStore.Open(Folder, keep: 2, disk);
            long? step = Sample.StepOf(next.Latest(NoDamage));
            Assert.True(step is 300 || (step is 200 && failed is not null), $"{failed}: {step}");
            Assert.DoesNotContain(disk.List(Folder), DurableWriting.IsUnfinished);
            Sample.Write(next, 300);
            Assert.Equal(300, Sample.StepOf(next.Latest(NoDamage)));
        }

        // Three files and the manifest are created, written in ten pieces and flushed; a folder is made, flushed, renamed and its name
        // flushed; the oldest is renamed and deleted.
        Assert.Equal(24, at - 2);
        Console.WriteLine($"counted: {at - 2} calls failed as {fault}{(forGood ? " for good" : "")}");
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_failure_of_any_call_leaves_a_file_that_is_replaced_old_or_new(Fault fault, bool forGood)
    {
        for ((int at, string? failed) = (1, ""); failed is not null; at++)
        {
            var disk = new SimulatedDisk();
            disk.Replace("run.json", [new byte[] { 1 }]);
            var faulty = new FaultyDisk(disk, at, fault, forGood);
            Exception? error = Record.Exception(() => faulty.Replace("run.json", [new byte[] { 2 }, new byte[] { 2 }]));
            failed = faulty.Failed;
            CheckTold(error, failed, fault, "run.json");
            using Stream file = disk.OpenRead("run.json");
            Assert.Contains((file.Length, file.ReadByte()), failed is null ? [(2, 2)] : ((long, int)[])[(1, 1), (2, 2)]);
            disk.RemoveUnfinished(".");
            Assert.Equal(["run.json"], disk.List("."));
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_failure_of_any_call_of_a_run_folder_is_told(Fault fault, bool forGood)
    {
        for ((int at, string? failed) = (1, ""); failed is not null; at++)
        {
            var disk = new SimulatedDisk();
            var faulty = new FaultyDisk(disk, at, fault, forGood);
            Exception? error = Record.Exception(() =>
            {
                RunFolder run = RunFolder.Create("runs/x", Records.Default, faulty);
                run.Append(json => json.WriteNumber("epoch", 1));
                run.FlushMetrics();
                long length = run.MetricsLength;
                run.Append(json => json.WriteNumber("epoch", 2));
                run.CutMetrics(length);
                run.Write(run.Record with { Status = RunRecord.Interrupted });
            });
            failed = faulty.Failed;
            CheckTold(error, failed, fault, "runs");
            if (disk.Exists("runs/x/run.json"))
            {
                Assert.Equal(7UL, RunFolder.Open("runs/x", disk).Record.Seed);
            }
        }
    }

    [Fact]
    public void A_power_cut_at_any_call_leaves_the_last_checkpoint_whole()
    {
        int images = 0, imagesPerCall = s_slow ? 100 : 10;
        var random = new Random(1);
        for ((int at, string? failed) = (1, ""); failed is not null; at++)
        {
            SimulatedDisk disk = WithCheckpoints(100);
            var faulty = new FaultyDisk(disk, at, Fault.PowerCut);
            long written = 100;
            RunFolder? run = null;
            var lengths = new Dictionary<long, long> { [100] = 0 };
            _ = Record.Exception(() =>
            {
                run = RunFolder.Open("runs/x", faulty);
                using CheckpointStore store = CheckpointStore.Open(Folder, keep: 2, faulty);
                foreach (long step in (long[])[200, 300, 300, 400])
                {
                    run.Append(json => json.WriteNumber("step", step));
                    run.FlushMetrics();
                    lengths[step] = run.MetricsLength;
                    Sample.Write(store, step, isBest: step == 200);
                    written = step;
                }
            });
            failed = faulty.Failed;
            for (int image = 0; image < imagesPerCall; image++, images++)
            {
                SimulatedDisk after = disk.AfterPowerCut(random);
                using CheckpointStore store = CheckpointStore.Open(Folder, keep: 2, after);
                long step = Sample.StepOf(store.Latest(NoDamage))!.Value;
                Assert.InRange(step, written, written + 100);
                RunFolder.Open("runs/x", after).CutMetrics(lengths[step]);
                Assert.DoesNotContain(after.List(Folder), DurableWriting.IsUnfinished);
            }
        }

        Console.WriteLine($"counted: {images} images of a disk after a power cut");
    }

    [Fact]
    public void A_disk_that_does_not_flush_loses_checkpoints_and_the_simulation_shows_it()
    {
        SimulatedDisk disk = WithCheckpoints(100);
        using (CheckpointStore store = CheckpointStore.Open(Folder, keep: 1, new LyingDisk(disk)))
        {
            Sample.Write(store, 200);
        }

        var random = new Random(1);
        int bad = Enumerable.Range(0, 100).Count(_ =>
        {
            using CheckpointStore store = CheckpointStore.Open(Folder, keep: 1, disk.AfterPowerCut(random));
            try
            {
                return Sample.StepOf(store.Latest(_ => { })) != 200;
            }
            catch (CheckpointException)
            {
                return true;
            }
        });
        Assert.InRange(bad, 50, 100);
    }

    [Fact]
    public void A_bit_that_turns_anywhere_is_found_and_the_checkpoint_before_is_taken()
    {
        SimulatedDisk disk = WithCheckpoints(100, 200);
        string latest = $"{Folder}/step-00000200";
        using CheckpointStore store = CheckpointStore.Open(Folder, keep: 2, disk);
        long manifestBits = disk.Length($"{latest}/manifest.json") * 8;
        for (long bit = 0; bit < manifestBits; bit++)
        {
            Check("manifest.json", bit);
        }

        var random = new Random(1);
        int flips = s_slow ? 20_000 : 2_000;
        IReadOnlyList<string> names = disk.List(latest);
        for (int i = 0; i < flips; i++)
        {
            string name = names[random.Next(names.Count)];
            Check(name, random.NextInt64(disk.Length($"{latest}/{name}") * 8));
        }

        Console.WriteLine($"counted: {flips + manifestBits} turned bits found");

        void Check(string name, long bit)
        {
            disk.Flip($"{latest}/{name}", bit);
            var damages = new List<CheckpointException>();
            Assert.Equal(100, store.Latest(damages.Add)!.Step);
            Assert.Equal($"{latest}/{name}", Assert.Single(damages).Path);
            disk.Flip($"{latest}/{name}", bit);
        }
    }

    private static SimulatedDisk WithCheckpoints(params long[] steps)
    {
        var disk = new SimulatedDisk();
        RunFolder.Create("runs/x", Records.Default, disk).FlushMetrics();
        using CheckpointStore store = CheckpointStore.Open(Folder, keep: 2, disk);
        Array.ForEach(steps, step => Sample.Write(store, step));
        return disk;
    }

    /// <summary>A failure ends with the error that names what failed and why; without one there is none.</summary>
    private static void CheckTold(Exception? error, string? failed, Fault fault, string path)
    {
        if (failed is null)
        {
            Assert.Null(error);
            return;
        }

        var told = Assert.IsType<FileWriteException>(error);
        Assert.StartsWith(path, told.Path);
        Assert.Contains(fault switch { Fault.Broken => "Input/output error", Fault.Denied => "Permission denied", _ => "No space left" }, told.Message);
    }

    private static void NoDamage(CheckpointException damage) => Assert.Fail(damage.Message);

    /// <summary>Says that everything is flushed and flushes nothing.</summary>
    private sealed class LyingDisk(IFileSystem disk) : IFileSystem
    {
        public bool Exists(string path) => disk.Exists(path);

        public IReadOnlyList<string> List(string folder) => disk.List(folder);

        public Stream OpenRead(string path) => disk.OpenRead(path);

        public Stream Create(string path) => disk.Create(path);

        public Stream Append(string path) => disk.Append(path);

        public void Truncate(string path, long length) => disk.Truncate(path, length);

        public void Flush(Stream file)
        {
        }

        public void FlushFolder(string folder)
        {
        }

        public void CreateFolder(string folder) => disk.CreateFolder(folder);

        public void Rename(string from, string to) => disk.Rename(from, to);

        public void Delete(string path) => disk.Delete(path);

        public IDisposable Lock(string path) => disk.Lock(path);
    }
}
