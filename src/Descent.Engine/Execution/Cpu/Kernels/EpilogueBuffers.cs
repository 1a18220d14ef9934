namespace Descent;

/// <summary>What the write-back of a product or convolution reads: factors and addends per column, and a number per element.</summary>
internal readonly unsafe struct EpilogueBuffers
{
    private readonly PlanBuffer? _scale;
    private readonly PlanBuffer? _shift;
    private readonly PlanBuffer? _other;

    private EpilogueBuffers(PlanBuffer? scale, PlanBuffer? shift, PlanBuffer? other) => (_scale, _shift, _other) = (scale, shift, other);

    /// <summary>All that there are.</summary>
    public IEnumerable<PlanBuffer> All => new[] { _scale, _shift, _other }.OfType<PlanBuffer>();

    /// <param name="choose">Where launches are made.</param>
    /// <param name="fusion">Null where nothing is fused.</param>
    /// <param name="order">How the elements of the result lie, and so those of the operand that has one number for each.</param>
    public static EpilogueBuffers Of(Choose choose, EpilogueFusion? fusion, AxisOrder order) => new(
        fusion?.Scale is { } scale ? choose.Dense(scale) : null,
        fusion?.Shift is { } shift ? choose.Dense(shift) : null,
        fusion?.Other is { } other ? choose.Dense(other, order) : null);

    public float* Scale(PlanRun run) => At(run, _scale);

    public float* Shift(PlanRun run) => At(run, _shift);

    public float* Other(PlanRun run) => At(run, _other);

    private static float* At(PlanRun run, PlanBuffer? buffer) => buffer is null ? null : (float*)run[buffer];
}
