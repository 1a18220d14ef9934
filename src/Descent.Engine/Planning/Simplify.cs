namespace Descent;

/// <summary>
/// Removes work that changes no bit: common sub-expressions, operations that return an input, and computations with constants alone.
/// </summary>
internal static class Simplify
{
    public static void Run(PlanGraph graph)
    {
        Decompose.Run(graph);
        var known = new Dictionary<Expression, PlanNode>();
        var nodes = new List<PlanNode>(graph.Nodes.Count);
        foreach (PlanNode node in graph.Nodes)
        {
            if (SameAsInput(node) is { } input)
            {
                graph.Replace(node.Outputs[0], input);
                graph.Simplified.Add(node.Op is ViewOp ? "view of everything" : "returns an input");
            }
            else if (FoldConstants.Run(node) is { } folded)
            {
                foreach (PlanNode part in folded)
                {
                    Share(part);
                }

                graph.Replace(node.Outputs[0], known[new Expression(folded[^1])].Outputs[0]);
                graph.Simplified.Add("constants folded");
            }
            else
            {
                Share(node);
            }
        }

        graph.Nodes.Clear();
        graph.Nodes.AddRange(nodes);
        graph.Prune();
        graph.MarkRequired();
        Rewrite.Run(graph);
        graph.Prune();
        graph.ReduceEarly();

        void Share(PlanNode node)
        {
            if (known.TryAdd(new Expression(node), node))
            {
                nodes.Add(node);
                return;
            }

            PlanNode same = known[new Expression(node)];
            for (int i = 0; i < node.Outputs.Length; i++)
            {
                graph.Replace(node.Outputs[i], same.Outputs[i]);
            }

            bool inOrder = node.Inputs.AsSpan().SequenceEqual(same.Inputs);
            graph.Simplified.Add(inOrder ? "common sub-expression" : "common sub-expression of swapped operands");
        }
    }

    /// <summary>The input that the node returns bit for bit, if it does: x·1, x/1, x − 0, −(−x), and views that change nothing.</summary>
    private static PlanValue? SameAsInput(PlanNode node)
    {
        PlanValue y = node.Outputs[0];
        PlanValue? same = node.Op switch
        {
            Identity or Detach => node.Inputs[0],
            Reshape or Expand => node.Inputs[0],
            Permute permute when permute.Axes.Equals(AxisList.Of([], y.Type.Shape, permute.Name)) => node.Inputs[0],
            Unary<Negate> when node.Inputs[0].Producer is { Op: Unary<Negate> } inner => inner.Inputs[0],
            Binary<Multiply> or Binary<Divide> when IsNumber(node.Inputs[1], 1) => node.Inputs[0],
            Binary<Multiply> when IsNumber(node.Inputs[0], 1) => node.Inputs[1],
            Binary<Subtract> when IsNumber(node.Inputs[1], 0) => node.Inputs[0],
            Binary<Add> when IsNumber(node.Inputs[1], 0) && IsNeverMinusZero(node.Inputs[0]) => node.Inputs[0],
            Binary<Add> when IsNumber(node.Inputs[0], 0) && IsNeverMinusZero(node.Inputs[1]) => node.Inputs[1],
            Binary<Maximum> or Binary<Minimum> or Binary<And> or Binary<Or> when node.Inputs[0] == node.Inputs[1] => node.Inputs[0],
            Select when node.Inputs[1] == node.Inputs[2] => node.Inputs[1],
            Select when FoldConstants.NumberOf(node.Inputs[0]) is { } condition => node.Inputs[condition != 0 ? 1 : 2],
            _ => null,
        };
        return same?.Type == y.Type ? same : null;
    }

    private static bool IsNumber(PlanValue value, double number) => FoldConstants.NumberOf(value) == number;

    /// <summary>True where adding 0 changes nothing: −0 + 0 is 0.</summary>
    private static bool IsNeverMinusZero(PlanValue value)
    {
        while (value.Producer is { Op: ViewOp } view)
        {
            value = view.Inputs[0];
        }

        return !value.Type.DType.IsFloat() || value.Producer?.Op switch
        {
            Constant or OneHot or Unary<Abs> or Unary<Exp> or Unary<Sigmoid> => true,
            Cast => !value.Producer.Inputs[0].Type.DType.IsFloat(),
            _ => false,
        };
    }

    /// <summary>An op on the same inputs computes the same values, in either order where the formula does not mind.</summary>
    private readonly struct Expression(PlanNode node) : IEquatable<Expression>
    {
        private readonly PlanNode _node = node;

        private bool IsCommutative => _node.Op is ElementwiseOp { IsCommutative: true };

        public bool Equals(Expression other)
        {
            PlanValue[] inputs = _node.Inputs, others = other._node.Inputs;
            return _node.Op.Equals(other._node.Op)
                && (inputs.AsSpan().SequenceEqual(others) || (IsCommutative && inputs[0] == others[1] && inputs[1] == others[0]));
        }

        public override bool Equals(object? obj) => obj is Expression other && Equals(other);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            hash.Add(_node.Op);
            if (IsCommutative)
            {
                hash.Add(_node.Inputs[0].GetHashCode() ^ _node.Inputs[1].GetHashCode());
                return hash.ToHashCode();
            }

            foreach (PlanValue input in _node.Inputs)
            {
                hash.Add(input);
            }

            return hash.ToHashCode();
        }
    }
}
