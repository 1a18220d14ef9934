namespace Descent;

/// <summary>Where a <see cref="ReduceOnPlateau"/> stands: enough to go on exactly.</summary>
/// <param name="Rate">The learning rate.</param>
/// <param name="Best">The best measure so far; ±∞ before the first.</param>
/// <param name="BadCount">Measures since the best one, or since the rate fell.</param>
/// <param name="CooldownLeft">Measures that will not be counted.</param>
public readonly record struct PlateauState(double Rate, double Best, int BadCount, int CooldownLeft);

/// <summary>
/// A learning rate that falls by a factor when a measure, such as the validation loss, has not become better for a while:
/// <c>optimizer.LearningRate = plateau.Observe(loss)</c>.
/// </summary>
/// <remarks>
/// Better is below <c>best·(1 − threshold)</c>, or above <c>best·(1 + threshold)</c> where larger is better; with an absolute threshold below
/// <c>best − threshold</c> or above <c>best + threshold</c>. A measure that is NaN is not better. Equals PyTorch's ReduceLROnPlateau.
/// </remarks>
public sealed class ReduceOnPlateau
{
    /// <summary>A smaller fall of the rate is not worth making.</summary>
    private const double SmallestFall = 1e-8;

    private readonly double _factor, _threshold, _floor;
    private readonly int _patience, _cooldown;
    private readonly bool _isAbsolute, _largerIsBetter;

    /// <summary>A rate that has not fallen yet.</summary>
    /// <param name="rate">Where the rate starts.</param>
    /// <param name="factor">What the rate is multiplied by, in (0, 1).</param>
    /// <param name="patience">How many measures in a row may be no better before the next one lowers the rate.</param>
    /// <param name="threshold">How much better a measure must be to count.</param>
    /// <param name="absoluteThreshold">The threshold is a difference and not a part of the best.</param>
    /// <param name="cooldown">How many measures after a fall are not counted.</param>
    /// <param name="floor">The rate does not fall below it.</param>
    /// <param name="largerIsBetter">True for an accuracy.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor does not lie in (0, 1), or a count or the threshold is negative.</exception>
    public ReduceOnPlateau(
        double rate,
        double factor = 0.1,
        int patience = 10,
        double threshold = 1e-4,
        bool absoluteThreshold = false,
        int cooldown = 0,
        double floor = 0,
        bool largerIsBetter = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(factor);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(factor, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(patience);
        ArgumentOutOfRangeException.ThrowIfNegative(threshold);
        ArgumentOutOfRangeException.ThrowIfNegative(cooldown);
        (_factor, _patience, _threshold, _isAbsolute) = (factor, patience, threshold, absoluteThreshold);
        (_cooldown, _floor, _largerIsBetter) = (cooldown, floor, largerIsBetter);
        State = new PlateauState(rate, largerIsBetter ? double.NegativeInfinity : double.PositiveInfinity, 0, 0);
    }

    /// <summary>The rate, the best measure and the counts: writing back what was read resumes exactly.</summary>
    public PlateauState State { get; set; }

    /// <summary>The learning rate as it stands.</summary>
    public double Rate => State.Rate;

    /// <summary>Takes one measure, most often one per epoch, and gives the learning rate from now on.</summary>
    public double Observe(double measure)
    {
        (double rate, double best, int bad, int cooldown) = State;
        (best, bad) = IsBetter(measure, best) ? (measure, 0) : (best, bad + 1);
        if (cooldown > 0)
        {
            (cooldown, bad) = (cooldown - 1, 0);
        }

        if (bad > _patience)
        {
            double lower = Math.Max(rate * _factor, _floor);
            rate = rate - lower > SmallestFall ? lower : rate;
            (cooldown, bad) = (_cooldown, 0);
        }

        State = new PlateauState(rate, best, bad, cooldown);
        return rate;
    }

    private bool IsBetter(double measure, double best) => (_largerIsBetter, _isAbsolute) switch
    {
        (false, false) => measure < best * (1 - _threshold),
        (false, true) => measure < best - _threshold,
        (true, false) => measure > best * (1 + _threshold),
        (true, true) => measure > best + _threshold,
    };
}
