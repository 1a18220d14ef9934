using System.Diagnostics;

namespace Descent;

/// <summary>Trains a classifier: shuffled batches, a learning-rate schedule, validation after each epoch.</summary>
/// <remarks>
/// The same seed gives the same weights for any number of threads. A loss that is not finite ends the training with the weights of the
/// step before it.
/// </remarks>
public sealed class Trainer
{
    private readonly Layer _model;
    private readonly Optimizer _optimizer;
    private readonly TrainerOptions _options;
    private readonly Batches _batches;

    /// <summary>A trainer of this network on this data.</summary>
    /// <param name="model">The network, from images (N, C, H, W) to logits (N, classes).</param>
    /// <param name="optimizer">Over the network's parameters; its learning rate is the peak of the default schedule.</param>
    /// <param name="data">Split into <see cref="TrainingSet"/> and <see cref="ValidationSet"/>.</param>
    /// <param name="rng">Its streams <c>split</c> and <c>shuffle</c> are used.</param>
    /// <param name="options">The defaults where none are given.</param>
    /// <exception cref="ArgumentException">The data set is empty, or an option is out of its range.</exception>
    public Trainer(Layer model, Optimizer optimizer, IDataset data, Rng rng, TrainerOptions? options = null)
    {
        (_model, _optimizer, _options) = (model, optimizer, options ?? new TrainerOptions());
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_options.Epochs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_options.BatchSize);
        ArgumentOutOfRangeException.ThrowIfNegative(_options.ValidationPart);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(_options.ValidationPart, 1);
        if (data.Count == 0)
        {
            throw new ArgumentException("Trainer: the data set is empty.", nameof(data));
        }

        // Less than an image per class would validate nothing.
        bool holdsOut = data.Count * _options.ValidationPart >= data.ClassNames.Count;
        (TrainingSet, ValidationSet) = holdsOut ? data.Split(_options.ValidationPart, rng) : (data, null);
        _batches = TrainingSet.Batches(_options.BatchSize, rng);
    }

    /// <summary>The images that are trained on.</summary>
    public IDataset TrainingSet { get; }

    /// <summary>The images that are held out; null where the options hold out none, or less than one per class.</summary>
    public IDataset? ValidationSet { get; }

    /// <summary>Called after each step, on the training thread: it must be quick.</summary>
    public Action<TrainingProgress>? OnStep { get; init; }

    /// <summary>Called after each epoch and its validation.</summary>
    public Action<EpochResult>? OnEpoch { get; init; }

    /// <summary>Trains for all epochs, or until it is cancelled: then the weights are those of the last whole step.</summary>
    /// <exception cref="NonFiniteException">A loss was NaN or infinite. The weights are those of the step before; the message names
    /// epoch, step and the first bad op.</exception>
    public TrainingResult Run(CancellationToken cancellation = default)
    {
        long steps = (long)_batches.Count * _options.Epochs, step = 0;
        Schedule schedule = _options.Schedule ?? Schedule.OneCycle(_optimizer.LearningRate, steps);
        Func<Tensor, Tensor, Tensor> run = _options.Eager ? Step : _optimizer.Parameters[0].Read().Device.Compile(Step).Run;
        EvaluationStep? evaluation = ValidationSet is null ? null : new EvaluationStep(_model);
        var results = new List<EpochResult>();
        var watch = new Stopwatch();
        long images = 0;
        double smoothed = double.NaN;
        for (int epoch = 1; epoch <= _options.Epochs; epoch++)
        {
            _model.Train();
            double lossSum = 0, secondsBefore = watch.Elapsed.TotalSeconds;
            int seen = 0;
            watch.Start();
            foreach ((Tensor batch, Tensor labels) in _batches)
            {
                if (cancellation.IsCancellationRequested)
                {
                    watch.Stop();
                    return Result(isComplete: false);
                }

                _optimizer.LearningRate = schedule[step];
                double loss = LossOf(run, batch, labels, epoch, step);
                step++;
                seen += batch.Shape[0];
                images += batch.Shape[0];
                lossSum += loss * batch.Shape[0];
                smoothed = double.IsNaN(smoothed) ? loss : (0.98 * smoothed) + (0.02 * loss);
                double rate = images / watch.Elapsed.TotalSeconds;
                OnStep?.Invoke(new TrainingProgress(
                    epoch, _options.Epochs, step, steps, smoothed, results.LastOrDefault()?.Validation?.Accuracy, rate,
                    TimeSpan.FromSeconds(watch.Elapsed.TotalSeconds / step * (steps - step))));
            }

            watch.Stop();
            _model.Eval();
            Evaluation? validation = evaluation?.Run(ValidationSet!, EvaluationBatch, CancellationToken.None);
            var result = new EpochResult(
                epoch, step, lossSum / seen, validation, _optimizer.LearningRate, watch.Elapsed.TotalSeconds - secondsBefore);
            results.Add(result);
            OnEpoch?.Invoke(result);
        }

        return Result(isComplete: true);

        TrainingResult Result(bool isComplete) =>
            new(results, isComplete, watch.Elapsed.TotalSeconds, images / Math.Max(watch.Elapsed.TotalSeconds, 1e-9));
    }

    private const int EvaluationBatch = 250;

    private Tensor Step(Tensor images, Tensor labels)
    {
        Tensor loss = _model switch
        {
            IAuxiliaryHeads deep => deep.CrossEntropy(deep.ForwardHeads(images), labels, _options.LabelSmoothing),
            IObjective own => own.Objective(images, labels),
            _ => Loss.CrossEntropy(_model.Forward(images), labels, _options.LabelSmoothing),
        };
        return _optimizer.Step(loss.Backward());
    }

    private static double LossOf(Func<Tensor, Tensor, Tensor> run, Tensor images, Tensor labels, int epoch, long step)
    {
        try
        {
            return run(images, labels).Item();
        }
        catch (NonFiniteException e)
        {
            throw new NonFiniteException($"epoch {epoch}, step {step + 1}: {e.Message}");
        }
    }
}
