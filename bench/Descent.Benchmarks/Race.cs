namespace Descent.Benchmarks;

/// <summary>One side in one setting: "PyTorch", "channels_last, 2 threads".</summary>
/// <param name="Seconds">The time of so many iterations of a measure; null where the side does not do it.</param>
internal sealed record Contender(string Side, string Setting, Func<Measure, int, double?> Seconds);

/// <summary>The time per iteration of one side in the setting that suits it best.</summary>
/// <param name="Seconds">The median of the rounds, which stands.</param>
/// <param name="Best">The best round.</param>
internal sealed record Timing(string Side, string Setting, double Seconds, double Best);

/// <summary>Times all contenders in turn, again and again, so that whatever else slows the machine slows them all.</summary>
internal static class Race
{
    // A setting that takes this many times as long as its side's fastest is not raced.
    private const double Hopeless = 1.5;

    /// <param name="of">The case, which says how many iterations are a fair trial.</param>
    /// <param name="seconds">How long one turn takes; a turn is two iterations at least.</param>
    public static IReadOnlyList<Timing> Run(Case of, Measure measure, IReadOnlyList<Contender> contenders, int rounds, double seconds)
    {
        int trial = of.Few(3) >= 3 ? 3 : 1;
        (Contender Contender, double Seconds)[] trials =
        [
            .. contenders.Select(c => (Contender: c, Time: c.Seconds(measure, trial) / trial))
                .Where(t => t.Time is not null).Select(t => (t.Contender, t.Time!.Value)),
        ];
        (Contender Contender, int Iterations, List<double> Each)[] raced =
        [
            .. trials.GroupBy(t => t.Contender.Side)
                .SelectMany(side => side.Where(t => t.Seconds <= Hopeless * side.Min(other => other.Seconds)))
                .Select(t => (t.Contender, (int)Math.Clamp(seconds / t.Seconds, 2, 100_000), new List<double>())),
        ];
        for (int round = 0; round < rounds; round++)
        {
            foreach ((Contender contender, int iterations, List<double> each) in raced)
            {
                each.Add(contender.Seconds(measure, iterations)!.Value / iterations);
            }
        }

        return
        [
            .. raced.Select(r => new Timing(r.Contender.Side, r.Contender.Setting, Median(r.Each), r.Each.Min()))
                .GroupBy(t => t.Side)
                .Select(side => side.MinBy(t => t.Seconds)!),
        ];
    }

    public static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
