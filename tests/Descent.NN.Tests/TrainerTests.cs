namespace Descent.Tests;

public sealed class TrainerTests
{
    [Fact]
    public void A_small_network_learns_the_digits_and_repeats_bit_for_bit_for_any_threads_and_in_eager_mode()
    {
        (double accuracy, string hash) = Train(threads: 1, eager: false);
        Assert.InRange(accuracy, 0.8, 1);
        Assert.Equal(hash, Train(threads: 2, eager: false).Hash);
        Assert.Equal(hash, Train(threads: 3, eager: true).Hash);

        static (double Accuracy, string Hash) Train(int threads, bool eager)
        {
            Device device = Device.Cpu(threads);
            var rng = new Rng(5, device);
            (ImageDataset train, ImageDataset test) = Digits.Load(rng, 1000, 200);
            var model = new Mlp(784, [32], 10, rng);
            var trainer = new Trainer(
                model, new Adam(model.Parameters(), 3e-3), train, rng, new TrainerOptions { Epochs = 4, BatchSize = 32, Eager = eager });
            using IDisposable? scope = eager ? device.Eager() : null;
            trainer.Run(TestContext.Current.CancellationToken);
            return (model.Eval().Accuracy(test), WeightsHash.Of(model));
        }
    }

    [Fact]
    public void Every_epoch_and_step_is_reported_with_what_it_came_to()
    {
        var rng = new Rng(1);
        (ImageDataset data, _) = Digits.Load(rng, 110, 1);
        var model = new Mlp(784, [8], 10, rng);
        var optimizer = new Sgd(model.Parameters(), 0.1);
        var steps = new List<TrainingProgress>();
        var epochs = new List<EpochResult>();
        var trainer = new Trainer(model, optimizer, data, rng, new TrainerOptions { Epochs = 2, BatchSize = 30, ValidationPart = 0.1 })
        {
            OnStep = steps.Add,
            OnEpoch = epochs.Add,
        };
        Assert.Equal((100, 10), (trainer.TrainingSet.Count, trainer.ValidationSet!.Count));
        TrainingResult result = trainer.Run(TestContext.Current.CancellationToken);
        Assert.True(result.IsComplete);
        Assert.Equal(epochs, result.Epochs);
        Assert.Equal([1L, 2, 3, 4, 5, 6, 7, 8], steps.Select(s => s.Step));
        Assert.Equal(8, optimizer.StepCount);
        Assert.Equal(Schedule.OneCycle(0.1, 8)[7], epochs[1].LearningRate);
        Assert.Equal(epochs[0].Validation!.Accuracy, steps[^1].ValidationAccuracy);
        Assert.All(steps, s => Assert.True(s is { Epochs: 2, Steps: 8, ImagesPerSecond: > 0 } && double.IsFinite(s.Loss)));
    }

    [Fact]
    public void A_loss_that_is_not_finite_ends_the_training_with_the_place_and_the_weights_before_it()
    {
        var rng = new Rng(1);
        (ImageDataset data, _) = Digits.Load(rng, 100, 1);
        var model = new Mlp(784, [8], 10, rng);
        var options = new TrainerOptions { Schedule = Schedule.Constant(1e30) };
        var trainer = new Trainer(model, new Sgd(model.Parameters(), 1e30), data, rng, options);
        var error = Assert.Throws<NonFiniteException>(() => trainer.Run(TestContext.Current.CancellationToken));
        Assert.Matches("^epoch 1, step [0-9]+: .*layers\\.", error.Message);
        Assert.All(model.Parameters(), p => Assert.All(p.ToArray<float>(), value => Assert.True(float.IsFinite(value))));
    }

    public static TheoryData<string> Optimizers => [.. OptimizerKind.All.Where(kind => !kind.SearchesByItself).Select(kind => kind.Name)];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Every_optimizer_learns_the_digits_with_the_rate_that_its_name_stands_for(string name)
    {
        var rng = new Rng(1);
        (ImageDataset data, ImageDataset test) = Digits.Load(rng, 1000, 200);
        var model = new Mlp(784, [32], 10, rng);
        OptimizerKind kind = OptimizerKind.Parse(name);
        new Trainer(model, kind.Create(model.Parameters(), kind.LearningRate), data, rng, new TrainerOptions { Epochs = 6, BatchSize = 20 })
            .Run(TestContext.Current.CancellationToken);
        Assert.InRange(model.Eval().Accuracy(test), 0.8, 1);
    }

    [Theory]
    [InlineData("softmax-regression")]
    [InlineData("linear-svm")]
    public void Linear_classifiers_learn_the_digits_each_by_its_own_objective(string name)
    {
        var rng = new Rng(1);
        (ImageDataset data, ImageDataset test) = Digits.Load(rng, 1000, 200);
        Layer model = Architecture.Parse(name).Build(data.ImageShape, 10, rng);
        new Trainer(model, new Adam(model.Parameters()), data, rng, new TrainerOptions { Epochs = 3 }).Run(TestContext.Current.CancellationToken);
        Assert.InRange(model.Eval().Accuracy(test), 0.8, 1);
    }

    [Fact]
    public void Cancelling_stops_after_a_whole_step()
    {
        var rng = new Rng(1);
        (ImageDataset data, _) = Digits.Load(rng, 100, 1);
        var model = new Mlp(784, [8], 10, rng);
        var optimizer = new Adam(model.Parameters());
        using var cancellation = new CancellationTokenSource();
        var trainer = new Trainer(model, optimizer, data, rng, new TrainerOptions { BatchSize = 10 })
        {
            OnStep = p =>
            {
                if (p.Step == 5)
                {
                    cancellation.Cancel();
                }
            },
        };
        Assert.False(trainer.Run(cancellation.Token).IsComplete);
        Assert.Equal(5, optimizer.StepCount);
    }

    [Fact]
    public void Evaluation_refuses_a_network_in_training_mode()
    {
        var rng = new Rng(1);
        (ImageDataset data, _) = Digits.Load(rng, 30, 1);
        var model = new Mlp(784, [], 10, rng);
        Assert.Throws<InvalidOperationException>(() => model.Accuracy(data));
        Evaluation whole = Evaluation.Of(model.Eval(), data), parts = Evaluation.Of(model, data, batchSize: 7);
        Assert.Equal(whole.Correct, parts.Correct);
        Assert.Equal(whole.Loss, parts.Loss, 1e-6);
        Tensor logits = data.InOrder(30).Select(batch => model.Forward(batch.Images).Realize()).First();
        Assert.Equal(whole.Correct, logits.ArgMax(1).ToArray<long>().Where((c, i) => c == data.Label(i)).Count());
    }
}
