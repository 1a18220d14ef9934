namespace Descent;

/// <summary>
/// One iterative walk over what a request needs: numbers nodes and leaves in first-visit order and writes the key of the plan.
/// Everything that may change without compiling anew (values, learning rates, random counters) stays out of the key.
/// </summary>
internal sealed class GraphWalk
{
    private readonly List<(Tensor Node, int Next)> _stack = [];
    private readonly List<int> _uses = [];
    private readonly List<bool> _isOutput = [];

    /// <summary>Nodes in the order in which they can be computed; leaves stand among them.</summary>
    public List<Tensor> Nodes { get; } = [];

    /// <summary>Every cell that is read or written, in first-visit order.</summary>
    public List<Cell> Cells { get; } = [];

    public List<Effect> Effects { get; } = [];

    public List<Tensor> Outputs { get; } = [];

    public PlanKey Key { get; } = new();

    /// <summary>
    /// Numbers everything that the request needs. The caller holds the device's gate and calls <see cref="Clear"/> at the end.
    /// </summary>
    /// <exception cref="StaleTensorException">A value that is needed is gone.</exception>
    public void Read(Request request)
    {
        Clear();
        foreach (Tensor output in request.Outputs)
        {
            Visit(output, request);
            AddOutput(output);
        }

        foreach (Effect effect in request.Effects)
        {
            Visit(effect.Value, request);
            Effects.Add(effect);
        }

        // Effects of nodes may lead to nodes that carry effects of their own.
        for (int i = 0; i < Nodes.Count; i++)
        {
            if (Nodes[i].Effects is { } effects)
            {
                foreach (Effect effect in effects)
                {
                    Visit(effect.Value, request);
                    Effects.Add(effect);
                }
            }
        }

        if (request.Consumes)
        {
            KeepWhatOthersWereBuiltOn();
        }
        else
        {
            KeepWhatIsComputedAgainAndAgain();
        }

        Key.End(this, request);
    }

    /// <summary>Forgets all nodes, so that nothing is kept alive by the walk.</summary>
    public void Clear()
    {
        foreach (Tensor node in Nodes)
        {
            node.Mark = -1;
        }

        Nodes.Clear();
        Cells.Clear();
        Effects.Clear();
        Outputs.Clear();
        _uses.Clear();
        _isOutput.Clear();

        // A walk that ended in an error stands in the middle of its graph.
        _stack.Clear();
        Key.Clear();
    }

    public int CellIndex(Cell cell)
    {
        // Steps have tens to hundreds of cells; each keeps its number for the length of the walk.
        if (cell.Mark < Cells.Count && cell.Mark >= 0 && ReferenceEquals(Cells[cell.Mark], cell))
        {
            return cell.Mark;
        }

        cell.Mark = Cells.Count;
        Cells.Add(cell);
        return cell.Mark;
    }

    /// <summary>True for a numbered tensor whose value the run hands out.</summary>
    public bool IsOutput(Tensor tensor) => _isOutput[tensor.Mark];

    private void AddOutput(Tensor tensor)
    {
        // A leaf has its value in its source.
        if (tensor.Source is not null || IsOutput(tensor))
        {
            return;
        }

        // The outputs of one node are kept together: a kept node is not computed again for the sake of another output.
        Tensor node = tensor.Op is Pick && tensor.Value is null ? tensor.Inputs![0] : tensor;
        for (int i = 0; i < node.OutputCount; i++)
        {
            Tensor output = node.Output(i);
            if (output.Mark < 0)
            {
                Number(output, output.Inputs ?? [], "", output);
            }

            Outputs.Add(output);
            _isOutput[output.Mark] = true;
        }
    }

    private void Visit(Tensor root, Request request)
    {
        if (root.Mark >= 0)
        {
            return;
        }

        _stack.Add((root, 0));
        while (_stack.Count > 0)
        {
            (Tensor node, int next) = _stack[^1];
            Tensor[]? inputs = node.Value is null ? node.Inputs : [];
            if (inputs is null)
            {
                throw Stale(node, request.Caller, root);
            }

            if (next < inputs.Length)
            {
                _stack[^1] = (node, next + 1);
                if (inputs[next].Mark < 0)
                {
                    _stack.Add((inputs[next], 0));
                }

                continue;
            }

            _stack.RemoveAt(_stack.Count - 1);
            if (node.Mark < 0)
            {
                Number(node, inputs, request.Caller, root);
            }
        }
    }

    private void Number(Tensor node, Tensor[] inputs, string caller, Tensor root)
    {
        if (IsStale(node))
        {
            throw Stale(node, caller, root);
        }

        node.Mark = Nodes.Count;
        Nodes.Add(node);
        _uses.Add(0);
        _isOutput.Add(false);
        foreach (Tensor input in inputs)
        {
            // What autodiff built is not "something outside the graph".
            if (!node.IsGradient)
            {
                _uses[input.Mark]++;
            }
        }

        Key.Add(node, inputs, node.Source is Cell read && node.Value is null ? CellIndex(read) : -1);
    }

    private void KeepWhatOthersWereBuiltOn()
    {
        for (int i = 0; i < Nodes.Count; i++)
        {
            Tensor node = Nodes[i];
            if (node.Uses > _uses[i] && !node.IsLeaf && node.Value is null && node.Op is not Constant)
            {
                AddOutput(node);
            }
        }
    }

    private void KeepWhatIsComputedAgainAndAgain()
    {
        const int often = 3;
        foreach (Tensor node in Nodes)
        {
            if (node.Value is null && node.Inputs!.Length > 0)
            {
                node.Executions++;
            }
        }

        // Keeping one output of a node adds the node's other outputs to the list.
        for (int i = 0, count = Nodes.Count; i < count; i++)
        {
            Tensor node = Nodes[i];
            if (node.Value is null && node.Executions < often)
            {
                foreach (Tensor input in node.Inputs!)
                {
                    if (input.Executions >= often && input.Value is null && input.Op is not ViewOp)
                    {
                        AddOutput(input);
                    }
                }
            }
        }
    }

    /// <exception cref="StaleTensorException">The cell or slot of the leaf has moved on.</exception>
    public static void ThrowIfStale(Tensor leaf, string caller)
    {
        if (IsStale(leaf))
        {
            throw Stale(leaf, caller, leaf);
        }
    }

    private static bool IsStale(Tensor node) => node.Source switch
    {
        Cell cell => cell.Version != node.Version,
        Slot slot => slot.Version != node.Version,
        _ => false,
    };

    private static StaleTensorException Stale(Tensor node, string caller, Tensor root)
    {
        string what = node.Source switch
        {
            Cell cell => $"{cell.GetType().Name.ToLowerInvariant()} {cell.Name} {cell.Type} was written since this tensor read it: build the expression anew",
            Slot => $"the batch {node.Type} was released when the loader moved on: use it inside the loop, or copy it with ToArray",
            _ => $"{node.Op.Name} {node.Type} was consumed by an optimizer's step: read it before the step, or name it in also: of Step",
        };
        string layer = Layers.PathOf(node.Inputs ?? []);
        return new StaleTensorException($"{caller} of {root.Op.Name} {root.Type}: {(layer.Length > 0 ? layer + ": " : "")}{what}.");
    }
}
