namespace Descent;

/// <summary>Whether activations and gradients keep their size through the layers, or vanish or explode.</summary>
/// <remarks>Glorot and Bengio, AISTATS 2010; He et al., "Delving Deep into Rectifiers", ICCV 2015.</remarks>
public sealed class SignalCheck() : DoctorCheck("signal", "the largest deviation of a layer's activations by the smallest", isQuick: true)
{
    /// <summary>Healthy networks of a hundred layers stay well below.</summary>
    private const double Most = 1000;

    /// <inheritdoc/>
    public override Finding? Examine(DoctorSubject subject, CancellationToken cancellation)
    {
        LayerStatistics[] layers = [.. subject.Statistics.Layers.Where(layer => layer.Gradients is not null)];
        if (layers.Length < 2 || subject.First.Model is LinearModel)
        {
            return null;
        }

        LayerStatistics least = layers.MinBy(layer => layer.Activations.Deviation)!, most = layers.MaxBy(layer => layer.Activations.Deviation)!;
        double ratio = most.Activations.Deviation / least.Activations.Deviation;
        double slopes = layers.Max(layer => layer.Gradients!.Deviation) / layers.Min(layer => layer.Gradients!.Deviation);
        string says = $"Activations deviate by {Short(least.Activations.Deviation)} ('{least.Name}') to {Short(most.Activations.Deviation)} ('{most.Name}'); "
            + $"the largest gradients are {Short(slopes)} times the smallest.";
        const string advice = "Draw weights with deviation √(2 / fan-in) before a rectifier and √(1 / fan-in) before a tanh, or put normalisations between the layers.";
        return !double.IsFinite(ratio) || !double.IsFinite(slopes) ? Fail(ratio, says, advice)
            : ratio > Most || slopes > Most * Most ? Warn(ratio, says, advice)
            : Ok(ratio, says);
    }
}
