using System.Collections.Frozen;
using Descent.Kernels;

namespace Descent;

/// <summary>The CPU's kernels: one row for each op that is not elementwise, and integers one formula at a time.</summary>
/// <remarks>What is left, arithmetic on f64 and the ops of users, runs on the reference kernels.</remarks>
internal sealed class CpuBackend(bool winograd = true) : IBackend
{
    // What one core moves and computes in a second, roughly: estimates are compared with each other, not with a clock.
    private const double BytesPerSecond = 20e9;

    private static readonly FrozenDictionary<Type, Func<PlanNode, IEnumerable<Candidate>>> s_kernels = new[]
    {
        On<MatMul>(MatMulKernel.Lower, IsF32, takesEpilogue: true),
        OnChoice<Conv2d>(Conv2dKernel.Forward, IsF32),
        OnChoice<Conv2dBackwardInput>(Conv2dKernel.BackwardInput, IsF32),
        OnChoice<Conv2dBackwardWeight>(Conv2dKernel.BackwardWeight, IsF32),
        On<MaxPool2d>(Pool2dKernel.Max, FirstIsF32, AxisOrder.ChannelsLast),
        On<MaxPool2dBackward>(Pool2dKernel.MaxBackward, FirstIsF32, AxisOrder.ChannelsLast),
        On<AvgPool2d>(Pool2dKernel.Average, IsF32, AxisOrder.ChannelsLast),
        On<AvgPool2dBackward>(Pool2dKernel.AverageBackward, IsF32, AxisOrder.ChannelsLast),
        On<BatchNormStatistics>(BatchNormKernel.Statistics, IsF32, AxisOrder.ChannelsLast),
        On<LayerNorm>(LayerNormKernel.Forward, IsF32),
        On<LayerNormBackward>(LayerNormKernel.Backward, IsF32),
        On<Softmax>(SoftmaxKernel.Softmax, IsF32),
        On<LogSoftmax>(SoftmaxKernel.LogSoftmax, IsF32),
        On<SoftmaxBackward>(SoftmaxKernel.SoftmaxBackward, IsF32),
        On<LogSoftmaxBackward>(SoftmaxKernel.LogSoftmaxBackward, IsF32),
        On<Attention>(AttentionKernel.Forward, IsF32),
        On<AttentionBackward>(AttentionKernel.Backward, IsF32),
        On<CrossEntropy>(SoftmaxKernel.CrossEntropyForward, FirstIsF32, AxisOrder.ChannelsLast),
        On<CrossEntropyBackward>(SoftmaxKernel.CrossEntropyGradient, FirstIsF32, AxisOrder.ChannelsLast),
        On<Concat>(MovementKernel.Concat, Always),
        On<Pad>(MovementKernel.Pad, Always),
        On<SliceBackward>(MovementKernel.SliceBackward, Always),
        On<Gather>(IndexKernel.Gather, Always),
        On<GatherAlong>(IndexKernel.GatherAlong, Always),
        On<ScatterAdd>(IndexKernel.ScatterAdd, Always),
        On<ScatterAddAlong>(IndexKernel.ScatterAddAlong, Always),
        On<OneHot>(IndexKernel.OneHot, Always),
        On<Cast>(CastKernel.Lower, Always),
        On<Reduce>(IntegerReduceKernel.Lower, node => !node.Inputs[0].Type.DType.IsFloat()),
        On<RandomUniform>(RandomKernel.Uniform, ResultIsF32),
        On<RandomNormal>(RandomKernel.Normal, ResultIsF32),
        On<ArgMax>(ArgReduceKernel.Lower, Always),
    }.ToFrozenDictionary();

    public IReadOnlyList<Candidate> Candidates(PlanNode node)
    {
        Candidate[] fast = s_kernels.TryGetValue(node.Op.GetType(), out var rows) ? [.. rows(node).Where(kernel => winograd || !kernel.IsApproximate)]
            : IntegerLaunch.Fits(node) ? [new Candidate(node.Op.Name, choose => IntegerLaunch.Lower(choose, node))]
            : [];
        return fast.Length > 0 ? fast : [new Candidate("reference", choose => ReferenceLaunch.Lower(choose, node)) { Seconds = 1 }];
    }

    public void LowerElementwise(Choose choose, TileGroup group) => TileGroups.Lower(choose, group);

    public bool FusesPooling(in ConvPoolShape shape) => shape.Pays;

    public void LowerPooling(Choose choose, PoolFusion fusion, PlanNode node) => ConvPoolKernel.Lower(choose, fusion, node);

    public Launch Copy(Place from, Place to, DType type) => new CopyLaunch(from, to, type);

    public Launch Guard(PlanBuffer[] scalars) => new GuardLaunch(scalars);

    public double CopySeconds(long bytes) => 2 * bytes / BytesPerSecond;

    private static bool Always(PlanNode node) => true;

    private static bool ResultIsF32(PlanNode node) => node.Outputs[0].Type.DType == DType.F32;

    private static bool FirstIsF32(PlanNode node) => node.Inputs[0].Type.DType == DType.F32;

    private static bool IsF32(PlanNode node) => ResultIsF32(node) && node.Inputs.All(x => x.Type.DType == DType.F32);

    /// <summary>The op has one kernel where <paramref name="fits"/> holds.</summary>
    private static KeyValuePair<Type, Func<PlanNode, IEnumerable<Candidate>>> On<TOp>(
        Action<Choose, PlanNode, TOp> lower, Func<PlanNode, bool> fits, AxisOrder images = AxisOrder.RowMajor, bool takesEpilogue = false)
        where TOp : Op =>
        OnChoice<TOp>(
            (node, op) => [new Candidate(op.Name, choose => lower(choose, node, op)) { Images = images, TakesEpilogue = takesEpilogue }], fits);

    /// <summary>The op has several kernels to choose from where <paramref name="fits"/> holds.</summary>
    private static KeyValuePair<Type, Func<PlanNode, IEnumerable<Candidate>>> OnChoice<TOp>(
        Func<PlanNode, TOp, IEnumerable<Candidate>> candidates, Func<PlanNode, bool> fits)
        where TOp : Op =>
        new(typeof(TOp), node => fits(node) ? candidates(node, (TOp)node.Op) : []);
}
