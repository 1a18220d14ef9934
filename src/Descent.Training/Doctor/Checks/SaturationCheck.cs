namespace Descent;

/// <summary>Values of sigmoids and tanhs so far out that their slope is below a twentieth: gradients do not pass them.</summary>
public sealed class SaturationCheck() : DoctorCheck("saturation", "the largest part of a layer's sigmoids or tanhs that are saturated", isQuick: true)
{
    private const double Many = 0.5, Nearly = 0.9;

    /// <inheritdoc/>
    public override Finding? Examine(DoctorSubject subject, CancellationToken cancellation) => Of(subject.Statistics);

    /// <summary>Of statistics that are there already.</summary>
    internal Finding? Of(NetworkStatistics statistics)
    {
        LayerStatistics? worst = statistics.Layers.Where(layer => layer.SaturatedPart is not null).MaxBy(layer => layer.SaturatedPart);
        if (worst is not { SaturatedPart: { } part })
        {
            return null;
        }

        string says = $"{Percent(part)} of the {worst.Kind} values behind '{worst.Name}' are saturated.";
        const string advice = "Begin with smaller weights (Glorot's), normalise the inputs, or lower the learning rate.";
        return part > Nearly ? Fail(part, says, advice) : part > Many ? Warn(part, says, advice) : Ok(part, says);
    }
}
