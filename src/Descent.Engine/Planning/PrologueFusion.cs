namespace Descent;

/// <summary>
/// A rectified batch normalisation, <c>max(scale·x + shift, 0)</c>, that nobody reads but convolutions and gradients of their weights: they compute it as
/// they read x, and it is never written.
/// </summary>
/// <param name="Source">What is read instead.</param>
/// <param name="Scale">One factor per channel.</param>
/// <param name="Shift">One addend per channel.</param>
internal sealed record PrologueFusion(PlanValue Source, PlanValue Scale, PlanValue Shift)
{
    /// <summary>As it stands in the plan, before the reader's name.</summary>
    public const string Name = "scale-shift+relu+";

    /// <summary>By all nodes that one covers, and by their readers.</summary>
    public static Dictionary<PlanNode, PrologueFusion> Find(
        PlanGraph graph, IBackend backend, Dictionary<PlanNode, PoolFusion> pools, Dictionary<PlanNode, EpilogueFusion> epilogues)
    {
        var found = new Dictionary<PlanNode, PrologueFusion>();
        foreach (PlanNode node in graph.Nodes)
        {
            if (Of(node) is { } fusion && node.Outputs[0] is { IsRequired: false, Users: { Count: > 0 } readers } y
                && !epilogues.ContainsKey(node) && readers.TrueForAll(reader => Takes(reader, y, backend) && !pools.ContainsKey(reader)))
            {
                PlanNode[] covered = [node, node.Inputs[0].Producer!, .. readers];
                foreach (PlanNode each in covered)
                {
                    found.Add(each, fusion);
                }
            }
        }

        return found;
    }

    /// <summary>What the node would be as a prologue, null if it is none.</summary>
    public static PrologueFusion? Of(PlanNode rectifier) =>
        rectifier is { Op: Unary<Relu>, Outputs: [{ Type: { DType: DType.F32, Shape.Rank: 4 } type }] }
        && rectifier.Inputs[0] is { IsRequired: false, Users.Count: 1, Producer: { Op: MultiplyAdd, Inputs: [var x, var scale, var shift] } }
        && x.Type == type && EpilogueFusion.IsPerColumn(scale.Type, rectifier) && EpilogueFusion.IsPerColumn(shift.Type, rectifier)
            ? new PrologueFusion(x, scale, shift)
            : null;

    /// <summary>True for a convolution of the value, or the gradient of one by its weight, whose fastest kernel takes a prologue.</summary>
    public static bool Takes(PlanNode reader, PlanValue value, IBackend backend) =>
        reader.Op is Conv2d or Conv2dBackwardWeight && reader.Inputs[0] == value && reader.Inputs[1] != value
        && backend.Candidates(reader).MinBy(kernel => kernel.Seconds)!.TakesPrologue;
}
