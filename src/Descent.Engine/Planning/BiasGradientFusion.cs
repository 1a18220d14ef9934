namespace Descent;

/// <summary>
/// The gradient of a convolution's bias as a second result of the weight gradient's launch: both read all of the output's gradient, and the sums come
/// nearly for free where it is read for the products.
/// </summary>
internal static class BiasGradientFusion
{
    /// <summary>The sum of each weight gradient, and the weight gradient of each sum, as partners; a pair is lowered at the later of both.</summary>
    public static Dictionary<PlanNode, PlanNode> Find(PlanGraph graph, Dictionary<PlanNode, PoolFusion> pools)
    {
        var partners = new Dictionary<PlanNode, PlanNode>();
        foreach (PlanNode node in graph.Nodes)
        {
            if (node.Op is Conv2dBackwardWeight && !pools.ContainsKey(node) && node.Inputs[1] is { Type.DType: DType.F32 } dy
                && dy.Users.Find(user => IsSum(user, dy)) is { } sum && !partners.ContainsKey(sum) && !pools.ContainsKey(sum) && AreReadLater(node, sum))
            {
                partners.Add(node, sum);
                partners.Add(sum, node);
            }
        }

        return partners;
    }

    /// <summary>One sum per channel.</summary>
    private static bool IsSum(PlanNode user, PlanValue dy) =>
        user.Op is Reduce { Kind: Reduction.Sum } && user.Outputs[0].Type.Shape == new Shape(1, dy.Type.Shape[1], 1, 1);

    private static bool AreReadLater(PlanNode a, PlanNode b) =>
        a.Outputs[0].Users.Concat(b.Outputs[0].Users).All(user => user.Index > Math.Max(a.Index, b.Index));
}
