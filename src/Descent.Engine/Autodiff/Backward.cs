namespace Descent;

/// <summary>Turns a graph into its gradient graph: one walk from the loss, in reverse order of building.</summary>
internal static class Backward
{
    [ThreadStatic]
    private static bool s_isBuilding;

    /// <summary>
    /// True while this thread builds the gradient graph of a loss: such nodes are not reasons to keep what they were built on.
    /// </summary>
    public static bool IsBuilding => s_isBuilding;

    /// <summary>The gradients for an optimizer's step.</summary>
    public static Tensor?[] ForStep(Tensor loss, Tensor seed, ReadOnlySpan<Tensor> targets)
    {
        bool outer = s_isBuilding;
        s_isBuilding = true;
        try
        {
            return Of(loss, seed, targets);
        }
        finally
        {
            s_isBuilding = outer;
        }
    }

    /// <summary>The gradients of a scalar by each target, null where the loss does not depend on it.</summary>
    public static Tensor?[] Of(Tensor loss, Tensor seed, ReadOnlySpan<Tensor> targets)
    {
        int floor = int.MaxValue;
        foreach (Tensor target in targets)
        {
            floor = Math.Min(floor, target.Depth);
        }

        List<Tensor> nodes = Walk(loss, floor);
        var dependent = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        foreach (Tensor target in targets)
        {
            dependent.Add(target);
        }

        // Inputs stand before the nodes that use them.
        foreach (Tensor node in nodes)
        {
            // Whole numbers have no slope; the indices of a max-pool are one output of an op that has one.
            if (!node.DType.IsFloat() && node.OutputCount == 1)
            {
                continue;
            }

            for (int i = 0; i < node.Inputs!.Length; i++)
            {
                if (node.Op.IsDifferentiable(i) && dependent.Contains(node.Inputs[i]))
                {
                    dependent.Add(node);
                    break;
                }
            }
        }

        var gradients = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance) { [loss] = seed };
        for (int i = nodes.Count - 1; i >= 0; i--)
        {
            Tensor node = nodes[i];
            if (node.Op is not Pick && dependent.Contains(node) && node.Inputs!.Length > 0)
            {
                Propagate(node, dependent, gradients);
            }
        }

        var result = new Tensor?[targets.Length];
        for (int i = 0; i < targets.Length; i++)
        {
            result[i] = gradients.GetValueOrDefault(targets[i]);
        }

        return result;
    }

    /// <summary>The parameters that the loss is computed from and that are not frozen, in visit order.</summary>
    public static List<(Parameter Parameter, Tensor Leaf)> ParametersOf(Tensor loss)
    {
        var found = new Dictionary<Parameter, Tensor>(ReferenceEqualityComparer.Instance);
        var result = new List<(Parameter Parameter, Tensor Leaf)>();
        foreach (Tensor node in Walk(loss, 0))
        {
            if (node.Source is not Parameter parameter)
            {
                continue;
            }

            if (node.Version != parameter.Version || !found.TryAdd(parameter, node))
            {
                throw new StaleTensorException(
                    $"backward: parameter {parameter.Name} {parameter.Type} was written since this graph read it. Build the loss anew after a step.");
            }

            if (!parameter.IsFrozen)
            {
                result.Add((parameter, node));
            }
        }

        // The sort is stable: parameters that no visitor has named stay in the order in which the graph reads them.
        return [.. result.OrderBy(pair => pair.Parameter.Order)];
    }

    /// <summary>
    /// The nodes above <paramref name="floor"/> that the root is computed from, inputs first. Iterative: a chain may be 100,000 long.
    /// </summary>
    private static List<Tensor> Walk(Tensor root, int floor)
    {
        var order = new List<Tensor>();
        var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        var stack = new Stack<(Tensor Node, int Next)>();
        Push(root);
        while (stack.TryPop(out var top))
        {
            Tensor[] inputs = top.Node.Inputs!;
            if (top.Next < inputs.Length)
            {
                stack.Push((top.Node, top.Next + 1));
                Push(inputs[top.Next]);
            }
            else
            {
                order.Add(top.Node);
            }
        }

        return order;

        void Push(Tensor node)
        {
            if (node.Depth < floor || !seen.Add(node))
            {
                return;
            }

            if (node.Inputs is null)
            {
                throw new StaleTensorException(
                    $"backward: {node.Op.Name} {node.Type} was consumed by an optimizer's step. Take all gradients before the step, or build the loss anew.");
            }

            stack.Push((node, 0));
        }
    }

    private static void Propagate(Tensor node, HashSet<Tensor> dependent, Dictionary<Tensor, Tensor> gradients)
    {
        var upstream = new Tensor?[node.OutputCount];
        bool any = false;
        for (int i = 0; i < upstream.Length; i++)
        {
            any |= gradients.TryGetValue(node.Output(i), out upstream[i]);
        }

        if (!any)
        {
            return;
        }

        var needed = new bool[node.Inputs!.Length];
        for (int i = 0; i < needed.Length; i++)
        {
            needed[i] = node.Op.IsDifferentiable(i) && dependent.Contains(node.Inputs[i]);
        }

        Tensor?[] inputGradients = node.Op.Gradient(new OpInputs(node), new OpOutputs(node), new Upstream(upstream), new Needed(needed));
        for (int i = 0; i < needed.Length; i++)
        {
            if (needed[i] && inputGradients[i] is { } gradient)
            {
                Tensor input = node.Inputs[i];
                gradient = Broadcasting.Undo(gradient, input.Shape);
                gradients[input] = gradients.TryGetValue(input, out Tensor? sum) ? sum + gradient : gradient;
            }
        }
    }
}

public sealed partial class Tensor
{
    /// <summary>The gradients of this scalar by every parameter it is computed from that is not frozen, in visit order.</summary>
    /// <exception cref="ShapeException">This is not a scalar.</exception>
    /// <exception cref="GradientException">An op on the way has no gradient rule, or there is no parameter.</exception>
    public Gradients Backward()
    {
        Tensor seed = Seed();
        List<(Parameter Parameter, Tensor Leaf)> parameters = Descent.Backward.ParametersOf(this);
        if (parameters.Count == 0)
        {
            throw new GradientException("backward: the loss is computed from no parameter that is not frozen.");
        }

        Tensor?[] gradients = Descent.Backward.ForStep(this, seed, parameters.Select(p => p.Leaf).ToArray());
        var found = new List<(Parameter, Tensor)>();
        for (int i = 0; i < gradients.Length; i++)
        {
            if (gradients[i] is { } gradient)
            {
                found.Add((parameters[i].Parameter, gradient));
            }
        }

        return new Gradients(this, found);
    }

    /// <summary>The gradients of this scalar by the given tensors, in their order. Apply it again for second order.</summary>
    /// <exception cref="ShapeException">This is not a scalar.</exception>
    /// <exception cref="GradientException">The scalar does not depend on one of them, or an op on the way has no gradient rule.</exception>
    public Tensor[] Backward(params ReadOnlySpan<Tensor> by)
    {
        Tensor?[] gradients = Descent.Backward.Of(this, Seed(), by);
        var result = new Tensor[gradients.Length];
        for (int i = 0; i < gradients.Length; i++)
        {
            result[i] = gradients[i]
                ?? throw new GradientException($"backward: {Op.Name} {Type} does not depend on tensor {i}, {by[i].Op.Name} {by[i].Type}.");
        }

        return result;
    }

    private Tensor Seed() => Shape.Count == 1 && DType.IsFloat()
        ? Ones(Shape, DType, Device)
        : throw new ShapeException($"backward: the loss must be one number, f32 or f64, but it is {Type}. Take its Mean() or Sum() first.");
}
