namespace Descent;

/// <summary>Which parts of the examples are set aside where a source comes in one piece.</summary>
/// <param name="Test">For testing, in (0, 1).</param>
/// <param name="Validation">For validation, in [0, 1); 0 leaves that to the training.</param>
/// <param name="Seed">Equal seeds set the same examples aside.</param>
public sealed record SplitParts(double Test = 0.2, double Validation = 0, ulong Seed = 1)
{
    /// <summary>Parts that leave something to train on.</summary>
    /// <exception cref="ArgumentException">They do not.</exception>
    internal SplitParts Checked() => Test is > 0 and < 1 && Validation is >= 0 and < 1 && Test + Validation < 1
        ? this
        : throw new ArgumentException(
            $"test={Test} and val={Validation} are parts of the examples: above 0 (val may be 0), and below 1 together.");

    /// <summary>Divides examples, each class by the same parts.</summary>
    internal (int[] Train, int[] Validation, int[] Test) Divide(IReadOnlyList<int> groups)
    {
        // A stream of its own: what is set aside depends on the seed alone, not on what was drawn before.
        Rng stream = new Rng(Seed).Stream("source-split");
        (int[] rest, int[] test) = Stratified.Divide(groups, [.. Enumerable.Range(0, groups.Count)], Test, stream, leastAside: 1);
        if (Validation == 0)
        {
            return (rest, [], test);
        }

        (int[] train, int[] validation) = Stratified.Divide(groups, rest, Validation / (1 - Test), stream, leastAside: 1);
        return (train, validation, test);
    }
}
