namespace Descent;

/// <summary>Replaces small patterns by cheaper ones that compute the same bits.</summary>
internal static class Rewrite
{
    public static void Run(PlanGraph graph)
    {
        var nodes = new List<PlanNode>(graph.Nodes.Count);
        foreach (PlanNode node in graph.Nodes)
        {
            PlanNode[] added = TransposedProduct(node) ?? MaskBeforePooling(node) ?? [];
            nodes.AddRange(added);
            if (added.Length > 0)
            {
                graph.Replace(node.Outputs[0], added[^1].Outputs[0]);
                added[^1].Outputs[0].IsRequired = node.Outputs[0].IsRequired;
            }

            nodes.Add(node);
        }

        graph.Nodes.Clear();
        graph.Nodes.AddRange(nodes);
    }

    /// <summary>
    /// (A·B)ᵀ = Bᵀ·Aᵀ: the gradient of a weight that was used transposed comes out in the weight's own order, and its update reads it in a
    /// row.
    /// </summary>
    private static PlanNode[]? TransposedProduct(PlanNode node)
    {
        if (node.Op is not Permute permute || node.Inputs[0] is not { Producer: { Op: MatMul } product, Users.Count: 1, IsRequired: false } value
            || !permute.Axes.Equals(SwapOfLastTwo(value.Type.Shape.Rank)))
        {
            return null;
        }

        PlanNode a = Transposed(product.Inputs[0]), b = Transposed(product.Inputs[1]);
        return [a, b, new PlanNode(MatMul.Op, [b.Outputs[0], a.Outputs[0]], [new PlanValue(node.Outputs[0].Type)])];
    }

    /// <summary>
    /// A rectifier before a max-pool: its gradient passes where the pooled value is above 0, which is known on the small side of the
    /// pooling.
    /// </summary>
    private static PlanNode[]? MaskBeforePooling(PlanNode node)
    {
        if (node.Op is not UnaryBackward<Relu>
            || node.Inputs[2] is not { Producer: { Op: MaxPool2dBackward } backward, IsRequired: false } gradient
            || gradient.Users.Any(user => user != node)
            || backward.Inputs[1].Producer is not { Op: MaxPool2d } pooling || pooling.Inputs[0] != node.Inputs[1])
        {
            return null;
        }

        PlanValue dy = backward.Inputs[0], pooled = pooling.Outputs[0];
        var mask = new PlanNode(UnaryBackward<Relu>.Op, [dy, pooled, dy], [new PlanValue(dy.Type)]);
        return [mask, new PlanNode(backward.Op, [mask.Outputs[0], backward.Inputs[1]], [new PlanValue(node.Outputs[0].Type)])];
    }

    private static PlanNode Transposed(PlanValue value)
    {
        AxisList axes = SwapOfLastTwo(value.Type.Shape.Rank);
        Shape shape = Strided.Dense(value.Type.Shape).Permute(axes.Span).Shape;
        return new PlanNode(new Permute(axes), [value], [new PlanValue(value.Type with { Shape = shape })]);
    }

    private static AxisList SwapOfLastTwo(int rank)
    {
        Span<int> axes = stackalloc int[rank];
        for (int i = 0; i < rank; i++)
        {
            axes[i] = i;
        }

        (axes[rank - 2], axes[rank - 1]) = (rank - 1, rank - 2);
        return new AxisList(axes);
    }
}
