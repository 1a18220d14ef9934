namespace Descent.Benchmarks;

/// <summary>What is timed.</summary>
internal enum Measure
{
    Train,
    Infer,
    InferOne,
}

internal static class Measures
{
    public static string Text(this Measure measure) => measure switch
    {
        Measure.Train => "train",
        Measure.Infer => "infer",
        _ => "one image",
    };
}

/// <summary>One side in one setting: "PyTorch", "channels_last, 2 threads".</summary>
/// <param name="Seconds">The time of so many iterations of a measure; null where the side does not do it.</param>
internal sealed record Contender(string Side, string Setting, Func<Measure, int, double?> Seconds);

/// <summary>The best time per iteration of one side, and the setting that gave it.</summary>
internal sealed record Timing(string Side, string Setting, double SecondsPerIteration);

internal static class Race
{
    /// <summary>
    /// Times all contenders in turn, again and again, so that whatever else slows the machine slows them all; the best round of the best
    /// setting stands for each side.
    /// </summary>
    /// <param name="seconds">How long one turn takes.</param>
    public static IReadOnlyList<Timing> Run(Measure measure, IReadOnlyList<Contender> contenders, int rounds, double seconds)
    {
        var best = new Dictionary<string, Timing>();
        var iterations = new Dictionary<Contender, int>();
        foreach (Contender contender in contenders)
        {
            const int trial = 3;
            if (contender.Seconds(measure, trial) is { } time)
            {
                iterations[contender] = (int)Math.Clamp(seconds / (time / trial), trial, 100_000);
            }
        }

        for (int round = 0; round < rounds; round++)
        {
            foreach ((Contender contender, int count) in iterations)
            {
                double each = contender.Seconds(measure, count)!.Value / count;
                if (!best.TryGetValue(contender.Side, out Timing? known) || each < known.SecondsPerIteration)
                {
                    best[contender.Side] = new(contender.Side, contender.Setting, each);
                }
            }
        }

        return [.. best.Values];
    }
}
