namespace Descent;

/// <summary>Which learning rates work: the rate rises from step to step until the loss does.</summary>
/// <remarks>
/// The suggested rate is where the smoothed loss falls fastest by the logarithm of the rate. Smith, "Cyclical Learning Rates for Training Neural
/// Networks", WACV 2017; smoothed as fast.ai does.
/// </remarks>
public sealed class RateRangeCheck() : DoctorCheck("learning-rate", "the rate at which the loss falls fastest", isQuick: false)
{
    private const double Lowest = 1e-6, Highest = 10, Smoothing = 0.9, Diverged = 3;
    private const int Steps = 120;

    /// <inheritdoc/>
    public override Finding? Examine(DoctorSubject subject, CancellationToken cancellation)
    {
        Trainer trainer = subject.Fresh();
        Optimizer optimizer = trainer.Optimizer;
        if (optimizer.SearchesByItself)
        {
            return null;
        }

        double own = optimizer.LearningRate, average = 0, least = double.PositiveInfinity;
        trainer.Model.Train();
        Device device = optimizer.Parameters[0].Read().Device;
        Compiled step = device.Compile((Tensor inputs, Tensor targets) => optimizer.Step(trainer.Objective(inputs, targets).Backward()));
        var curve = new List<(double LearningRate, double Loss)>();
        double? divergesAt = null;
        while (curve.Count < Steps && divergesAt is null)
        {
            foreach ((Tensor inputs, Tensor targets) in trainer.Batches)
            {
                cancellation.ThrowIfCancellationRequested();
                double rate = Lowest * Math.Pow(Highest / Lowest, (double)curve.Count / (Steps - 1));
                optimizer.LearningRate = rate;
                double loss = LossOf(() => step.Run(inputs, targets).Item());
                average = (Smoothing * average) + ((1 - Smoothing) * loss);
                double smoothed = average / (1 - Math.Pow(Smoothing, curve.Count + 1));
                least = Math.Min(least, smoothed);
                if (!(smoothed <= Diverged * least))
                {
                    divergesAt = rate;
                    break;
                }

                curve.Add((rate, smoothed));
                if (curve.Count == Steps)
                {
                    break;
                }
            }
        }

        return Judge(curve, divergesAt, own);
    }

    private Finding Judge(List<(double LearningRate, double Loss)> curve, double? divergesAt, double own)
    {
        int minimum = curve.Count == 0 ? 0 : curve.IndexOf(curve.MinBy(point => point.Loss));
        double steepest = 0, suggested = double.NaN;
        for (int i = 2; i <= minimum - 2; i++)
        {
            double fall = curve[i - 2].Loss - curve[i + 2].Loss;
            (steepest, suggested) = fall > steepest ? (fall, curve[i].LearningRate) : (steepest, suggested);
        }

        if (double.IsNaN(suggested))
        {
            return Fail(null, "The loss falls at no learning rate.", "Look at the other checks first: dead units, labels, inputs.") with { Curve = curve };
        }

        string says = $"The loss falls fastest at a rate of {Short(suggested)}"
            + (divergesAt is { } limit ? $" and explodes at {Short(limit)}" : "") + $"; --learning-rate is {Short(own)}.";
        return (own > divergesAt, own < suggested / 100) switch
        {
            (true, _) => Fail(suggested, says, $"The rate is too large: try --learning-rate {Short(suggested)}.") with { Curve = curve },
            (_, true) => Warn(suggested, says, $"The rate is too small: try --learning-rate {Short(suggested)}.") with { Curve = curve },
            _ => Ok(suggested, says) with { Curve = curve },
        };
    }

    private static double LossOf(Func<double> run)
    {
        try
        {
            return run();
        }
        catch (NonFiniteException)
        {
            return double.PositiveInfinity;
        }
    }
}
