namespace Descent.Training.Tests.Checkpoints;

/// <summary>A training that was stopped, or died, and goes on ends bit for bit as one that was not.</summary>
public sealed class ResumeTests : IDisposable
{
    private const int Epochs = 3, BatchSize = 32;

    private readonly string _folder = Directory.CreateTempSubdirectory("descent-resume-").FullName;

    private static int s_runs;

    public static TheoryData<string> Optimizers => new(OptimizerKind.All.Where(kind => !kind.SearchesByItself).Select(kind => kind.Name));

    public static TheoryData<string> Ways => new(s_ways.Keys);

    private static readonly Dictionary<string, (TrainerOptions Options, Func<TrainerCallback[]> Callbacks)> s_ways = new()
    {
        ["plain"] = (new(), () => []),
        ["moving average"] = (new() { Average = AverageKind.Parse("ema:decay=0.9") }, () => []),
        ["plain average"] = (new() { Average = AverageKind.Parse("swa:start=0") }, () => []),
        ["accumulated"] = (new() { Accumulate = 4, ClipNorm = 1 }, () => []),
        ["falling on plateaus"] = (new() { ScheduleKind = ScheduleKind.Parse("plateau:patience=1") }, () => []),
        ["warmed up"] = (new() { ScheduleKind = ScheduleKind.Parse("warm-up+cosine") }, () => []),
        ["stopped early"] = (new() { ScheduleKind = ScheduleKind.Parse("constant") }, () => [new EarlyStopping(1, MonitoredMetric.Loss), new StopsAfter(2)]),
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Stopped_after_any_step_it_ends_as_if_it_had_not_been()
    {
        Ending whole = Train(Start());
        Assert.Equal(27, whole.Steps);
        for (int stop = 1; stop < whole.Steps; stop++)
        {
            string run = Start();
            Assert.Null(Train(run, stopAt: stop).Hash);
            Check(whole, Train(run), $"stopped after step {stop}");
        }
    }

    [Fact]
    public void Dead_after_any_step_it_goes_on_from_the_last_checkpoint()
    {
        Ending whole = Train(Start());
        for (int death = 1; death < whole.Steps; death += 2)
        {
            string run = Start();
            Assert.Throws<DeathException>(() => Train(run, dieAt: death, interval: CheckpointInterval.OfSteps(4)));
            Assert.Throws<DeathException>(() => Train(run, dieAt: Math.Min(death + 5, 26), interval: CheckpointInterval.OfSteps(4)));
            Check(whole, Train(run), $"dead after step {death} and once more");
        }
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Every_optimizer_goes_on_exactly(string optimizer)
    {
        Ending whole = Train(Start(), optimizer);
        string run = Start();
        Train(run, optimizer, stopAt: 13);
        Check(whole, Train(run, optimizer), optimizer);
    }

    [Fact]
    public void In_eager_mode_it_goes_on_with_the_same_bits()
    {
        Ending whole = Train(Start());
        string run = Start();
        Train(run, stopAt: 14, eager: true);
        Check(whole, Train(run, eager: true), "eager");
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void However_it_trains_it_goes_on_exactly(string way)
    {
        Ending whole = Train(Start(), way: way);
        foreach (int stop in (int[])[9, 13])
        {
            string run = Start();
            Train(run, way: way, stopAt: stop);
            Check(whole, Train(run, way: way), $"{way}, stopped after step {stop}");
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Stopped_while_it_validates_it_validates_again(string way)
    {
        Ending whole = Train(Start(), way: way);
        string run = Start();
        Assert.Null(Train(run, way: way, stopsInValidation: true).Hash);
        Check(whole, Train(run, way: way), $"{way}, stopped in the first validation");
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Dead_behind_its_last_checkpoint_it_ends_the_same(string way)
    {
        string run = Start();
        Ending whole = Train(run, way: way);
        Check(whole, Train(run, way: way), way);
    }

    [Fact]
    public void A_damaged_checkpoint_is_named_and_the_one_before_leads_to_the_same_end()
    {
        Ending whole = Train(Start());
        string run = Start();
        Train(run, stopAt: 22, interval: CheckpointInterval.OfSteps(4));
        string file = Path.Combine(run, "checkpoints", "step-00000022", "optimizer.safetensors");
        byte[] bytes = File.ReadAllBytes(file);
        bytes[^9] ^= 1;
        File.WriteAllBytes(file, bytes);
        Ending rest = Train(run);
        Assert.Equal(
            [$"{file}: its SHA-256 is not the one in manifest.json. The checkpoint before it is used.",
            $"goes on from step 20 ({Path.Combine(run, "checkpoints", "step-00000020")})"],
            rest.Said);
        Check(whole, rest, "damaged");
    }

    [Fact]
    public void Another_network_or_optimizer_is_refused()
    {
        string run = Start();
        Train(run, stopAt: 5);
        Assert.Contains("step-00000005", Assert.Throws<InvalidDataException>(() => Train(run, "sgd")).Message);
        Assert.Contains("step-00000005", Assert.Throws<InvalidDataException>(() => Train(run, width: 17)).Message);
    }

    [Fact]
    public void The_last_two_and_the_best_stay()
    {
        string run = Start();
        Train(run, interval: CheckpointInterval.OfSteps(2));
        string[] names = [.. Directory.GetDirectories(Path.Combine(run, "checkpoints")).Select(path => Path.GetFileName(path)!).Order()];
        Assert.Equal(["step-00000026", "step-00000027"], names[^2..]);
        using CheckpointStore store = CheckpointStore.Open(Path.Combine(run, "checkpoints"));
        Checkpoint best = store.Best(damage => Assert.Fail(damage.Message))!;
        Assert.True(best.IsBest);
        Assert.Equal(0, best.Step % 9);
    }

    [Theory]
    [InlineData("500", "500")]
    [InlineData("30s", "30s")]
    [InlineData("10m", "10m")]
    [InlineData("1h", "1h")]
    [InlineData("0", null)]
    [InlineData("m", null)]
    [InlineData("10d", null)]
    [InlineData("1.5m", null)]
    [InlineData("5mm", null)]
    public void An_interval_is_a_number_of_steps_or_a_time(string text, string? expected)
    {
        if (expected is null)
        {
            Assert.Contains($"'{text}'", Assert.Throws<ArgumentException>(() => CheckpointInterval.Parse(text)).Message);
        }
        else
        {
            Assert.Equal(expected, CheckpointInterval.Parse(text).ToString());
        }
    }

    private static void Check(Ending whole, Ending resumed, string how)
    {
        Assert.True(whole.Hash == resumed.Hash, $"{how}: other weights");
        Assert.True(whole.Metrics == resumed.Metrics, $"{how}: {whole.Metrics} and {resumed.Metrics}");
        Assert.Equal(whole.Steps, resumed.Steps);
    }

    private string Start()
    {
        string path = Path.Combine(_folder, $"run{Interlocked.Increment(ref s_runs)}");
        RunFolder.Create(path, Records.Default);
        return path;
    }

    /// <summary>Trains as a process of its own would: everything is made anew, and only the folder is common.</summary>
    private static Ending Train(
        string path,
        string optimizer = "adam",
        int stopAt = 0,
        int dieAt = 0,
        CheckpointInterval? interval = null,
        bool eager = false,
        int width = 16,
        string way = "plain",
        bool stopsInValidation = false)
    {
        Device device = Device.Cpu(1);
        var rng = new Rng(3, device);
        using var stop = new CancellationTokenSource();
        Layer? validated = null;
        IDataset data = new Watched(Digits.Draw(rng, 300), () =>
        {
            if (stopsInValidation && validated is { IsTraining: false })
            {
                stop.Cancel();
            }
        });
        var model = new Sequential(
            new Flatten(), new Linear(784, width, rng), new BatchNorm1d(width, device: device), new Activation<Relu>(), new Dropout(0.3, rng), new Linear(width, 10, rng));
        OptimizerKind kind = OptimizerKind.Parse(optimizer);
        RunFolder run = RunFolder.Open(path);
        validated = model;
        var said = new List<string>();
        using var checkpoints = new TrainingCheckpoints(run, interval) { Say = said.Add };
        var trainer = new Trainer(
            model, kind.Create(model.Parameters(), kind.LearningRate), data, rng,
            s_ways[way].Options with { Epochs = Epochs, BatchSize = BatchSize, Eager = eager })
        {
            Callbacks = s_ways[way].Callbacks(),
            Checkpoints = checkpoints,
            OnStep = now =>
            {
                if (now.Step == stopAt)
                {
                    stop.Cancel();
                }
                else if (now.Step == dieAt)
                {
                    throw new DeathException();
                }
            },
            OnEpoch = result => run.Append(json => (result with { Seconds = 0 }).WriteMembers(json)),
        };
        using IDisposable? mode = eager ? device.Eager() : null;
        TrainingResult result = trainer.Run(stop.Token);
        return new(
            result.IsComplete ? WeightsHash.Of(model) : null,
            result.IsComplete ? File.ReadAllText(Path.Combine(path, "metrics.jsonl")) + string.Join('\n', result.Epochs.Select(Timeless)) : "",
            result.IsComplete ? result.Epochs[^1].Step : 0,
            said);
    }

    private static string Timeless(EpochResult result) => (result with { Seconds = 0 }).ToString();

    private sealed record Ending(string? Hash, string Metrics, long Steps, IReadOnlyList<string> Said);

    /// <summary>Ends the training behind an epoch, as a person's own callback may.</summary>
    private sealed class StopsAfter(int epoch) : TrainerCallback
    {
        public override void OnEpochDone(TrainingContext training, EpochResult result)
        {
            if (result.Epoch == epoch)
            {
                training.Stop("enough");
            }
        }
    }

    /// <summary>Tells that an image is read.</summary>
    private sealed class Watched(IDataset data, Action reading) : IDataset
    {
        public int Count => data.Count;

        public Shape ImageShape => data.ImageShape;

        public IReadOnlyList<string> ClassNames => data.ClassNames;

        public Preprocessing Preprocessing => data.Preprocessing;

        public int Label(int index) => data.Label(index);

        public ReadOnlySpan<byte> Image(int index)
        {
            reading();
            return data.Image(index);
        }
    }

    private sealed class DeathException : Exception;
}
