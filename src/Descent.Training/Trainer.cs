namespace Descent;

/// <summary>Trains a network: shuffled batches, a learning-rate schedule, validation after each epoch.</summary>
/// <remarks>
/// What is made small follows from the data's <see cref="IDataset.Task"/>, unless the network or the options say it. The same seed gives
/// the same weights for any number of threads. A loss that is not finite ends the training with the weights of the
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
    private readonly LossKind? _loss;
    private readonly LossTerms _terms;
    private readonly Schedule _schedule;

    /// <summary>A trainer of this network on this data.</summary>
    /// <param name="model">The network, from images (N, C, H, W) to logits (N, classes).</param>
    /// <param name="optimizer">Over the network's parameters; its learning rate is the peak of the default schedule.</param>
    /// <param name="data">Split into <see cref="TrainingSet"/> and <see cref="ValidationSet"/>.</param>
    /// <param name="rng">
    /// Its streams <c>split</c>, <c>shuffle</c> and <c>augment</c> are used. Where checkpoints are written, the network must draw from its streams too.
    /// </param>
    /// <param name="options">The defaults where none are given.</param>
    /// <param name="validation">What to validate on, where it comes apart from the data; then all of the data is trained on.</param>
    /// <exception cref="ArgumentException">The data set is empty, or an option is out of its range.</exception>
    public Trainer(Layer model, Optimizer optimizer, IDataset data, Rng rng, TrainerOptions? options = null, IDataset? validation = null)
    {
        (_model, _optimizer, _rng, _options) = (model, optimizer, rng, options ?? new TrainerOptions());
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_options.Epochs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_options.BatchSize);
        ArgumentOutOfRangeException.ThrowIfNegative(_options.ValidationPart);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(_options.ValidationPart, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_options.Accumulate);
        if (data.Count == 0)
        {
            throw new ArgumentException("Trainer: the data set is empty.", nameof(data));
        }

        if (_optimizer.SearchesByItself && (_options.Accumulate > 1 || _options.ClipNorm is not null || _options.ClipValue is not null || _options.Average is not null))
        {
            throw new ArgumentException(
                $"Trainer: {_optimizer.GetType().Name} evaluates the loss where it likes, so that its gradients are neither accumulated nor clipped "
                + "nor its weights averaged.",
                nameof(options));
        }

        // Less than an image per class would validate nothing.
        bool holdsOut = validation is null && data.Count * _options.ValidationPart >= data.ClassNames.Count;
        (TrainingSet, ValidationSet) = holdsOut ? data.Split(_options.ValidationPart, rng) : (data, validation);
        if (_options.Preprocess?.Fit(TrainingSet) is { } fitted)
        {
            (TrainingSet, ValidationSet) = (TrainingSet.With(fitted), ValidationSet?.With(fitted));
        }

        _terms = new(
            _options.LabelSmoothing,
            _options.ClassWeights?.Of(TrainingSet) is { } weights ? Tensor.From(weights, new(weights.Length), rng.Device) : null,
            _options.Augmentation is not null && data.Task == LearningTask.Segmentation ? Augmentation.IgnoreIndex : null);
        bool hasOwn = model is IObjective && data.Task == LearningTask.Classification;
        _loss = _options.Loss ?? (hasOwn && _terms == default ? null : LossKind.Of(data.Task));
        _loss?.MustSuit(data.Task, _terms);
        _batches = TrainingSet.Batches(_options.BatchSize, rng, workers: _options.Workers, augmentation: _options.Augmentation);
        if (_options.Augmentation is { } mixing && mixing.MakesProbabilities(data.Task) && _loss?.TakesProbabilities != true)
        {
            throw new ArgumentException(
                $"The augmentation {mixing} makes probabilities of classes, which the loss '{LossName}' does not take; 'cross-entropy' does.");
        }

        _schedule = _options.Schedule ?? (_options.ScheduleKind ?? ScheduleKind.OneCycle).Of(optimizer.LearningRate, _batches.Count, _options.Epochs);
    }

    /// <summary>The network.</summary>
    internal Layer Model => _model;

    /// <summary>What changes its parameters.</summary>
    internal Optimizer Optimizer => _optimizer;

    /// <summary>The batches of an epoch.</summary>
    internal Batches Batches => _batches;

    /// <summary>What is made small, by its name; a network's own objective is a hinge loss.</summary>
    internal string LossName => _loss?.Name ?? "hinge";

    /// <summary>The images that are trained on.</summary>
    public IDataset TrainingSet { get; }

    /// <summary>The images that are held out; null where the options hold out none, or less than one per class.</summary>
    public IDataset? ValidationSet { get; }

    /// <summary>Called after each step, on the training thread: it must be quick.</summary>
    public Action<TrainingProgress>? OnStep { get; set; }

    /// <summary>
    /// Where checkpoints are written: after each epoch, in between, and where the training is cancelled. It goes on from the last one.
    /// </summary>
    public TrainingCheckpoints? Checkpoints { get; set; }

    /// <summary>Called after each epoch and its validation.</summary>
    public Action<EpochResult>? OnEpoch { get; set; }

    /// <summary>Told how the training goes, in this order; those that are <see cref="IResumable"/> are part of the checkpoints.</summary>
    public IReadOnlyList<TrainerCallback> Callbacks { get; init; } = [];

    /// <summary>
    /// Trains for all epochs, or until it is cancelled: then the weights are those of the step that it was at, and so is the last checkpoint.
    /// </summary>
    /// <exception cref="NonFiniteException">A loss was NaN or infinite. The weights are those of the step before; the message names
    /// epoch, step and the first bad op.</exception>
    /// <exception cref="FileWriteException">A checkpoint could not be written; the one before is still there.</exception>
    public TrainingResult Run(CancellationToken cancellation = default)
    {
        long steps = (long)_batches.Count * _options.Epochs;
        double rate = _optimizer.LearningRate;
        ScheduleKind kind = _options.ScheduleKind ?? ScheduleKind.OneCycle;
        PlateauRate? plateau = _options.Schedule is null && kind.Plateau is var (factor, patience) ? new(rate, factor, patience) : null;
        WeightAveraging? average = _options.Average?.Create();
        TrainerCallback[] callbacks = [.. new TrainerCallback?[] { average, plateau }.OfType<TrainerCallback>(), .. Callbacks];
        var training = new TrainingContext(_model, _optimizer, TrainingSet, ValidationSet, steps, _options.Epochs, Objective);
        Tell(callbacks, callback => callback.OnPreparing(training));
        var subject = new TrainingSubject(_model, _optimizer, _rng, _batches, [_state, .. callbacks.OfType<IResumable>()]);
        Checkpoints?.Restore(subject);
        if (_state.Epochs.Count > _batches.Position.Epoch)
        {
            // The checkpoint was written behind an epoch, of which nothing is left.
            foreach (var _ in _batches)
            {
            }
        }

        if (_state.StopReason is { } reason)
        {
            training.Stop(reason);
        }

        Tell(callbacks, callback => callback.OnTrainingBegins(training));
        var step = new TrainingStep(_optimizer, Objective, _options);
        EvaluationStep? evaluation = ValidationSet is null ? null : new EvaluationStep(_model);
        while (_state.Epochs.Count < _options.Epochs && training.StopReason is null)
        {
            bool isWhole = RunEpoch(step, at => _schedule[at] * (plateau?.Factor ?? 1), subject, training, callbacks, cancellation);
            RngState drawn = _rng.State;
            if (isWhole)
            {
                (average as StochasticWeightAveraging)?.Take(training, _state.Epochs.Count + 1);
                average?.PutIn(training, _options.BatchSize);
            }

            bool isMeasured = isWhole & Validate(evaluation, cancellation, out Evaluation? validation);
            if (!isMeasured)
            {
                average?.TakeOut(training);

                // A validation that was cancelled is done again, and what the statistics of averaged weights drew is then drawn again.
                _rng.State = drawn;
                Checkpoints?.Begin(subject, _state.Step, isBest: false);
                Checkpoints?.Complete();
                return End(isComplete: false);
            }

            if (validation is not null)
            {
                Tell(callbacks, callback => callback.OnEvaluationDone(training, validation));
            }

            EpochResult result = _state.EndEpoch(validation, _optimizer.LearningRate);
            Tell(callbacks, callback => callback.OnEpochDone(training, result));
            OnEpoch?.Invoke(result);
            average?.TakeOut(training);
            _state.StopReason = training.StopReason;
            Checkpoints?.Begin(subject, _state.Step, _state.IsBest);
        }

        Checkpoints?.Complete();
        average?.PutIn(training, _options.BatchSize);
        return End(isComplete: true);

        TrainingResult End(bool isComplete)
        {
            var result = new TrainingResult(_state.Epochs, isComplete, _state.Seconds, _state.ImagesPerSecond) { StopReason = training.StopReason };
            Tell(callbacks, callback => callback.OnTrainingEnds(training, result));
            return result;
        }
    }

    private static void Tell(TrainerCallback[] callbacks, Action<TrainerCallback> tell) => Array.ForEach(callbacks, tell);

    /// <summary>The steps that are left of an epoch; false where it was cancelled.</summary>
    private bool RunEpoch(
        TrainingStep step,
        Func<long, double> rateAt,
        TrainingSubject subject,
        TrainingContext training,
        TrainerCallback[] callbacks,
        CancellationToken cancellation)
    {
        int epoch = _state.Epochs.Count + 1;
        bool isCancelled = false;
        _model.Train();
        _state.Resume();
        foreach ((Tensor batch, Tensor labels) in _batches)
        {
            bool isLast = _batches.Position.Batch == _batches.Count;
            _optimizer.LearningRate = rateAt(_state.Step);
            _state.Took(batch.Shape[0], LossOf(step, batch, labels, isLast, epoch, _state.Step));
            var progress = new TrainingProgress(
                epoch, _options.Epochs, _state.Step, training.Steps, _state.SmoothedLoss, _state.LastAccuracy,
                _state.ImagesPerSecond, TimeSpan.FromSeconds(_state.Seconds / _state.Step * (training.Steps - _state.Step)));
            foreach (TrainerCallback callback in callbacks)
            {
                callback.OnStepDone(training, progress);
            }

            OnStep?.Invoke(progress);

            // What is accumulated and not yet a step belongs to no checkpoint.
            isCancelled = cancellation.IsCancellationRequested;
            if ((isCancelled || training.StopReason is not null) && step.IsWhole)
            {
                break;
            }

            // Behind the last step comes the one of the whole epoch.
            if (!isLast && step.IsWhole)
            {
                Checkpoints?.AfterStep(subject, _state.Step);
            }
        }

        _state.Pause();
        return !isCancelled;
    }

    /// <summary>False where it was cancelled.</summary>
    private bool Validate(EvaluationStep? evaluation, CancellationToken cancellation, out Evaluation? validation)
    {
        validation = null;
        _model.Eval();
        try
        {
            validation = cancellation.IsCancellationRequested ? null : evaluation?.Run(ValidationSet!, EvaluationBatch, cancellation);
            return !cancellation.IsCancellationRequested;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private const int EvaluationBatch = 250;

    /// <summary>The loss of a batch, as a step makes it small.</summary>
    internal Tensor Objective(Tensor inputs, Tensor targets)
    {
        if (_loss is null)
        {
            return ((IObjective)_model).Objective(inputs, targets);
        }

        if (_model is not IAuxiliaryHeads deep)
        {
            return _loss.Measure(_model.Forward(inputs), targets, _terms);
        }

        IReadOnlyList<Tensor> heads = deep.ForwardHeads(inputs);
        Tensor loss = _loss.Measure(heads[0], targets, _terms);
        foreach (Tensor scores in heads.Skip(1))
        {
            loss += _loss.Measure(scores, targets, _terms) * deep.AuxiliaryWeight;
        }

        return loss;
    }

    private static double LossOf(TrainingStep step, Tensor images, Tensor labels, bool isLast, int epoch, long number)
    {
        try
        {
            return step.Run(images, labels, isLast).Item();
        }
        catch (NonFiniteException e)
        {
            throw new NonFiniteException($"epoch {epoch}, step {number + 1}: {e.Message}");
        }
    }
}
