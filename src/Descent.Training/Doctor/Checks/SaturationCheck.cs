namespace Descent;

/// <summary>Values of sigmoids and tanhs so far out that their slope is below a twentieth: gradients do not pass them.</summary>
public sealed class SaturationCheck() : WorstLayerCheck(
    "saturation", "the largest part of a layer's sigmoids or tanhs that are saturated", many: 0.5,
    "Begin with smaller weights (Glorot's), normalise the inputs, or lower the learning rate.")
{
    private protected override double? PartOf(LayerStatistics layer) => layer.SaturatedPart;

    private protected override string Says(LayerStatistics worst, double part) =>
        $"{Percent(part)} of the {worst.Kind} values behind '{worst.Name}' are saturated.";
}
