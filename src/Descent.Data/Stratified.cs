namespace Descent;

/// <summary>Sets examples aside, the same part of each class.</summary>
internal static class Stratified
{
    /// <summary>The class of each example; one for all where examples have several, or none.</summary>
    public static int[] GroupsOf(IDataset data)
    {
        bool hasClass = data.LabelShape.Rank == 0 || data.Task == LearningTask.BinaryClassification;
        return [.. Enumerable.Range(0, data.Count).Select(i => hasClass ? data.Label(i) : 0)];
    }

    /// <param name="groups">The class of each example.</param>
    /// <param name="members">Which examples are divided, in ascending order.</param>
    /// <param name="part">Of each class, in (0, 1); rounded.</param>
    /// <param name="stream">Makes one draw for each class.</param>
    /// <param name="leastAside">From classes that have two examples or more, at least so many; one always stays.</param>
    /// <returns>Both in ascending order.</returns>
    public static (int[] Kept, int[] Aside) Divide(IReadOnlyList<int> groups, int[] members, double part, Rng stream, int leastAside = 0)
    {
        var kept = new List<int>(members.Length);
        var aside = new List<int>();
        foreach (IGrouping<int, int> group in members.GroupBy(index => groups[index]).OrderBy(group => group.Key))
        {
            int[] ofClass = [.. group];
            int[] order = stream.Permutation(ofClass.Length);
            int count = (int)Math.Round(part * ofClass.Length, MidpointRounding.AwayFromZero);
            if (leastAside > 0)
            {
                count = Math.Min(Math.Max(count, leastAside), ofClass.Length - 1);
            }

            aside.AddRange(order.Take(count).Select(i => ofClass[i]));
            kept.AddRange(order.Skip(count).Select(i => ofClass[i]));
        }

        kept.Sort();
        aside.Sort();
        return ([.. kept], [.. aside]);
    }
}
