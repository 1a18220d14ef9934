namespace Descent;

/// <summary>Whether the loss before the first step is that of a network which knows nothing: ln K for the cross-entropy of K classes.</summary>
/// <remarks>K − 1 margins for the multi-class hinge loss, ln 2 for yes or no.</remarks>
public sealed class InitialLossCheck() : DoctorCheck("initial-loss", "the loss before the first step by that of equal scores", isQuick: true)
{
    private const double Low = 0.5, High = 1.5, Hopeless = 5;

    /// <inheritdoc/>
    public override Finding? Examine(DoctorSubject subject, CancellationToken cancellation)
    {
        if (Expected(subject.First) is not var (expected, words))
        {
            return null;
        }

        double loss = subject.Statistics.Loss, ratio = loss / expected;
        string says = $"The loss begins at {Short(loss)}; {words} is {Short(expected)}.";
        const string advice = "The last layer begins too sure: make its initial weights smaller, or its inputs, which may not be normalised.";
        return !double.IsFinite(loss) || ratio > Hopeless ? Fail(ratio, says, advice)
            : ratio is < Low or > High ? Warn(ratio, says, ratio < Low ? "Scores are already far apart: are weights loaded, or does an input give the label away?" : advice)
            : Ok(ratio, says);
    }

    /// <summary>Of equal scores; null where that says nothing.</summary>
    private static (double Loss, string Words)? Expected(Trainer trainer)
    {
        int classes = trainer.TrainingSet.ClassNames.Count;
        return trainer.LossName switch
        {
            "cross-entropy" when classes > 1 => (Math.Log(classes), $"ln {classes}"),
            "hinge" or "squared-hinge" when classes > 1 => (classes - 1, $"{classes} − 1 margins"),
            "binary-cross-entropy" => (Math.Log(2), "ln 2"),
            _ => null,
        };
    }
}
