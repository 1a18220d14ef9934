namespace Descent;

/// <summary>How large steps are beside the weights they change, in the first steps of the training itself: near 10⁻³ is healthy.</summary>
/// <remarks>Karpathy, CS231n, "Neural Networks Part 3: Learning and Evaluation".</remarks>
public sealed class UpdateRatioCheck() : DoctorCheck("update-ratio", "the norm of a step by that of the weights, median over weights and steps", isQuick: false)
{
    private const int Steps = 20;

    internal const double Low = 1e-5, High = 5e-2;

    /// <inheritdoc/>
    public override Finding? Examine(DoctorSubject subject, CancellationToken cancellation)
    {
        Trainer trainer = subject.Fresh();
        if (trainer.Optimizer.SearchesByItself || trainer.Model is LinearModel)
        {
            return null;
        }

        var ratios = new List<double>();
        UpdateRatios before = UpdateRatios.Of(trainer.Optimizer);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        int steps = 0;
        trainer.OnStep = _ =>
        {
            ratios.AddRange(before.Next().Where(ratio => ratio.IsWeight).Select(ratio => ratio.Ratio));
            if (++steps == Steps)
            {
                stop.Cancel();
            }
        };
        try
        {
            trainer.Run(stop.Token);
        }
        catch (NonFiniteException e)
        {
            return Fail(null, e.Message, "Lower the learning rate.");
        }

        cancellation.ThrowIfCancellationRequested();
        ratios.Sort();
        return ratios.Count == 0 ? null : Judge(ratios[ratios.Count / 2]);
    }

    private Finding Judge(double median)
    {
        string says = $"A step changes weights by {Short(median)} of their size.";
        return median > High ? Warn(median, says, "Lower the learning rate: near 0.001 is healthy.")
            : median < Low ? Warn(median, says, "Raise the learning rate: near 0.001 is healthy.")
            : Ok(median, says);
    }
}
