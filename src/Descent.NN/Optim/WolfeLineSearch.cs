namespace Descent;

/// <summary>A step along a descent direction, and the loss and its slope there.</summary>
internal readonly record struct Trial(double Step, double Loss, double Slope)
{
    public bool IsFinite => double.IsFinite(Loss) && double.IsFinite(Slope);
}

/// <summary>
/// Finds a step that satisfies the strong Wolfe conditions: the loss falls enough, <c>φ(α) ≤ φ(0) + c₁·α·φ′(0)</c>, and the slope flattens
/// enough, <c>|φ′(α)| ≤ c₂·|φ′(0)|</c>.
/// </summary>
/// <remarks>
/// Nocedal and Wright, "Numerical Optimization", 2nd edition, 2006: algorithms 3.5 and 3.6, cubic interpolation by equation 3.59, c₁ = 10⁻⁴ and
/// c₂ = 0.9. A loss that is not finite counts as too high, so that the step shrinks.
/// </remarks>
internal sealed class WolfeLineSearch(Func<double, Trial> evaluate, Trial start, int mostEvaluations)
{
    private const double C1 = 1e-4, C2 = 0.9;

    /// <summary>A trial stays so far from the ends of its bracket, as a part of the bracket.</summary>
    private const double Margin = 0.1;

    private int _evaluations;

    /// <summary>A step that satisfies the conditions; else the best that lowers the loss; else null.</summary>
    public Trial? Run(double firstStep)
    {
        Trial before = start;
        double step = firstStep;
        while (_evaluations < mostEvaluations)
        {
            Trial trial = Evaluate(step);
            if (IsTooHigh(trial) || (before.Step > 0 && trial.Loss >= before.Loss))
            {
                return Zoom(before, trial);
            }

            if (IsFlat(trial))
            {
                return trial;
            }

            if (trial.Slope >= 0)
            {
                return Zoom(trial, before);
            }

            // Downhill still: go on to where the cubic turns, at least a little and at most ten times as far.
            double ahead = Minimum(before, trial) ?? double.PositiveInfinity;
            (before, step) = (trial, Math.Clamp(ahead, trial.Step + (Margin * (trial.Step - before.Step)), 10 * trial.Step));
        }

        return Lower(before);
    }

    /// <summary>Algorithm 3.6: between the best step so far and one on the far side of a minimum.</summary>
    private Trial? Zoom(Trial low, Trial high)
    {
        while (_evaluations < mostEvaluations)
        {
            double width = Math.Abs(high.Step - low.Step);
            double near = Math.Min(low.Step, high.Step);
            if (width <= 1e-9 * Math.Max(1, near))
            {
                break;
            }

            double middle = near + (width / 2);
            double step = Math.Clamp((high.IsFinite ? Minimum(low, high) : null) ?? middle, near + (Margin * width), near + ((1 - Margin) * width));
            Trial trial = Evaluate(step);
            if (IsTooHigh(trial) || trial.Loss >= low.Loss)
            {
                high = trial;
                continue;
            }

            if (IsFlat(trial))
            {
                return trial;
            }

            if (trial.Slope * (high.Step - low.Step) >= 0)
            {
                high = low;
            }

            low = trial;
        }

        return Lower(low);
    }

    private Trial Evaluate(double step)
    {
        _evaluations++;
        return evaluate(step);
    }

    private bool IsTooHigh(Trial trial) => !trial.IsFinite || trial.Loss > start.Loss + (C1 * trial.Step * start.Slope);

    private bool IsFlat(Trial trial) => Math.Abs(trial.Slope) <= -C2 * start.Slope;

    private Trial? Lower(Trial trial) => trial.Step > 0 && trial.Loss < start.Loss ? trial : null;

    /// <summary>Where the cubic through two losses and slopes is lowest, null where it has no minimum.</summary>
    private static double? Minimum(Trial a, Trial b)
    {
        double d1 = a.Slope + b.Slope - (3 * (a.Loss - b.Loss) / (a.Step - b.Step));
        double square = (d1 * d1) - (a.Slope * b.Slope);
        if (!(square >= 0))
        {
            return null;
        }

        double d2 = Math.Sign(b.Step - a.Step) * Math.Sqrt(square);
        double at = b.Step - ((b.Step - a.Step) * (b.Slope + d2 - d1) / (b.Slope - a.Slope + (2 * d2)));
        return double.IsFinite(at) ? at : null;
    }
}
