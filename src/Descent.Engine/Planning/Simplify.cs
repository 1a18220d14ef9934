using Descent.Kernels;

namespace Descent;

/// <summary>Removes work that changes no bit: common sub-expressions and operations that return their input.</summary>
internal static class Simplify
{
    public static void Run(PlanGraph graph)
    {
        Decompose.Run(graph);
        var known = new Dictionary<Expression, PlanNode>();
        foreach (PlanNode node in graph.Nodes)
        {
            if (SameAsInput(node) is { } input)
            {
                graph.Replace(node.Outputs[0], input);
                continue;
            }

            var expression = new Expression(node);
            if (known.TryGetValue(expression, out PlanNode? same))
            {
                for (int i = 0; i < node.Outputs.Length; i++)
                {
                    graph.Replace(node.Outputs[i], same.Outputs[i]);
                }
            }
            else
            {
                known.Add(expression, node);
            }
        }

        graph.Prune();
        graph.MarkRequired();
        Rewrite.Run(graph);
        graph.Prune();
        graph.ReduceEarly();
    }

    /// <summary>The input that the node returns bit for bit, if it does: x·1, x/1, x − 0, −(−x) and views that change nothing.</summary>
    private static PlanValue? SameAsInput(PlanNode node)
    {
        PlanValue x = node.Inputs.Length > 0 ? node.Inputs[0] : node.Outputs[0];
        PlanValue y = node.Outputs[0];
        switch (node.Op)
        {
            case Identity or Detach:
                return x;
            case Reshape or Expand when x.Type == y.Type:
                return x;
            case Permute permute when permute.Axes.Equals(AxisList.Of([], x.Type.Shape, permute.Name)):
                return x;
            case Unary<Negate> when x.Producer is { Op: Unary<Negate> } inner && inner.Inputs[0].Type == y.Type:
                return inner.Inputs[0];
            case Binary<Multiply> when IsNumber(node.Inputs[1], 1) && x.Type == y.Type:
            case Binary<Divide> when IsNumber(node.Inputs[1], 1) && x.Type == y.Type:
            case Binary<Subtract> when IsNumber(node.Inputs[1], 0) && x.Type == y.Type:
                return x;
            case Binary<Multiply> when IsNumber(x, 1) && node.Inputs[1].Type == y.Type:
                return node.Inputs[1];
            default:
                return null;
        }
    }

    /// <summary>True for a constant, seen through views of it.</summary>
    private static bool IsNumber(PlanValue value, double number)
    {
        while (value.Producer is { Op: ViewOp } view)
        {
            value = view.Inputs[0];
        }

        return value.Producer is { Op: Constant constant } && constant.Value == number;
    }

    /// <summary>An op on the same inputs computes the same values.</summary>
    private readonly struct Expression(PlanNode node) : IEquatable<Expression>
    {
        private readonly PlanNode _node = node;

        public bool Equals(Expression other) => _node.Op.Equals(other._node.Op) && _node.Inputs.AsSpan().SequenceEqual(other._node.Inputs);

        public override bool Equals(object? obj) => obj is Expression other && Equals(other);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            hash.Add(_node.Op);
            foreach (PlanValue input in _node.Inputs)
            {
                hash.Add(input);
            }

            return hash.ToHashCode();
        }
    }
}
