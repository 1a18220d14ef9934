namespace Descent;

/// <summary>A check of what part of a layer nothing is learned through, in the layer where it is the largest.</summary>
public abstract class WorstLayerCheck : DoctorCheck
{
    private const double Nearly = 0.9;

    private readonly double _many;
    private readonly string _advice;

    /// <param name="name">As findings name it.</param>
    /// <param name="measures">What it measures, in one phrase.</param>
    /// <param name="many">The part from which on it warns; from nine tenths on it fails.</param>
    /// <param name="advice">What helps.</param>
    private protected WorstLayerCheck(string name, string measures, double many, string advice)
        : base(name, measures, isQuick: true) => (_many, _advice) = (many, advice);

    /// <inheritdoc/>
    public sealed override Finding? Examine(DoctorSubject subject, CancellationToken cancellation) => Of(subject.Statistics);

    /// <summary>Of statistics that are there already.</summary>
    internal Finding? Of(NetworkStatistics statistics)
    {
        LayerStatistics? worst = statistics.Layers.Where(layer => PartOf(layer) is not null).MaxBy(PartOf);
        if (worst is null || PartOf(worst) is not { } part)
        {
            return null;
        }

        string says = Says(worst, part);
        return part > Nearly ? Fail(part, says, _advice) : part > _many ? Warn(part, says, _advice) : Ok(part, says);
    }

    /// <summary>In [0, 1]; null of a layer of another kind.</summary>
    private protected abstract double? PartOf(LayerStatistics layer);

    private protected abstract string Says(LayerStatistics worst, double part);
}
