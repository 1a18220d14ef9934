namespace Descent;

/// <summary>
/// Casts operands to the element type that their op computes in, so that kernels exist per type and not per mixture of types: indices and
/// labels are read as i64, and whole numbers beside f32 are rounded to it.
/// </summary>
internal static class Promote
{
    public static void Run(PlanGraph graph)
    {
        var nodes = new List<PlanNode>(graph.Nodes.Count);
        foreach (PlanNode node in graph.Nodes)
        {
            for (int i = 0; i < node.Inputs.Length; i++)
            {
                PlanValue x = node.Inputs[i];
                if (Wanted(node, i) is var type && type != x.Type.DType)
                {
                    var cast = new PlanNode(new Cast(type), [x], [new PlanValue(x.Type with { DType = type })]);
                    node.Inputs[i] = cast.Outputs[0];
                    node.Inputs[i].Users.Add(node);
                    nodes.Add(cast);
                }
            }

            nodes.Add(node);
        }

        graph.Nodes.Clear();
        graph.Nodes.AddRange(nodes);
    }

    private static DType Wanted(PlanNode node, int input)
    {
        DType own = node.Inputs[input].Type.DType;
        if (input == node.Op.IndexInput)
        {
            return DType.I64;
        }

        if (node.Op is not ElementwiseOp { ComputesInOneType: true })
        {
            return own;
        }

        DType computed = node.Outputs[0].Type.DType;
        if (computed == DType.Bool)
        {
            computed = node.Inputs.Select(x => x.Type.DType).Aggregate(DTypes.Promote);
        }

        // f64 runs on the reference kernels, which read every type.
        if (computed == DType.F64)
        {
            return own;
        }

        if (node.Op is Select && input == 0)
        {
            bool isRead = computed == DType.F32 ? IsInTiles(own) : !own.IsFloat();
            return isRead ? own : DType.Bool;
        }

        return computed == DType.F32 && !IsInTiles(own) ? DType.F32 : own;
    }

    /// <summary>True for types that f32 tile programs read as they are.</summary>
    private static bool IsInTiles(DType type) => type is DType.F32 or DType.Bool or DType.U8;
}
