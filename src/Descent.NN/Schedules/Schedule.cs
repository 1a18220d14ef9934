namespace Descent;

/// <summary>A learning rate as a function of the step, counted from 0: <c>optimizer.LearningRate = schedule[step]</c>.</summary>
/// <remarks>
/// A schedule holds no state, so that a resumed run needs only its step count. Values equal those of PyTorch's schedulers of the same
/// name.
/// </remarks>
public sealed class Schedule
{
    private readonly Func<long, double> _rate;

    private Schedule(Func<long, double> rate) => _rate = rate;

    /// <summary>The learning rate of one step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative.</exception>
    public double this[long step]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(step);
            return _rate(step);
        }
    }

    /// <summary>Any function of the step.</summary>
    public static Schedule Of(Func<long, double> rate) => new(rate);

    /// <summary>The same rate always.</summary>
    public static Schedule Constant(double rate) => new(_ => rate);

    /// <summary>Falls by a factor γ every so many steps: <c>η(t) = rate·γ^⌊t / every⌋</c>.</summary>
    public static Schedule Step(double rate, long every, double gamma = 0.1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(every);
        return new(t => rate * Math.Pow(gamma, t / every));
    }

    /// <summary>Falls by a factor γ at each milestone: <c>η(t) = rate·γ^(number of milestones ≤ t)</c>.</summary>
    public static Schedule MultiStep(double rate, IEnumerable<long> milestones, double gamma = 0.1)
    {
        long[] at = [.. milestones];
        return new(t => rate * Math.Pow(gamma, at.Count(m => m <= t)));
    }

    /// <summary>
    /// Rises linearly, <c>η(t) = peak·(t + 1) / warmup</c> for t &lt; warmup, then falls along half a cosine:
    /// <c>η(t) = floor + (peak − floor)·(1 + cos(π·(t − warmup) / (total − warmup))) / 2</c>; <c>floor</c> from step <c>total</c> on.
    /// </summary>
    /// <remarks>Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017, without restarts.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">warmup is negative, or total is not above it.</exception>
    public static Schedule Cosine(double peak, long total, long warmup = 0, double floor = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(warmup);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(total, warmup);
        return new(t => t < warmup
            ? peak * (t + 1) / warmup
            : Anneal(peak, floor, Math.Min(1, (double)(t - warmup) / (total - warmup))));
    }

    /// <summary>
    /// One cycle: half a cosine from <c>peak / startFactor</c> up to <c>peak</c> over the first <c>rise</c> of the steps,
    /// then half a cosine down to <c>peak / startFactor / endFactor</c> at step <c>total − 1</c>.
    /// </summary>
    /// <remarks>
    /// The rise ends at step <c>rise·total − 1</c>. From step <c>total</c> on the last rate stays.
    /// Smith and Topin, "Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates", 2018.
    /// </remarks>
    /// <param name="peak">The largest rate.</param>
    /// <param name="total">The number of steps.</param>
    /// <param name="rise">The rising part of the steps, in (0, 1).</param>
    /// <param name="startFactor">How far below the peak the cycle starts.</param>
    /// <param name="endFactor">How far below its start the cycle ends.</param>
    /// <exception cref="ArgumentOutOfRangeException">total is not above 0, or rise does not lie in (0, 1).</exception>
    public static Schedule OneCycle(double peak, long total, double rise = 0.3, double startFactor = 25, double endFactor = 1e4)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(total);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rise);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rise, 1);
        double start = peak / startFactor, end = start / endFactor;
        double top = Math.Max(0, (rise * total) - 1), last = total - 1;
        return new(t => t <= top && top > 0
            ? Anneal(start, peak, t / top)
            : Anneal(peak, end, last > top ? Math.Min(1, (t - top) / (last - top)) : 1));
    }

    /// <summary>Half a cosine from one value to another as the part goes from 0 to 1.</summary>
    private static double Anneal(double from, double to, double part) => to + ((from - to) / 2 * (1 + Math.Cos(Math.PI * part)));
}
