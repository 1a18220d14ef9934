namespace Descent.Kernels.Tests;

/// <summary>Runs the units of a kernel in several ways that must all give the same bits.</summary>
internal static class Units
{
    /// <summary>
    /// All at once, then one by one from the last to the first, then in threes: outputs, poisoned before, must be the same each time.
    /// </summary>
    public static void All(int units, Action<int, int> run, params GuardedArray[] outputs)
    {
        Poison(outputs);
        run(0, units);
        byte[][] expected = [.. outputs.Select(o => o.Bytes.ToArray())];

        Poison(outputs);
        for (int unit = units - 1; unit >= 0; unit--)
        {
            run(unit, unit + 1);
        }
        AssertSame(expected, outputs, "one by one, backwards");

        Poison(outputs);
        for (int unit = 0; unit < units; unit += 3)
        {
            run(unit, Math.Min(unit + 3, units));
        }
        AssertSame(expected, outputs, "in threes");
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
