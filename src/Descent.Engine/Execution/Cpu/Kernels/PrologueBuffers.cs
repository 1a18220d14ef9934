using Descent.Kernels;

namespace Descent;

/// <summary>What a convolution reads images from: its first input, or what a <see cref="PrologueFusion"/> computes that from.</summary>
internal readonly unsafe struct PrologueBuffers
{
    private readonly PlanBuffer _images;
    private readonly PlanBuffer? _scale;
    private readonly PlanBuffer? _shift;

    private PrologueBuffers(PlanBuffer images, PlanBuffer? scale, PlanBuffer? shift) => (_images, _scale, _shift) = (images, scale, shift);

    public Prologue Kind => _scale is null ? Prologue.None : Prologue.ScaleShiftRelu;

    /// <summary>As it stands in the plan, before the name of the pass.</summary>
    public string Name => _scale is null ? "" : PrologueFusion.Name;

    /// <summary>All that there are.</summary>
    public IEnumerable<PlanBuffer> All => new[] { _images, _scale, _shift }.OfType<PlanBuffer>();

    public static PrologueBuffers Of(Choose choose, PlanNode node) =>
        choose.Prologues.TryGetValue(node, out PrologueFusion? fusion)
            ? new(choose.Dense(fusion.Source, AxisOrder.ChannelsLast), choose.Dense(fusion.Scale), choose.Dense(fusion.Shift))
            : new(choose.Dense(node.Inputs[0], AxisOrder.ChannelsLast), null, null);

    public float* Images(PlanRun run) => (float*)run[_images];

    public float* Scale(PlanRun run) => _scale is null ? null : (float*)run[_scale];

    public float* Shift(PlanRun run) => _shift is null ? null : (float*)run[_shift];
}
