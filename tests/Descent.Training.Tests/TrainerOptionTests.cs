namespace Descent.Training.Tests;

/// <summary>What a trainer can be told besides its length: how gradients become steps, what ends it, and what weights it ends with.</summary>
public sealed class TrainerOptionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Accumulated_batches_step_as_one_batch_of_all()
    {
        float[] whole = Weights(new TrainerOptions { BatchSize = 40, Epochs = 2 }), parts = Weights(new TrainerOptions { BatchSize = 10, Accumulate = 4, Epochs = 2 });
        float[] eager = Weights(new TrainerOptions { BatchSize = 10, Accumulate = 4, Epochs = 2, Eager = true });
        Assert.Equal(eager, parts);
        Assert.All(whole.Zip(parts), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));

        static float[] Weights(TrainerOptions options)
        {
            (Layer model, IDataset data, Rng rng) = Digits(100);
            // 100 images: batches of 40, 40, 20, and groups of 4, 4, 2 batches of 10.
            var optimizer = new Sgd(model.Parameters(), 0.1, momentum: 0.9);
            new Trainer(model, optimizer, data, rng, options with { ValidationPart = 0, Schedule = Schedule.Constant(0.1) }).Run(Cancellation);
            Assert.Equal(6, optimizer.StepCount);
            return [.. model.Parameters().SelectMany(p => p.ToArray<float>())];
        }
    }

    [Fact]
    public void Clipping_bounds_the_length_of_a_step()
    {
        foreach (TrainerOptions options in (TrainerOptions[])[new() { ClipNorm = 1e-3 }, new() { ClipValue = 1e-4 }])
        {
            (Layer model, IDataset data, Rng rng) = Digits(20);
            float[] before = Flat(model);
            new Trainer(model, new Sgd(model.Parameters(), 1), data, rng, options with { Epochs = 1, ValidationPart = 0, Schedule = Schedule.Constant(1) })
                .Run(Cancellation);
            float[] change = [.. Flat(model).Zip(before, (a, b) => a - b)];
            double norm = Math.Sqrt(change.Sum(c => (double)c * c));
            Assert.True(norm > 0);
            Assert.True(options.ClipNorm is { } limit ? norm <= limit * 1.001 : change.Max(Math.Abs) <= options.ClipValue * 1.01, $"{norm}");
        }
    }

    [Fact]
    public void Early_stopping_ends_after_its_patience_with_the_weights_of_the_best_epoch()
    {
        (Layer model, IDataset data, Rng rng) = Digits(100);
        var atEnds = new List<float[]>();
        var stopping = new EarlyStopping(patience: 2);
        // So large a rate that the loss grows from an epoch on.
        var trainer = new Trainer(model, new Sgd(model.Parameters(), 0.05), data, rng, new TrainerOptions
        {
            Epochs = 50,
            ValidationPart = 0.1,
            Schedule = Schedule.Of(step => step < 6 ? 0.05 : 20),
        })
        { Callbacks = [stopping], OnEpoch = _ => atEnds.Add(Flat(model)) };
        TrainingResult result = trainer.Run(Cancellation);
        Assert.True(result.IsComplete);
        Assert.Contains($"since epoch {stopping.BestEpoch}, for 2 epochs", result.StopReason);
        Assert.Equal(stopping.BestEpoch + 2, result.Epochs.Count);
        Assert.Equal(result.Epochs.MinBy(epoch => epoch.Validation!.Loss)!.Epoch, stopping.BestEpoch);
        Assert.Equal(atEnds[stopping.BestEpoch - 1], Flat(model));
    }

    [Fact]
    public void Callbacks_are_told_in_order_and_can_stop_behind_a_step()
    {
        (Layer model, IDataset data, Rng rng) = Digits(100);
        var recorder = new Recorder(stopAt: 4);
        TrainingResult result = new Trainer(model, new Sgd(model.Parameters(), 0.1), data, rng, new TrainerOptions { BatchSize = 45, ValidationPart = 0.1 })
        { Callbacks = [recorder] }.Run(Cancellation);
        Assert.Equal("prepare begin step1 step2 evaluation epoch1 step3 step4 evaluation epoch2 end", string.Join(' ', recorder.Told));
        Assert.Equal("enough", result.StopReason);
        Assert.True(result.IsComplete);
    }

    [Fact]
    public void An_exponential_average_equals_its_formula_and_is_what_the_network_ends_with()
    {
        (Layer model, IDataset data, Rng rng) = Digits(100);
        double[] expected = [.. Flat(model).Select(w => (double)w)];
        int steps = 0;
        var trainer = new Trainer(model, new Adam(model.Parameters(), 0.01), data, rng, new TrainerOptions
        {
            BatchSize = 20, ValidationPart = 0, Epochs = 3, Average = AverageKind.Parse("ema:decay=0.3"),
        })
        {
            OnStep = _ =>
            {
                double decay = Math.Min(0.3, (1.0 + steps) / (10.0 + steps));
                steps++;
                expected = [.. expected.Zip(Flat(model), (a, w) => a + ((w - a) * (1 - decay)))];
            },
        };
        trainer.Run(Cancellation);
        Assert.Equal(15, steps);
        Assert.All(expected.Zip(Flat(model)), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    [Fact]
    public void Stochastic_weight_averaging_is_the_mean_of_the_last_epochs()
    {
        (Layer model, IDataset data, Rng rng) = Digits(100);
        var ends = new List<float[]>();
        var seen = new Recorder(stopAt: long.MaxValue) { OnStep = step => { if (step % 5 == 0) { ends.Add(Flat(model)); } } };
        new Trainer(model, new Adam(model.Parameters(), 0.01), data, rng, new TrainerOptions
        {
            BatchSize = 20, ValidationPart = 0, Epochs = 4, Average = AverageKind.Parse("swa:start=0.5"),
        })
        { Callbacks = [seen] }.Run(Cancellation);
        Assert.Equal(4, ends.Count);
        Assert.All(ends[2].Zip(ends[3], (a, b) => (a + b) / 2).Zip(Flat(model)), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Fact]
    public void Averaged_weights_get_statistics_of_their_own()
    {
        var rng = new Rng(3);
        (ImageDataset data, ImageDataset test) = Descent.Digits.Load(rng, 400, 100);
        Layer model = Architecture.Parse("conv-relu:n=1,filters=4-8,hidden=16,norm=batch").Build(data, rng);
        new Trainer(model, new Adam(model.Parameters(), 0.01), data, rng, new TrainerOptions { BatchSize = 20, Epochs = 3, Average = AverageKind.Parse("ema:decay=0.9") })
            .Run(Cancellation);
        Assert.False(model.IsTraining);
        double accuracy = model.Accuracy(test);
        // The means over all data in one batch: what the recomputed statistics stand for.
        float[] found = [.. model.Buffers().SelectMany(b => b.ToArray<float>())];
        BatchStatistics.Recompute(model, data.InOrder(400).Select(batch => batch.Images));
        float[] exact = [.. model.Buffers().SelectMany(b => b.ToArray<float>())];
        Assert.All(found.Zip(exact), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 0.1 * (1 + Math.Abs(pair.Second))));
        Assert.InRange(accuracy, 0.5, 1);
    }

    [Theory]
    [InlineData("hinge")]
    [InlineData("squared-hinge:margin=0.5")]
    [InlineData("perceptron")]
    [InlineData("cross-entropy")]
    public void Every_loss_of_classes_teaches_the_digits(string loss)
    {
        (_, ImageDataset data, Rng rng) = Digits(1000);
        Layer model = Architecture.Parse("softmax-regression").Build(data, rng);
        new Trainer(model, new Adam(model.Parameters()), data, rng, new TrainerOptions { Epochs = 3, Loss = LossKind.Parse(loss) }).Run(Cancellation);
        Assert.InRange(model.Eval().Accuracy(data), 0.8, 1);
    }

    [Fact]
    public void Yes_or_no_several_labels_and_numbers_are_learned_with_the_loss_of_their_task()
    {
        var random = new Random(1);
        float[] x = [.. Enumerable.Range(0, 400).Select(_ => (float)((random.NextDouble() * 2) - 1))];
        int[] yes = [.. Enumerable.Range(0, 200).Select(i => x[2 * i] + x[(2 * i) + 1] > 0 ? 1 : 0)];
        float[] sums = [.. Enumerable.Range(0, 200).Select(i => (3 * x[2 * i]) - x[(2 * i) + 1] + 1)];
        Evaluation binary = Learned(NumberDataset.Binary(new(2), x, yes, ["no", "yes"]));
        Assert.InRange(binary.Accuracy, 0.95, 1);
        Assert.InRange(binary.Loss, 0, 0.3);
        Assert.Null(binary.R2);
        var numbers = NumberDataset.Regression(new(2), x, sums, ["sum"]);
        Evaluation regression = Learned(numbers);
        Assert.InRange(regression.Loss, 0, 0.01);
        Assert.Equal(1 - (regression.Loss / sums.Select(y => Math.Pow(y - sums.Average(), 2)).Average()), regression.R2!.Value, 1e-4);
        Assert.Equal(regression.R2, regression.Score);

        static Evaluation Learned(IDataset data)
        {
            var rng = new Rng(1);
            Layer model = Architecture.Parse("mlp:hidden=16").Build(data, rng);
            new Trainer(model, new Adam(model.Parameters(), 0.02), data, rng, new TrainerOptions { Epochs = 40, BatchSize = 20 }).Run(Cancellation);
            return Evaluation.Of(model.Eval(), data);
        }
    }

    [Theory]
    [InlineData("mse", "does not measure classes of images; there cross-entropy, hinge, squared-hinge, perceptron do")]
    [InlineData("hinge", "Label smoothing belongs to the loss 'cross-entropy'")]
    public void A_loss_that_does_not_suit_is_refused(string loss, string message)
    {
        (Layer model, IDataset data, Rng rng) = Digits(100);
        var options = new TrainerOptions { Loss = LossKind.Parse(loss), LabelSmoothing = 0.1 };
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => new Trainer(model, new Sgd(model.Parameters(), 0.1), data, rng, options)).Message);
    }

    [Theory]
    [InlineData("cross-entropy", 0, null)]
    [InlineData("cross-entropy", 0.1, null)]
    [InlineData("cross-entropy", 0, "1,2")]
    [InlineData("cross-entropy", 0.1, "1,2")]
    [InlineData("hinge", 0, null)]
    [InlineData("squared-hinge", 0, null)]
    public void Pixels_from_outside_count_in_no_loss_and_images_that_are_all_outside_neither(string loss, double smoothing, string? weights)
    {
        var rng = new Rng(1);
        var data = new ImageDataset(new(1, 2, 2), [10, 20, 30, 250], [0, 0, 0, 1], ["dark", "light"], labelShape: new(2, 2));
        Layer model = new Sequential([new Conv2d(1, 2, kernel: 1, rng)]);

        // In both directions a quarter of the shifts leave nothing of the image.
        new Trainer(model, new Sgd(model.Parameters(), 0.1), data, rng, new TrainerOptions
        {
            Epochs = 60,
            BatchSize = 1,
            ValidationPart = 0,
            ScheduleKind = ScheduleKind.Parse("constant"),
            Augmentation = Augmentation.Parse("affine:0-1-0-0"),
            Loss = LossKind.Parse(loss),
            LabelSmoothing = smoothing,
            ClassWeights = weights is null ? null : ClassWeights.Parse(weights),
        }).Run(Cancellation);
        Assert.Equal(1, Evaluation.Of(model.Eval(), data).Accuracy);
    }

    [Fact]
    public void Balanced_weights_count_every_class_the_same()
    {
        var data = NumberDataset.Classification(new(1), [1, 2, 3, 4], [0, 0, 0, 1], ["a", "b"]);
        Assert.Equal([4f / 6, 2f], ClassWeights.Parse("balanced").Of(data));
        Assert.Equal([1f, 2.5f], ClassWeights.Parse("1,2.5").Of(data));
        Assert.Equal("1,2.5", ClassWeights.Parse("1,2.5").ToString());
        Assert.Contains("3 class weights, but the data needs 2", Assert.Throws<ArgumentException>(() => ClassWeights.Parse("1,2,3").Of(data)).Message);
    }

    [Theory]
    [InlineData("one-cycle", 0, 1.0 / 25)]
    [InlineData("cosine", 0, 1)]
    [InlineData("cosine:floor=0.1", 100, 0.1)]
    [InlineData("constant", 57, 1)]
    [InlineData("linear", 50, 0.5)]
    [InlineData("step:every=2,gamma=0.5", 45, 0.25)]
    [InlineData("multi-step:at=1-3,gamma=0.1", 30, 0.01)]
    [InlineData("exponential:gamma=0.5", 20, 0.25)]
    [InlineData("inverse-time:decay=1", 10, 0.5)]
    [InlineData("cosine-restarts:period=2", 20, 1)]
    [InlineData("warm-up:epochs=2+constant", 9, 0.5)]
    [InlineData("warm-up:epochs=2+cosine", 20, 1)]
    public void A_schedule_by_name_has_its_rates_in_epochs(string name, long step, double rate)
    {
        ScheduleKind kind = ScheduleKind.Parse(name);
        Assert.Equal(rate, kind.Of(1, stepsPerEpoch: 10, epochs: 10)[step], 1e-9);
        Assert.Equal(name, kind.ToString());
    }

    [Theory]
    [InlineData("cosin", "did you mean 'cosine'?")]
    [InlineData("warm-up", "goes before another one: warm-up+cosine")]
    [InlineData("cosine+cosine", "alone goes before another one")]
    [InlineData("constant:floor=1", "has no options")]
    [InlineData("step:every=0", "'every' takes a number above 0")]
    public void A_schedule_that_is_none_is_refused(string name, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => ScheduleKind.Parse(name)).Message);

    [Fact]
    public void A_rate_falls_at_a_plateau()
    {
        (Layer model, IDataset data, Rng rng) = Digits(100);
        var rates = new List<double>();
        new Trainer(model, new Sgd(model.Parameters(), 1e-6), data, rng, new TrainerOptions
        {
            Epochs = 5, ValidationPart = 0.1, ScheduleKind = ScheduleKind.Parse("plateau:factor=0.5,patience=1"),
        })
        { OnEpoch = epoch => rates.Add(epoch.LearningRate / 1e-6) }.Run(Cancellation);
        // The first epoch is the best, and two more are waited for.
        Assert.Equal([1, 1, 1, 0.5, 0.5], rates.Select(rate => Math.Round(rate, 6)));
    }

    [Theory]
    [InlineData("lbfgs:iterations=5")]
    [InlineData("nesterov")]
    public void Optimizers_that_search_by_themselves_train_too(string name)
    {
        (Layer model, ImageDataset data, Rng rng) = Digits(200);
        OptimizerKind kind = OptimizerKind.Parse(name);
        new Trainer(model, kind.Create(model.Parameters(), kind.LearningRate), data, rng, new TrainerOptions
        {
            Epochs = 8, BatchSize = 200, ValidationPart = 0, ScheduleKind = ScheduleKind.Parse("constant"),
        }).Run(Cancellation);
        Assert.InRange(model.Eval().Accuracy(data), 0.5, 1);
    }

    [Fact]
    public void Options_of_an_optimizer_reach_it()
    {
        Parameter p = new(Tensor.From([1f, 2f], new(1, 2)));
        var sgd = (Sgd)OptimizerKind.Parse("sgd:momentum=0.5,nesterov=no").Create([p], 0.1);
        Assert.Equal(0.5, sgd.Momentum);
        Assert.Equal("adamw:weight-decay=0.05", OptimizerKind.Parse("adamw:weight-decay=0.05").ToString());
        Assert.Contains("did you mean 'weight-decay'?", Assert.Throws<ArgumentException>(() => OptimizerKind.Parse("adamw:weight-deca=0.05")).Message);
    }

    private static (Layer Model, ImageDataset Data, Rng Rng) Digits(int count)
    {
        var rng = new Rng(1);
        (ImageDataset data, _) = Descent.Digits.Load(rng, count, 10);
        return (new Mlp(784, [8], 10, rng), data, rng);
    }

    private static float[] Flat(Layer model) => [.. model.Parameters().SelectMany(p => p.ToArray<float>())];

    private sealed class Recorder(long stopAt) : TrainerCallback
    {
        public List<string> Told { get; } = [];

        public Action<long>? OnStep { get; init; }

        public override void OnPreparing(TrainingContext training) => Told.Add("prepare");

        public override void OnTrainingBegins(TrainingContext training) => Told.Add("begin");

        public override void OnStepDone(TrainingContext training, in TrainingProgress progress)
        {
            Told.Add($"step{progress.Step}");
            OnStep?.Invoke(progress.Step);
            if (progress.Step == stopAt)
            {
                training.Stop("enough");
            }
        }

        public override void OnEvaluationDone(TrainingContext training, Evaluation evaluation) => Told.Add("evaluation");

        public override void OnEpochDone(TrainingContext training, EpochResult result) => Told.Add($"epoch{result.Epoch}");

        public override void OnTrainingEnds(TrainingContext training, TrainingResult result) => Told.Add("end");
    }
}
