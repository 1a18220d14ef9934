namespace Descent;

/// <summary>Nodes that run as one launch: a chain of elementwise ops, perhaps with the reduction that ends it.</summary>
internal sealed class TileGroup
{
    /// <summary>In an order in which they can be computed.</summary>
    public List<PlanNode> Nodes { get; } = [];

    /// <summary>The reduction at the end, null if there is none.</summary>
    public PlanNode? Reduction { get; set; }

    /// <summary>The shape that every step runs over.</summary>
    public required Shape Domain { get; init; }

    /// <summary>The node at whose place the launch stands.</summary>
    public PlanNode Last => Reduction ?? Nodes[^1];
}

/// <summary>
/// Decides which elementwise nodes run together over tiles that stay in the first-level cache. A producer joins its consumers when all of
/// them are in one group, so that its value never reaches memory; two groups never wait for each other.
/// </summary>
internal static class Fuse
{
    /// <summary>More steps than this gain nothing, and their scratch tiles would leave the cache.</summary>
    private const int MaxSteps = 24;

    /// <summary>
    /// The groups by their last node; every elementwise node is in one. With <paramref name="fuse"/> off each stands alone.
    /// </summary>
    public static Dictionary<PlanNode, TileGroup> Run(PlanGraph graph, Dictionary<PlanNode, EpilogueFusion> epilogues, bool fuse)
    {
        var groupOf = new Dictionary<PlanNode, TileGroup>();
        for (int i = graph.Nodes.Count - 1; i >= 0; i--)
        {
            PlanNode node = graph.Nodes[i];
            if (epilogues.ContainsKey(node))
            {
                continue;
            }

            if (IsTileable(node))
            {
                TileGroup? consumer = fuse ? ConsumerOf(node, groupOf) : null;
                if (consumer is null)
                {
                    groupOf[node] = consumer = new TileGroup { Domain = node.Outputs[0].Type.Shape };
                }

                consumer.Nodes.Add(node);
                groupOf[node] = consumer;
            }
            else if (IsTileReduction(node))
            {
                groupOf[node] = new TileGroup { Domain = node.Inputs[0].Type.Shape, Reduction = node };
            }
        }

        var byLast = new Dictionary<PlanNode, TileGroup>();
        foreach (TileGroup group in groupOf.Values.Distinct())
        {
            group.Nodes.Reverse();
            byLast.Add(group.Last, group);
        }

        return byLast;
    }

    /// <summary>True for nodes that the f32 tile programs run; other element types run on the reference kernels.</summary>
    public static bool IsTileable(PlanNode node) =>
        node.Op is ElementwiseOp or Cast
        && node.Outputs.All(y => IsTileOutput(y.Type.DType))
        && node.Inputs.All(x => x.IsUniform ? x.Type.DType is DType.F32 or DType.U8 : IsTileInput(x.Type.DType));

    public static bool IsTileReduction(PlanNode node) => node.Op is Reduce && node.Inputs[0].Type.DType == DType.F32;

    private static bool IsTileOutput(DType type) => type is DType.F32 or DType.Bool;

    private static bool IsTileInput(DType type) => type is DType.F32 or DType.Bool or DType.U8;

    /// <summary>The one group that reads the node's only output, if the node can run there.</summary>
    private static TileGroup? ConsumerOf(PlanNode node, Dictionary<PlanNode, TileGroup> groupOf)
    {
        if (node.Outputs.Length > 1 || node.Outputs[0].IsRequired || node.Outputs[0].Users.Count == 0)
        {
            return null;
        }

        TileGroup? consumer = null;
        foreach (PlanNode user in node.Outputs[0].Users)
        {
            if (!groupOf.TryGetValue(user, out TileGroup? group) || (consumer is not null && consumer != group))
            {
                return null;
            }

            consumer = group;
        }

        // A smaller operand is computed once, not once per repetition.
        return consumer!.Nodes.Count < MaxSteps && consumer.Domain == node.Outputs[0].Type.Shape ? consumer : null;
    }
}
