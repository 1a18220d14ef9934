using Descent.Kernels;

namespace Descent;

/// <summary>What a matrix product or a convolution does in its write-back instead of a launch of its own.</summary>
/// <param name="Product">The product or convolution.</param>
/// <param name="Kind">The formula.</param>
/// <param name="Last">The absorbed node whose output is the result.</param>
internal sealed record EpilogueFusion(PlanNode Product, Epilogue Kind, PlanNode Last)
{
    /// <summary>One factor per output column or channel, null where the formula has none.</summary>
    public PlanValue? Scale { get; init; }

    /// <summary>One addend per output column or channel, null where the formula has none.</summary>
    public PlanValue? Shift { get; init; }

    /// <summary>One number per element, added or gating; null where the formula has none.</summary>
    public PlanValue? Other { get; init; }

    /// <summary>As it stands in the plan, behind the product's name.</summary>
    public string Name => Kind switch
    {
        Epilogue.Bias => "+bias",
        Epilogue.BiasRelu => "+bias+relu",
        Epilogue.ScaleShift => "+scale-shift",
        Epilogue.ScaleShiftRelu => "+scale-shift+relu",
        Epilogue.Residual => "+scale-shift+residual",
        Epilogue.ResidualRelu => "+scale-shift+residual+relu",
        Epilogue.ReluMask => "+relu-backward",
        _ => "",
    };

    /// <summary>Every pattern whose intermediates nobody else reads, by all the nodes that it covers.</summary>
    public static Dictionary<PlanNode, EpilogueFusion> Find(PlanGraph graph, IBackend backend, Dictionary<PlanNode, PoolFusion> pools)
    {
        var found = new Dictionary<PlanNode, EpilogueFusion>();
        foreach (PlanNode node in graph.Nodes)
        {
            if (node.Op is not (MatMul or Conv2d or Conv2dBackwardInput) || OnlyUser(node) is not { } user || found.ContainsKey(user)
                || pools.ContainsKey(node) || pools.ContainsKey(user) || !backend.Candidates(node).Any(kernel => kernel.TakesEpilogue))
            {
                continue;
            }

            EpilogueFusion? fusion = Bias(node, user) ?? ScaleShift(node, user, found) ?? ReluMask(node, user);
            for (PlanNode? covered = fusion?.Last; covered is not null; covered = covered == node ? null : Behind(covered, node))
            {
                found[covered] = fusion!;
            }
        }

        return found;

        // The chain is short and straight: what a covered node reads of it is the output of the one before.
        static PlanNode Behind(PlanNode covered, PlanNode product)
        {
            PlanNode before = product;
            while (OnlyUser(before) != covered)
            {
                before = OnlyUser(before)!;
            }

            return before;
        }
    }

    /// <summary>c + bias, then max(·, 0).</summary>
    private static EpilogueFusion? Bias(PlanNode product, PlanNode add) =>
        add.Op is Binary<Add> && Partner(product, add) is { } bias && IsPerColumn(bias.Type, product)
            ? new EpilogueFusion(product, Epilogue.Bias, add) { Shift = bias }.Rectified(add, Epilogue.BiasRelu)
            : null;

    /// <summary>c·scale + shift, then + other of the same shape, then max(·, 0): a batch normalisation with fixed statistics.</summary>
    /// <remarks>A sum of two such branches belongs to the first: the other is what that one adds.</remarks>
    private static EpilogueFusion? ScaleShift(PlanNode product, PlanNode affine, Dictionary<PlanNode, EpilogueFusion> found)
    {
        if (affine.Op is not MultiplyAdd || affine.Outputs[0].Type != product.Outputs[0].Type || affine.Inputs[0] != product.Outputs[0]
            || !IsPerColumn(affine.Inputs[1].Type, product) || !IsPerColumn(affine.Inputs[2].Type, product))
        {
            return null;
        }

        var fusion = new EpilogueFusion(product, Epilogue.ScaleShift, affine) { Scale = affine.Inputs[1], Shift = affine.Inputs[2] };
        return OnlyUser(affine) is { Op: Binary<Add> } add && !found.ContainsKey(add) && Partner(affine, add) is { } other && other.Type == affine.Outputs[0].Type
            ? (fusion with { Kind = Epilogue.Residual, Other = other, Last = add }).Rectified(add, Epilogue.ResidualRelu)
            : fusion.Rectified(affine, Epilogue.ScaleShiftRelu);
    }

    /// <summary>c where other &gt; 0, else 0; not where other is computed for this alone, as it can be in the gate's own launch.</summary>
    private static EpilogueFusion? ReluMask(PlanNode product, PlanNode gate) =>
        gate.Op is UnaryBackward<Relu> && gate.Inputs[2] == product.Outputs[0] && gate.Inputs[1] != product.Outputs[0]
        && gate.Inputs[1] is { Users.Count: 1, Producer.Op: ElementwiseOp } == false && gate.Inputs[1].Type == product.Outputs[0].Type
            ? new EpilogueFusion(product, Epilogue.ReluMask, gate) { Other = gate.Inputs[1] }
            : null;

    private EpilogueFusion Rectified(PlanNode last, Epilogue kind) =>
        OnlyUser(last) is { Op: Unary<Relu> } relu ? this with { Kind = kind, Last = relu } : this;

    /// <summary>The other addend of a sum that keeps the shape; null where the sum stretches it or adds a value to itself.</summary>
    private static PlanValue? Partner(PlanNode node, PlanNode add)
    {
        PlanValue y = node.Outputs[0], other = add.Inputs[0] == y ? add.Inputs[1] : add.Inputs[0];
        return add.Outputs[0].Type == y.Type && other != y ? other : null;
    }

    private static PlanNode? OnlyUser(PlanNode node) =>
        node.Outputs[0] is { IsRequired: false, Users: [PlanNode user, ..] users } && users.TrueForAll(other => other == user) ? user : null;

    /// <summary>One number per column of a product, or per channel of a convolution.</summary>
    public static bool IsPerColumn(TensorType numbers, PlanNode product)
    {
        Shape y = product.Outputs[0].Type.Shape, shape = numbers.Shape;
        int axisFromEnd = product.Op is MatMul ? 1 : y.Rank - 1;
        int columns = y[y.Rank - axisFromEnd];
        return numbers.DType == DType.F32 && columns > 1 && shape.Count == columns && shape.Rank >= axisFromEnd
            && shape[shape.Rank - axisFromEnd] == columns;
    }
}
