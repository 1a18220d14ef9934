namespace Descent;

/// <summary>One batch of a training: loss, gradients and, at the end of each group of accumulated batches, new parameters; compiled unless eager.</summary>
internal sealed class TrainingStep
{
    private readonly Optimizer _optimizer;
    private readonly Func<Tensor, Tensor, Tensor> _objective;
    private readonly TrainerOptions _options;
    private readonly Func<Tensor, Tensor, Tensor>[] _adds, _ends;
    private int _accumulated;

    /// <param name="optimizer">What steps.</param>
    /// <param name="objective">The loss of a batch of inputs and targets.</param>
    /// <param name="options">How gradients become steps.</param>
    public TrainingStep(Optimizer optimizer, Func<Tensor, Tensor, Tensor> objective, TrainerOptions options)
    {
        (_optimizer, _objective, _options) = (optimizer, objective, options);
        Device device = optimizer.Parameters[0].Read().Device;
        bool isCompiled = !options.Eager && !optimizer.SearchesByItself;

        // Where a batch stands in its group decides which sums its gradients join: a compiled step for each place.
        _adds = [.. Enumerable.Range(0, options.Accumulate - 1).Select(_ => Prepared(Add))];
        _ends = [.. Enumerable.Range(0, options.Accumulate).Select(place => Prepared(place == 0 ? Whole : End))];

        Func<Tensor, Tensor, Tensor> Prepared(Func<Tensor, Tensor, Tensor> step) => isCompiled ? device.Compile(step).Run : step;
    }

    /// <summary>Whether the parameters have changed by all batches that were run.</summary>
    public bool IsWhole => _accumulated == 0;

    /// <summary>Runs a batch and gives its loss.</summary>
    /// <param name="inputs">What the network sees.</param>
    /// <param name="targets">What it is to say.</param>
    /// <param name="isLast">Whether a group that is not full is to end here.</param>
    public Tensor Run(Tensor inputs, Tensor targets, bool isLast)
    {
        int place = _accumulated;
        bool ends = isLast || place == _options.Accumulate - 1;
        Tensor loss = (ends ? _ends[place] : _adds[place])(inputs, targets);
        _accumulated = ends ? 0 : place + 1;
        return loss;
    }

    private Tensor Whole(Tensor inputs, Tensor targets) => _optimizer.SearchesByItself
        ? _optimizer.Minimize(() => _objective(inputs, targets))
        : _optimizer.Step(Clipped(_objective(inputs, targets).Backward()));

    private Tensor Add(Tensor inputs, Tensor targets) => _optimizer.Accumulate(_objective(inputs, targets).Backward());

    private Tensor End(Tensor inputs, Tensor targets)
    {
        Tensor loss = Add(inputs, targets);
        _optimizer.Step(Clipped(_optimizer.Mean()));
        return loss;
    }

    private Gradients Clipped(Gradients gradients)
    {
        gradients = _options.ClipValue is { } limit ? gradients.ClipValue(limit) : gradients;
        return _options.ClipNorm is { } norm ? gradients.ClipNorm(norm) : gradients;
    }
}
