namespace Descent;

/// <summary>
/// Random search, the baseline that gradients are measured against: <c>θ + σ·ξ</c> with normal noise ξ is kept where it lowers the loss.
/// </summary>
/// <remarks>
/// σ is the learning rate. Each step evaluates the loss twice, before and after, so that batches may change from step to step. The noise depends
/// on the generator's seed and the step count alone: a resumed search goes on exactly. Frozen parameters stay.
/// Karpathy, "Random Local Search", course notes of CS231n: Optimization, 2015.
/// </remarks>
/// <param name="parameters">What is changed.</param>
/// <param name="learningRate">σ.</param>
/// <param name="rng">Its stream <c>random-search</c> is used.</param>
public sealed class RandomSearch(IReadOnlyList<Parameter> parameters, double learningRate, Rng rng)
    : Optimizer(parameters, learningRate, weightDecay: 0, [], groups: null)
{
    private readonly StateCell[] _start = [.. parameters.Select(p => new StateCell(Tensor.Zeros(p.Shape, p.DType, p.Device)))];
    private readonly Rng _noise = rng.Stream("random-search");

    /// <inheritdoc/>
    public override bool SearchesByItself => true;

    /// <inheritdoc/>
    public override Tensor Minimize(Func<Tensor> closure)
    {
        ArgumentNullException.ThrowIfNull(closure);
        Tensor before = closure();
        Device.Execute(new Request
        {
            Outputs = [before],
            Effects = [.. Parameters.Select((p, i) => new Effect(_start[i], p))],
            Guards = [before],
            Caller = nameof(Minimize),
        });
        try
        {
            Move();
            bool isBetter = closure().Item() < before.Item();
            Run([], [.. Parameters.Select((p, i) => isBetter ? new Effect(_start[i], p) : new Effect(p, _start[i]))], countsAsStep: true);
        }
        catch
        {
            Run([], [.. Parameters.Select((p, i) => new Effect(p, _start[i]))]);
            throw;
        }

        return before;
    }

    /// <inheritdoc/>
    protected override void Update(Parameter parameter, Tensor gradient) => throw new InvalidOperationException(
        "RandomSearch compares losses and uses no gradient: call Minimize(() => loss) instead of Step.");

    private void Move()
    {
        _noise.State = new RngState(_noise.Seed, new Dictionary<string, ulong> { [_noise.Name] = (ulong)StepCount * (ulong)Parameters.Count });
        Tensor sigma = Tensor.Scalar(() => LearningRate, DType.F32, Device);
        Run([], [.. Parameters.Where(p => !p.IsFrozen).Select(p =>
            new Effect(p, p.Read() + (_noise.Normal(p.Shape, type: p.DType) * sigma.To(p.DType))))]);
    }
}
