namespace Descent;

/// <summary>How much oftener the most frequent class of the training set occurs than the rarest.</summary>
public sealed class ClassBalanceCheck() : DoctorCheck("class-balance", "samples of the most frequent class for one of the rarest", isQuick: true)
{
    private const double Most = 10;

    /// <inheritdoc/>
    public override Finding? Examine(DoctorSubject subject, CancellationToken cancellation)
    {
        if (subject.Training.LabelType != DType.I32 || subject.Training.LabelShape.Rank > 0)
        {
            return null;
        }

        IReadOnlyList<string> names = subject.Training.ClassNames;
        int[] counts = new int[names.Count];
        for (int i = 0; i < subject.Training.Count; i++)
        {
            counts[subject.Training.Label(i)]++;
        }

        int rarest = Array.IndexOf(counts, counts.Min()), commonest = Array.IndexOf(counts, counts.Max());
        if (counts[rarest] == 0)
        {
            return Fail(
                double.PositiveInfinity, $"No training sample is of class '{names[rarest]}'.",
                "Remove the class, or look whether its folder or its labels were read.");
        }

        double ratio = (double)counts[commonest] / counts[rarest];
        string says = $"'{names[commonest]}' has {counts[commonest]} samples, '{names[rarest]}' {counts[rarest]}: {Short(ratio)} times as many.";
        return ratio > Most
            ? Warn(ratio, says, "Count rare classes more (--class-weights balanced), and judge by the macro F1 of 'descent evaluate', not by accuracy.")
            : Ok(ratio, says);
    }
}
