namespace Descent;

/// <summary>
/// Replaces ops by the parts that they consist of, where the parts fuse better than the whole: a batch normalisation becomes its statistics
/// and one multiply-add per element, which then shares a launch with the rectifier or the residual that follows; its gradient becomes two
/// sums, which share one with whatever made their operand, and two multiply-adds.
/// </summary>
internal static class Decompose
{
    public static void Run(PlanGraph graph)
    {
        var nodes = new List<PlanNode>(graph.Nodes.Count);
        foreach (PlanNode node in graph.Nodes)
        {
            PlanValue?[]? parts = node.Op switch
            {
                BatchNormTraining op => BatchNorm(new Builder(nodes), op, node),
                BatchNormBackward op => BatchNormGradients(new Builder(nodes), op, node),
                _ => null,
            };
            if (parts is null)
            {
                nodes.Add(node);
                continue;
            }

            for (int i = 0; i < parts.Length; i++)
            {
                graph.Replace(node.Outputs[i], parts[i]!);
            }
        }

        graph.Nodes.Clear();
        graph.Nodes.AddRange(nodes);
    }

    /// <summary>y = x·scale + shift with scale = γ/√(variance + ε) and shift = β − mean·scale.</summary>
    private static PlanValue[] BatchNorm(Builder build, BatchNormTraining op, PlanNode node)
    {
        PlanValue x = node.Inputs[0], gamma = node.Inputs[1], beta = node.Inputs[2];
        PlanNode statistics = build.Node(BatchNormStatistics.Op, x);
        PlanValue mean = statistics.Outputs[0], variance = statistics.Outputs[1];
        PlanValue scale = build.Apply(Binary<Divide>.Op, gamma, Deviation(build, variance, op.Epsilon));
        PlanValue shift = build.Apply(Binary<Subtract>.Op, beta, build.Apply(Binary<Multiply>.Op, mean, scale));
        PlanValue y = build.Apply(MultiplyAdd.Op, x, build.PerChannel(scale, x), build.PerChannel(shift, x));
        return [y, mean, variance];
    }

    /// <summary>
    /// dβ = Σdy, dγ = Σdy·(x − mean)/σ, dx = a·dy − k·x + (k·mean − a·dβ/n) with σ = √(variance + ε), a = γ/σ and k = a·dγ/(σ·n).
    /// </summary>
    private static PlanValue[] BatchNormGradients(Builder build, BatchNormBackward op, PlanNode node)
    {
        PlanValue dy = node.Inputs[0], x = node.Inputs[1], gamma = node.Inputs[2], mean = node.Inputs[3], variance = node.Inputs[4];
        Shape shape = x.Type.Shape;
        var pixels = new AxisList([0, .. Enumerable.Range(2, shape.Rank - 2)]);
        PlanValue share = build.Number((double)shape[1] / shape.Count, x.Type.DType);
        PlanValue Sum(PlanValue value) => build.Apply(new Reshape(gamma.Type.Shape), build.Apply(new Reduce(Reduction.Sum, pixels), value));
        PlanValue Times(PlanValue a, PlanValue b) => build.Apply(Binary<Multiply>.Op, a, b);

        PlanValue centred = build.Apply(Binary<Subtract>.Op, x, build.PerChannel(mean, x));
        PlanValue deviation = Deviation(build, variance, op.Epsilon);
        PlanValue dbeta = Sum(dy);
        PlanValue dgamma = build.Apply(Binary<Divide>.Op, Sum(Times(dy, centred)), deviation);
        PlanValue a = build.Apply(Binary<Divide>.Op, gamma, deviation);
        PlanValue k = Times(Times(a, share), build.Apply(Binary<Divide>.Op, dgamma, deviation));
        PlanValue shift = build.Apply(Binary<Subtract>.Op, Times(k, mean), Times(Times(a, share), dbeta));
        PlanValue slope = build.Apply(MultiplyAdd.Op, x, build.PerChannel(build.Apply(Unary<Negate>.Op, k), x), build.PerChannel(shift, x));
        PlanValue dx = build.Apply(MultiplyAdd.Op, dy, build.PerChannel(a, x), slope);
        return [dx, dgamma, dbeta];
    }

    private static PlanValue Deviation(Builder build, PlanValue variance, double epsilon) =>
        build.Apply(Unary<Sqrt>.Op, build.Apply(Binary<Add>.Op, variance, build.Number(epsilon, variance.Type.DType)));

    /// <summary>Adds nodes in the order in which they can be computed.</summary>
    private readonly struct Builder(List<PlanNode> nodes)
    {
        public PlanNode Node(Op op, params PlanValue[] inputs)
        {
            OpTypes types = op.Infer([.. inputs.Select(x => x.Type)]);
            var node = new PlanNode(op, inputs, [.. Enumerable.Range(0, types.Count).Select(i => new PlanValue(types[i]))]);
            nodes.Add(node);
            return node;
        }

        public PlanValue Apply(Op op, params PlanValue[] inputs) => Node(op, inputs).Outputs[0];

        public PlanValue Number(double value, DType type)
        {
            var node = new PlanNode(new Constant(value, type), [], [new PlanValue(new TensorType(Shape.Scalar, type))]);
            nodes.Add(node);
            return node.Outputs[0];
        }

        /// <summary>(C) as (C, 1, 1), so that it broadcasts along the channels of an image.</summary>
        public PlanValue PerChannel(PlanValue channels, PlanValue image) =>
            Apply(new Reshape(new Shape([channels.Type.Shape[0], .. Enumerable.Repeat(1, image.Type.Shape.Rank - 2)])), channels);
    }
}
