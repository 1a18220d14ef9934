namespace Descent;

/// <summary>A learning rate as a function of the step, counted from 0: <c>optimizer.LearningRate = schedule[step]</c>.</summary>
/// <remarks>
/// A schedule holds no state, so that a resumed run needs only its step count; <see cref="ReduceOnPlateau"/>, which looks at what happens, has
/// one. Values equal those of PyTorch's schedulers of the same name.
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

    /// <summary>Falls by the same part every step: <c>η(t) = rate·e^(−decay·t)</c>.</summary>
    /// <remarks>PyTorch's ExponentialLR with <c>γ = e^(−decay)</c>.</remarks>
    public static Schedule Exponential(double rate, double decay) => new(t => rate * Math.Exp(-decay * t));

    /// <summary>Falls as one over the time: <c>η(t) = rate / (1 + decay·t)</c>.</summary>
    /// <remarks>Robbins and Monro, "A Stochastic Approximation Method", 1951: Σ η diverges and Σ η² does not.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The decay is negative.</exception>
    public static Schedule InverseTime(double rate, double decay)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decay);
        return new(t => rate / (1 + (decay * t)));
    }

    /// <summary>Falls to a floor along a power: <c>η(t) = floor + (rate − floor)·(1 − t / total)^power</c>; a line where the power is 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">total is not above 0, or the power is negative.</exception>
    public static Schedule Polynomial(double rate, long total, double power = 1, double floor = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(total);
        ArgumentOutOfRangeException.ThrowIfNegative(power);
        return new(t => floor + ((rate - floor) * Math.Pow(1 - (Math.Min(t, total) / (double)total), power)));
    }

    /// <summary>
    /// Falls along half a cosine, <c>η(t) = floor + (peak − floor)·(1 + cos(π·t / total)) / 2</c>, behind the steps of
    /// <see cref="WithWarmup"/> where there are any, which count in <c>total</c>; <c>floor</c> from step <c>total</c> on.
    /// </summary>
    /// <remarks>Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017, without restarts.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">warmup is negative, or total is not above it.</exception>
    public static Schedule Cosine(double peak, long total, long warmup = 0, double floor = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(warmup);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(total, warmup);
        long steps = total - warmup;
        return new Schedule(t => Anneal(peak, floor, Math.Min(1, (double)t / steps))).WithWarmup(warmup);
    }

    /// <summary>
    /// Half cosines from the peak to the floor, one behind the other: the first takes <c>period</c> steps, each further one <c>stretch</c>
    /// times as many as the one before.
    /// </summary>
    /// <remarks>Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">period or stretch is not above 0.</exception>
    public static Schedule CosineRestarts(double peak, long period, int stretch = 1, double floor = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(period);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stretch);
        return new(t =>
        {
            long length = period;
            if (stretch == 1)
            {
                t %= period;
            }

            for (; t >= length; length *= stretch)
            {
                t -= length;
            }

            return Anneal(peak, floor, (double)t / length);
        });
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

    /// <summary>
    /// This schedule behind a linear rise to where it starts: <c>η(t) = this[0]·(t + 1) / steps</c> for t &lt; steps, then
    /// <c>this[t − steps]</c>.
    /// </summary>
    /// <remarks>Goyal et al., "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour", 2017, section 2.2.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">steps is negative.</exception>
    public Schedule WithWarmup(long steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        return new(t => t < steps ? _rate(0) * (t + 1) / steps : _rate(t - steps));
    }

    /// <summary>This schedule up to a step, and from there another one, which counts from 0.</summary>
    /// <remarks>PyTorch's SequentialLR.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative.</exception>
    public Schedule Then(long at, Schedule next)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(at);
        return new(t => t < at ? _rate(t) : next._rate(t - at));
    }

    /// <summary>The product of this schedule and factors that change with the step: <c>η(t) = this[t]·factor[t]</c>.</summary>
    /// <remarks>PyTorch's ChainedScheduler, whose schedulers are factors of one rate.</remarks>
    public Schedule Times(Schedule factor) => new(t => _rate(t) * factor._rate(t));

    /// <summary>Half a cosine from one value to another as the part goes from 0 to 1.</summary>
    private static double Anneal(double from, double to, double part) => to + ((from - to) / 2 * (1 + Math.Cos(Math.PI * part)));
}
