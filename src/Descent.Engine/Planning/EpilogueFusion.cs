namespace Descent;

/// <summary>What a matrix product or a convolution does in its write-back instead of a launch of its own.</summary>
/// <param name="Product">The product or convolution.</param>
/// <param name="Bias">One addend per output column or channel.</param>
/// <param name="Rectifies">max(·, 0) after it.</param>
/// <param name="Last">The absorbed node whose output is the result.</param>
internal sealed record EpilogueFusion(PlanNode Product, PlanValue Bias, bool Rectifies, PlanNode Last)
{
    /// <summary>Every pattern product + bias [+ relu] whose intermediates nobody else reads, by all the nodes it covers.</summary>
    public static Dictionary<PlanNode, EpilogueFusion> Find(PlanGraph graph, IBackend backend)
    {
        var found = new Dictionary<PlanNode, EpilogueFusion>();
        foreach (PlanNode node in graph.Nodes)
        {
            if (node.Op is not (MatMul or Conv2d) || !backend.Candidates(node).Any(kernel => kernel.TakesEpilogue)
                || OnlyUser(node) is not { Op: Binary<Add> } add)
            {
                continue;
            }

            PlanValue bias = add.Inputs[0] == node.Outputs[0] ? add.Inputs[1] : add.Inputs[0];
            if (found.ContainsKey(add) || add.Outputs[0].Type != node.Outputs[0].Type || bias.Type.DType != DType.F32 || !IsPerColumn(bias.Type.Shape, node))
            {
                continue;
            }

            PlanNode? relu = OnlyUser(add) is { Op: Unary<Relu> } user ? user : null;
            var fusion = new EpilogueFusion(node, bias, relu is not null, relu ?? add);
            found[node] = fusion;
            found[add] = fusion;
            found[fusion.Last] = fusion;
        }

        return found;
    }

    private static PlanNode? OnlyUser(PlanNode node) =>
        node.Outputs[0] is { IsRequired: false, Users: [PlanNode user] } ? user : null;

    /// <summary>One number per column of a product, or per channel of a convolution.</summary>
    private static bool IsPerColumn(Shape bias, PlanNode product)
    {
        Shape y = product.Outputs[0].Type.Shape;
        int axisFromEnd = product.Op is MatMul ? 1 : y.Rank - 1;
        int columns = y[y.Rank - axisFromEnd];
        return columns > 1 && bias.Count == columns && bias.Rank >= axisFromEnd && bias[bias.Rank - axisFromEnd] == columns;
    }
}
