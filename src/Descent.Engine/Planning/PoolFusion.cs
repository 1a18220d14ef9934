using Descent.Kernels;

namespace Descent;

/// <summary>
/// A convolution of few channels, its bias, a rectifier and the max pooling after it as one launch, and in the gradient graph the pooling's
/// gradient as part of the convolution's gradients: neither the convolution's output nor its gradient reaches memory.
/// </summary>
/// <remarks>
/// The pooled values have the bits that the ops one by one give. Gradients are the same sums in the order of pooled pixels instead of pixels,
/// so their last bits may differ.
/// </remarks>
/// <param name="Shape">All sizes.</param>
/// <param name="Convolution">The convolution.</param>
/// <param name="Bias">One addend per channel; null for none.</param>
/// <param name="Rectifies">max(·, 0) before the pooling.</param>
/// <param name="Pooling">The max pooling, whose place in the order the launch takes.</param>
internal sealed record PoolFusion(ConvPoolShape Shape, PlanNode Convolution, PlanValue? Bias, bool Rectifies, PlanNode Pooling)
{
    /// <summary>Where the maxima stood; the forward launch writes it where there are gradients.</summary>
    public PlanBuffer? Places { get; set; }

    /// <summary>The gradients that read the places.</summary>
    public List<PooledGradient> Gradients { get; } = [];

    /// <summary>Every such pattern whose intermediates nobody else reads, by all the nodes it covers.</summary>
    public static Dictionary<PlanNode, PoolFusion> Find(PlanGraph graph, IBackend backend)
    {
        var found = new Dictionary<PlanNode, PoolFusion>();
        foreach (PlanNode node in graph.Nodes)
        {
            if (node.Op is not MaxPool2d || node.Inputs[0].Type.DType != DType.F32)
            {
                continue;
            }

            var covered = new List<PlanNode>();
            if (Of(node, covered) is { } fusion && backend.FusesPooling(fusion.Shape) && fusion.TakeGradients(covered))
            {
                covered.ForEach(part => found.Add(part, fusion));
            }
        }

        return found;
    }

    private static PoolFusion? Of(PlanNode pooling, List<PlanNode> covered)
    {
        covered.Add(pooling);
        PlanNode? last = Absorbed(pooling.Inputs[0], covered);
        bool rectifies = last?.Op is Unary<Relu>;
        last = rectifies ? Absorbed(last!.Inputs[0], covered) : last;
        PlanValue? bias = null;
        if (last?.Op is Binary<Add>)
        {
            PlanNode add = last;
            int product = Array.FindIndex(add.Inputs, x => x.Producer?.Op is Conv2d && x.Type == add.Outputs[0].Type);
            last = product < 0 ? null : Absorbed(add.Inputs[product], covered);
            bias = add.Inputs[product == 0 ? 1 : 0];
        }

        if (last is not { Op: Conv2d op } || (bias is not null && !EpilogueFusion.IsPerColumn(bias.Type, last)))
        {
            return null;
        }

        var window = (MaxPool2d)pooling.Op;
        var shape = new ConvPoolShape(
            op.Sizes(last.Inputs[0].Type.Shape, last.Inputs[1].Type.Shape), window.Window.Sizes(pooling.Inputs[0].Type.Shape, window.Name));
        return new PoolFusion(shape, last, bias, rectifies, pooling);
    }

    /// <summary>The value's producer where nobody but the pattern reads the value.</summary>
    private static PlanNode? Absorbed(PlanValue value, List<PlanNode> covered)
    {
        if (value is not { Producer: { Outputs.Length: 1 } producer, IsRequired: false, Users.Count: 1 })
        {
            return null;
        }

        covered.Add(producer);
        return producer;
    }

    /// <summary>Finds what reads the places; false where something does that cannot be part of the fusion.</summary>
    private bool TakeGradients(List<PlanNode> covered)
    {
        PlanValue indices = Pooling.Outputs[1];
        foreach (PlanNode user in indices.Users)
        {
            if (user.Op is not MaxPool2dBackward || user.Inputs[0] == indices || PooledGradient.Of(this, user, covered) is not { } gradient)
            {
                return false;
            }

            Gradients.Add(gradient);
        }

        return !indices.IsRequired;
    }
}

/// <summary>The gradients of a fused convolution and pooling that one gradient of the pooled output gives.</summary>
/// <param name="Dy">The gradient of the pooled output, before the rectifier stops it where <paramref name="IsGated"/> is set.</param>
/// <param name="IsGated">Whether it passes only where the pooled output is above 0.</param>
/// <param name="Weight">The gradient of the convolution's weight; null where nobody asks.</param>
/// <param name="Bias">The sum that is the gradient of the bias; null where nobody asks.</param>
/// <param name="Input">The gradient of the convolution's input; null where nobody asks.</param>
internal sealed record PooledGradient(PlanValue Dy, bool IsGated, PlanNode? Weight, PlanNode? Bias, PlanNode? Input)
{
    /// <summary>The gradients that read <paramref name="unpooling"/>, if all its readers are such.</summary>
    public static PooledGradient? Of(PoolFusion fusion, PlanNode unpooling, List<PlanNode> covered)
    {
        PlanValue gradient = unpooling.Outputs[0];
        PlanNode convolution = fusion.Convolution;
        PlanNode? weight = null, bias = null, input = null;
        foreach (PlanNode user in gradient.Users)
        {
            switch (user.Op)
            {
                case Conv2dBackwardWeight op when weight is null && user.Inputs[0] == convolution.Inputs[0] && user.Inputs[1] == gradient
                    && op.Window == ((Conv2d)convolution.Op).Window && op.Weight == convolution.Inputs[1].Type.Shape:
                    weight = user;
                    break;
                case Conv2dBackwardInput op when input is null && user.Inputs[0] == gradient && user.Inputs[1] == convolution.Inputs[1]
                    && op.Window == ((Conv2d)convolution.Op).Window && op.Input == convolution.Inputs[0].Type.Shape:
                    input = user;
                    break;
                case Reduce { Kind: Reduction.Sum } when bias is null && user.Outputs[0].Type.Shape == new Shape(1, gradient.Type.Shape[1], 1, 1):
                    bias = user;
                    break;
                default:
                    return null;
            }
        }

        // The bias gradient comes with that of the weight.
        if (gradient.IsRequired || (bias is not null && weight is null))
        {
            return null;
        }

        covered.Add(unpooling);
        covered.AddRange(new[] { weight, bias, input }.OfType<PlanNode>());
        PlanValue dy = unpooling.Inputs[0];
        bool isGated = dy is { Producer: { Op: UnaryBackward<Relu> }, IsRequired: false, Users.Count: 1 }
            && dy.Producer.Inputs[1] == fusion.Pooling.Outputs[0] && dy.Producer.Inputs[0] == dy.Producer.Inputs[2];
        if (isGated)
        {
            covered.Add(dy.Producer!);
            dy = dy.Producer!.Inputs[2];
        }

        return new PooledGradient(dy, isGated, weight, bias, input);
    }
}
