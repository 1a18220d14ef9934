namespace Descent;

/// <summary>One check of a training before it begins.</summary>
/// <param name="name">As findings name it.</param>
/// <param name="measures">What it measures, in one phrase.</param>
/// <param name="isQuick">Whether it is done at the start of every training: it takes no step.</param>
public abstract class DoctorCheck(string name, string measures, bool isQuick)
{
    /// <summary>As findings name it.</summary>
    public string Name { get; } = name;

    /// <summary>What it measures, in one phrase.</summary>
    public string Measures { get; } = measures;

    /// <summary>Whether it is done at the start of every training.</summary>
    public bool IsQuick { get; } = isQuick;

    /// <summary>Examines; null where the check says nothing of such a training.</summary>
    public abstract Finding? Examine(DoctorSubject subject, CancellationToken cancellation);

    private protected Finding Ok(double? number, string says) => new(Name, Verdict.Ok, number, says);

    private protected Finding Warn(double? number, string says, string advice) => new(Name, Verdict.Warn, number, says, advice);

    private protected Finding Fail(double? number, string says, string advice) => new(Name, Verdict.Fail, number, says, advice);

    private protected static string Short(double number) => number.ToString("G3", System.Globalization.CultureInfo.InvariantCulture);

    private protected static string Percent(double part) => (part * 100).ToString("0.#", System.Globalization.CultureInfo.InvariantCulture) + " %";
}
