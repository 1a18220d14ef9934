namespace Descent;

/// <summary>How well one class is told from the others, or the mean of that over classes.</summary>
/// <param name="Precision">Of what was taken for the class, the part that is of it: <c>TP / (TP + FP)</c>; 0 where nothing was.</param>
/// <param name="Recall">Of what is of the class, the part that was found: <c>TP / (TP + FN)</c>; 0 where there is nothing.</param>
/// <param name="F1">The harmonic mean of both: <c>2·TP / (2·TP + FP + FN)</c>; 0 where they are.</param>
/// <param name="Support">Samples of the class, of all classes in a mean.</param>
/// <remarks>Van Rijsbergen, "Information Retrieval", 2nd edition, 1979. Values and means as scikit-learn.</remarks>
public readonly record struct ClassScores(double Precision, double Recall, double F1, long Support)
{
    /// <summary>Of one class of a confusion matrix.</summary>
    public static ClassScores Of(ConfusionMatrix confusion, int k) => Of(confusion[k, k], confusion.Found(k), confusion.Support(k));

    /// <summary>Of a class that <paramref name="right"/> of the <paramref name="found"/> samples taken for it and of its own are.</summary>
    internal static ClassScores Of(long right, long found, long support) =>
        new(Ratio(right, found), Ratio(right, support), Ratio(2 * right, found + support), support);

    /// <summary>The plain mean over classes, in which a rare class counts as a frequent one.</summary>
    /// <exception cref="InvalidOperationException">There is no class.</exception>
    public static ClassScores Macro(IReadOnlyCollection<ClassScores> classes) => new(
        classes.Average(c => c.Precision), classes.Average(c => c.Recall), classes.Average(c => c.F1), classes.Sum(c => c.Support));

    /// <summary>The mean over classes by their support, in which a class counts as often as it occurs; 0 where none does.</summary>
    public static ClassScores Weighted(IReadOnlyCollection<ClassScores> classes)
    {
        long total = classes.Sum(c => c.Support);
        return new(Mean(c => c.Precision), Mean(c => c.Recall), Mean(c => c.F1), total);

        double Mean(Func<ClassScores, double> of) => total == 0 ? 0 : classes.Sum(c => of(c) * c.Support) / total;
    }

    private static double Ratio(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
