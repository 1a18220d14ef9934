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
    private readonly Rng _rng;
    private readonly TrainerState _state = new();

    /// <summary>A trainer of this network on this data.</summary>
    /// <param name="model">The network, from images (N, C, H, W) to logits (N, classes).</param>
    /// <param name="optimizer">Over the network's parameters; its learning rate is the peak of the default schedule.</param>
    /// <param name="data">Split into <see cref="TrainingSet"/> and <see cref="ValidationSet"/>.</param>
    /// <param name="rng">
    /// Its streams <c>split</c> and <c>shuffle</c> are used. Where checkpoints are written, the network must draw from its streams too.
    /// </param>
    /// <param name="options">The defaults where none are given.</param>
    /// <exception cref="ArgumentException">The data set is empty, or an option is out of its range.</exception>
    public Trainer(Layer model, Optimizer optimizer, IDataset data, Rng rng, TrainerOptions? options = null)
    {
        (_model, _optimizer, _rng, _options) = (model, optimizer, rng, options ?? new TrainerOptions());
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

    /// <summary>
    /// Where checkpoints are written: after each epoch, in between, and where the training is cancelled. It goes on from the last one.
    /// </summary>
    public TrainingCheckpoints? Checkpoints { get; init; }

    /// <summary>Called after each epoch and its validation.</summary>
    public Action<EpochResult>? OnEpoch { get; init; }

    /// <summary>
    /// Trains for all epochs, or until it is cancelled: then the weights are those of the step that it was at, and so is the last checkpoint.
    /// </summary>
    /// <exception cref="NonFiniteException">A loss was NaN or infinite. The weights are those of the step before; the message names
    /// epoch, step and the first bad op.</exception>
    /// <exception cref="FileWriteException">A checkpoint could not be written; the one before is still there.</exception>
    public TrainingResult Run(CancellationToken cancellation = default)
    {
        long steps = (long)_batches.Count * _options.Epochs;
        Schedule schedule = _options.Schedule ?? Schedule.OneCycle(_optimizer.LearningRate, steps);
        var subject = new TrainingSubject(_model, _optimizer, _rng, _batches, [_state]);
        Checkpoints?.Restore(subject);
        if (_state.Epochs.Count > _batches.Position.Epoch)
        {
            // The checkpoint was written behind an epoch, of which nothing is left.
            foreach (var _ in _batches)
            {
            }
        }

        Func<Tensor, Tensor, Tensor> run = _options.Eager ? Step : _optimizer.Parameters[0].Read().Device.Compile(Step).Run;
        EvaluationStep? evaluation = ValidationSet is null ? null : new EvaluationStep(_model);
        while (_state.Epochs.Count < _options.Epochs)
        {
            if (!RunEpoch(run, schedule, subject, steps, cancellation) || !Validate(evaluation, cancellation, out Evaluation? validation))
            {
                Checkpoints?.Begin(subject, _state.Step, isBest: false);
                Checkpoints?.Complete();
                return Result(isComplete: false);
            }

            OnEpoch?.Invoke(_state.EndEpoch(validation, _optimizer.LearningRate));
            Checkpoints?.Begin(subject, _state.Step, _state.IsBest);
        }

        Checkpoints?.Complete();
        return Result(isComplete: true);

        TrainingResult Result(bool isComplete) => new(_state.Epochs, isComplete, _state.Seconds, _state.ImagesPerSecond);
    }

    /// <summary>The steps that are left of an epoch; false where it was cancelled.</summary>
    private bool RunEpoch(
        Func<Tensor, Tensor, Tensor> run, Schedule schedule, TrainingSubject subject, long steps, CancellationToken cancellation)
    {
        int epoch = _state.Epochs.Count + 1;
        _model.Train();
        _state.Resume();
        foreach ((Tensor batch, Tensor labels) in _batches)
        {
            _optimizer.LearningRate = schedule[_state.Step];
            _state.Took(batch.Shape[0], LossOf(run, batch, labels, epoch, _state.Step));
            OnStep?.Invoke(new TrainingProgress(
                epoch, _options.Epochs, _state.Step, steps, _state.SmoothedLoss, _state.Epochs.LastOrDefault()?.Validation?.Accuracy,
                _state.ImagesPerSecond, TimeSpan.FromSeconds(_state.Seconds / _state.Step * (steps - _state.Step))));
            if (cancellation.IsCancellationRequested)
            {
                break;
            }

            // Behind the last step comes the one of the whole epoch.
            if (_batches.Position.Batch < _batches.Count)
            {
                Checkpoints?.AfterStep(subject, _state.Step);
            }
        }

        _state.Pause();
        return !cancellation.IsCancellationRequested;
    }

    /// <summary>False where it was cancelled.</summary>
    private bool Validate(EvaluationStep? evaluation, CancellationToken cancellation, out Evaluation? validation)
    {
        validation = null;
        _model.Eval();
        try
        {
            validation = evaluation?.Run(ValidationSet!, EvaluationBatch, cancellation);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
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
