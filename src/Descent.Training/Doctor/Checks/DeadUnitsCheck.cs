namespace Descent;

/// <summary>Rectified units that are 0 for a whole batch: nothing reaches their weights any more.</summary>
public sealed class DeadUnitsCheck() : DoctorCheck("dead-units", "the largest part of a layer's rectified units that are 0 for a whole batch", isQuick: true)
{
    internal const double Many = 0.4, Nearly = 0.9;

    /// <inheritdoc/>
    public override Finding? Examine(DoctorSubject subject, CancellationToken cancellation) => Of(subject.Statistics);

    /// <summary>Of statistics that are there already.</summary>
    internal Finding? Of(NetworkStatistics statistics)
    {
        LayerStatistics? worst = statistics.Layers.Where(layer => layer.DeadPart is not null).MaxBy(layer => layer.DeadPart);
        if (worst is not { DeadPart: { } part })
        {
            return null;
        }

        string says = part == 0 ? "No rectified unit is dead." : $"{Percent(part)} of the {worst.Units} units behind '{worst.Name}' are 0 for a whole batch.";
        const string advice = "Lower the learning rate, begin with biases of 0 and weights of deviation √(2 / fan-in), or use a leaky rectifier.";
        return part > Nearly ? Fail(part, says, advice) : part > Many ? Warn(part, says, advice) : Ok(part, says);
    }
}
