namespace Descent;

/// <summary>Examines a training before it begins: the sanity checks of the field's courses, one after the other.</summary>
public static class Doctor
{
    /// <summary>All checks, the data's first.</summary>
    public static IReadOnlyList<DoctorCheck> Checks { get; } =
    [
        new ClassBalanceCheck(),
        new ConstantInputsCheck(),
        new NormalisationCheck(),
        new DuplicatesCheck(),
        new LabelNoiseCheck(),
        new InitialLossCheck(),
        new RegularisationCheck(),
        new DeadUnitsCheck(),
        new SaturationCheck(),
        new SignalCheck(),
        new GradientsCheck(),
        new OverfitCheck(),
        new RateRangeCheck(),
        new UpdateRatioCheck(),
    ];

    /// <summary>What the checks find, each as soon as it is found.</summary>
    /// <param name="subject">The training.</param>
    /// <param name="quickOnly">Only those that take no step.</param>
    /// <param name="cancellation">Ends the examination.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IEnumerable<Finding> Examine(DoctorSubject subject, bool quickOnly = false, CancellationToken cancellation = default)
    {
        foreach (DoctorCheck check in Checks.Where(check => check.IsQuick || !quickOnly))
        {
            cancellation.ThrowIfCancellationRequested();
            if (check.Examine(subject, cancellation) is { } finding)
            {
                yield return finding;
            }
        }
    }
}
