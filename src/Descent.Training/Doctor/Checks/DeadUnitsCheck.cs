namespace Descent;

/// <summary>Rectified units that are 0 for a whole batch: nothing reaches their weights any more.</summary>
public sealed class DeadUnitsCheck() : WorstLayerCheck(
    "dead-units", "the largest part of a layer's rectified units that are 0 for a whole batch", many: 0.4,
    "Lower the learning rate, begin with biases of 0 and weights of deviation √(2 / fan-in), or use a leaky rectifier.")
{
    private protected override double? PartOf(LayerStatistics layer) => layer.DeadPart;

    private protected override string Says(LayerStatistics worst, double part) =>
        part == 0 ? "No rectified unit is dead." : $"{Percent(part)} of the {worst.Units} units behind '{worst.Name}' are 0 for a whole batch.";
}
