namespace Descent.Kernels.Tests;

/// <summary>Runs the units of a kernel in several ways that must all give the same bits.</summary>
internal static class Units
{
    /// <summary>
    /// All at once, then one by one from the last to the first, then in threes: outputs, poisoned before, must be the same each time.
    /// </summary>
    public static void All(int units, Action<int, int> run, params GuardedArray[] outputs) => All(1, _ => units, (_, a, b) => run(a, b), outputs);

    /// <summary>The same for phases that follow one another.</summary>
    public static void All(int phases, Func<int, int> units, Action<int, int, int> run, params GuardedArray[] outputs)
    {
        RunAll((count, part) => part(0, count));
        byte[][] expected = [.. outputs.Select(o => o.Bytes.ToArray())];

        RunAll((count, part) => Backwards(count, 1, part));
        AssertSame(expected, outputs, "one by one, backwards");

        RunAll((count, part) => Backwards(count, 3, part));
        AssertSame(expected, outputs, "in threes, backwards");

        void RunAll(Action<int, Action<int, int>> split)
        {
            Poison(outputs);
            for (int phase = 0; phase < phases; phase++)
            {
                split(units(phase), (a, b) => run(phase, a, b));
            }
        }
    }

    /// <summary>From the last unit to the first, in runs of <paramref name="step"/>.</summary>
    public static void Backwards(int units, int step, Action<int, int> run)
    {
        for (int last = units; last > 0; last -= Math.Min(step, last))
        {
            run(Math.Max(0, last - step), last);
        }
    }

    // NaN, so that an element that nobody writes, or that is added to unwritten memory, is found.
    private static void Poison(GuardedArray[] outputs)
    {
        foreach (GuardedArray output in outputs)
        {
            output.Span.Fill(float.NaN);
        }
    }

    private static void AssertSame(byte[][] expected, GuardedArray[] outputs, string how)
    {
        for (int i = 0; i < outputs.Length; i++)
        {
            Assert.True(outputs[i].Bytes.SequenceEqual(expected[i]), $"Output {i} depends on the split of work ({how}).");
        }
    }
}
