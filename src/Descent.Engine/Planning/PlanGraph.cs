namespace Descent;

/// <summary>A graph as the planner rewrites it: ops and values without tensors, so that a plan keeps no user's graph alive.</summary>
internal sealed class PlanGraph
{
    /// <summary>Nodes in an order in which they can be computed.</summary>
    public List<PlanNode> Nodes { get; private set; } = [];

    /// <summary>Leaves in first-visit order; a run binds memory to each.</summary>
    public List<PlanValue> Leaves { get; } = [];

    public List<PlanValue> Outputs { get; } = [];

    public List<PlanEffect> Effects { get; } = [];

    public List<PlanValue> Guards { get; } = [];

    /// <summary>The number of cells that are read or written.</summary>
    public int CellCount { get; private init; }

    /// <summary>How many nodes, users and buffers the passes looked at, for the test that this grows with the graph and not with its square.</summary>
    public long Looks { get; set; }

    /// <summary>The simplifications that were made, one entry each.</summary>
    public List<string> Simplified { get; } = [];

    public static PlanGraph Of(GraphWalk walk, Request request)
    {
        var graph = new PlanGraph { CellCount = walk.Cells.Count };
        var values = new PlanValue[walk.Nodes.Count];
        foreach (Tensor tensor in walk.Nodes)
        {
            values[tensor.Mark] = graph.Add(tensor, walk, values);
        }

        foreach (Tensor output in walk.Outputs)
        {
            graph.Outputs.Add(values[output.Mark]);
        }

        foreach (Effect effect in walk.Effects)
        {
            graph.Effects.Add(new PlanEffect(walk.CellIndex(effect.Cell), values[effect.Value.Mark]));
        }

        foreach (Tensor guard in request.Guards)
        {
            graph.Guards.Add(values[guard.Mark]);
        }

        return graph;
    }

    /// <summary>Puts a value in the place of another everywhere.</summary>
    public void Replace(PlanValue old, PlanValue by)
    {
        foreach (PlanNode user in old.Users)
        {
            Looks++;
            for (int i = 0; i < user.Inputs.Length; i++)
            {
                if (user.Inputs[i] == old)
                {
                    user.Inputs[i] = by;
                    by.Users.Add(user);
                }
            }
        }

        // Outputs, guards and effects follow at the next Prune, all at once.
        old.Users.Clear();
        old.ReplacedBy = by;
    }

    /// <summary>Lets one node read another value in the place of one.</summary>
    public void Reroute(PlanNode reader, PlanValue old, PlanValue by)
    {
        for (int i = 0; i < reader.Inputs.Length; i++)
        {
            if (reader.Inputs[i] == old)
            {
                Looks += old.Users.Count;
                old.Users.Remove(reader);
                reader.Inputs[i] = by;
                by.Users.Add(reader);
            }
        }
    }

    /// <summary>Puts nodes before the ones of their index.</summary>
    public void Insert(List<PlanNode>?[] before)
    {
        Nodes = [.. Nodes.SelectMany((node, i) => (before[i] ?? []).Append(node))];
        Prune();
    }

    /// <summary>Drops nodes that nothing needs, and numbers the rest.</summary>
    public void Prune()
    {
        FollowReplacements();
        var needed = new HashSet<PlanValue>(Outputs);
        needed.UnionWith(Guards);
        needed.UnionWith(Effects.Select(e => e.Value));
        var kept = new List<PlanNode>();
        for (int i = Nodes.Count - 1; i >= 0; i--)
        {
            PlanNode node = Nodes[i];
            if (node.Outputs.Any(needed.Contains))
            {
                needed.UnionWith(node.Inputs);
                kept.Add(node);
            }
        }

        kept.Reverse();
        Nodes = kept;
        ListUsers();
    }

    /// <summary>
    /// Moves reductions, gradients of weights, and what is computed for them alone, to where their operands are first known: there they can share a
    /// launch with whatever computes these or find them in the cache, and what they read need not be kept.
    /// </summary>
    public void ReduceEarly()
    {
        var isEarly = new bool[Nodes.Count];
        for (int i = Nodes.Count - 1; i >= 0; i--)
        {
            PlanNode node = Nodes[i];
            isEarly[i] = node.Op is Reduce || Shrinks(node)
                || (node.Op is ElementwiseOp && node.Outputs.All(y => (y.Users.Count > 0 || y.IsRequired) && y.Users.TrueForAll(user => isEarly[user.Index])));
        }

        // A node that others wait for: how many of its operands are still to come.
        int[] waits = [.. Nodes.Select(node => node.Inputs.Count(x => x.Producer is not null))];
        var order = new List<PlanNode>(Nodes.Count);
        var early = new Queue<PlanNode>();
        var placed = new bool[Nodes.Count];
        foreach (PlanNode next in Nodes)
        {
            if (waits[next.Index] == 0 && !placed[next.Index])
            {
                Place(next);
                while (early.TryDequeue(out PlanNode? node))
                {
                    Place(node);
                }
            }
        }

        Nodes = order;
        for (int i = 0; i < Nodes.Count; i++)
        {
            Nodes[i].Index = i;
        }

        void Place(PlanNode node)
        {
            order.Add(node);
            placed[node.Index] = true;
            foreach (PlanValue y in node.Outputs)
            {
                foreach (PlanNode user in y.Users)
                {
                    if (--waits[user.Index] == 0 && isEarly[user.Index])
                    {
                        early.Enqueue(user);
                    }
                }
            }
        }
    }

    /// <summary>True for a product that ends more memory than it takes.</summary>
    private static bool Shrinks(PlanNode node) =>
        node.Op is MatMul or Conv2dBackwardWeight && node.Outputs.Sum(y => y.Type.Bytes) < node.Inputs.Where(x => x.Producer is not null).Sum(x => x.Type.Bytes);

    /// <summary>Marks what outputs, guards and effects read.</summary>
    public void MarkRequired()
    {
        foreach (PlanValue value in Outputs.Concat(Guards).Concat(Effects.Select(e => e.Value)))
        {
            value.IsRequired = true;
        }
    }

    private void FollowReplacements()
    {
        Looks += Outputs.Count + Effects.Count;
        for (int i = 0; i < Outputs.Count; i++)
        {
            Outputs[i] = Outputs[i].Present;
        }

        for (int i = 0; i < Guards.Count; i++)
        {
            Guards[i] = Guards[i].Present;
        }

        for (int i = 0; i < Effects.Count; i++)
        {
            Effects[i] = Effects[i] with { Value = Effects[i].Value.Present };
        }
    }

    /// <summary>Users of every value anew, in the order of the nodes: to take a dropped node out of a long list would look at all of it.</summary>
    private void ListUsers()
    {
        foreach (PlanValue leaf in Leaves)
        {
            leaf.Users.Clear();
        }

        for (int i = 0; i < Nodes.Count; i++)
        {
            PlanNode node = Nodes[i];
            node.Index = i;
            Looks += 1 + node.Inputs.Length;
            foreach (PlanValue output in node.Outputs)
            {
                output.Users.Clear();
            }

            foreach (PlanValue input in node.Inputs)
            {
                input.Users.Add(node);
            }
        }
    }

    private PlanValue Add(Tensor tensor, GraphWalk walk, PlanValue[] values)
    {
        if (tensor.Value is { } kept)
        {
            return Leaf(new PlanValue(tensor.Type) { Order = kept.Order });
        }

        if (tensor.IsLeaf)
        {
            return Leaf(new PlanValue(tensor.Type)
            {
                Cell = tensor.Source is Cell cell ? walk.CellIndex(cell) : -1,
                IsUniform = tensor.Source is Uniform,
            });
        }

        if (tensor.Op is Pick pick)
        {
            return values[tensor.Inputs![0].Mark].Producer!.Outputs[pick.Output];
        }

        var outputs = new PlanValue[tensor.OutputCount];
        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i] = new PlanValue(tensor.Output(i).Type);
        }

        Tensor[] from = tensor.Inputs!;
        var inputs = new PlanValue[from.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = values[from[i].Mark];
        }

        var node = new PlanNode(tensor.Op, inputs, outputs) { Index = Nodes.Count };
        Nodes.Add(node);
        return outputs[0];
    }

    private PlanValue Leaf(PlanValue value)
    {
        value.LeafIndex = Leaves.Count;
        Leaves.Add(value);
        return value;
    }
}

/// <summary>An op on values.</summary>
internal sealed class PlanNode
{
    public PlanNode(Op op, PlanValue[] inputs, PlanValue[] outputs)
    {
        (Op, Inputs, Outputs) = (op, inputs, outputs);
        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i].Producer = this;
        }

        foreach (PlanValue input in inputs)
        {
            input.Users.Add(this);
        }
    }

    public Op Op { get; }

    public PlanValue[] Inputs { get; }

    public PlanValue[] Outputs { get; }

    public int Index { get; set; }

    public override string ToString() => $"{Op.Name} → {Outputs[0].Type}";
}

/// <summary>A value of a plan: what a leaf holds or a node computes.</summary>
internal sealed class PlanValue(TensorType type)
{
    public TensorType Type { get; } = type;

    /// <summary>Null for a leaf.</summary>
    public PlanNode? Producer { get; set; }

    /// <summary>One entry per use, so a node that reads the value twice stands twice.</summary>
    public List<PlanNode> Users { get; } = [];

    /// <summary>The value that stands in this one's place, null while it stands itself.</summary>
    public PlanValue? ReplacedBy { get; set; }

    /// <summary>The value at the end of all replacements.</summary>
    public PlanValue Present
    {
        get
        {
            PlanValue value = this;
            while (value.ReplacedBy is { } next)
            {
                value = next;
            }

            return value;
        }
    }

    public int LeafIndex { get; set; } = -1;

    /// <summary>The number of the cell that the leaf reads, −1 if it reads none.</summary>
    public int Cell { get; init; } = -1;

    public bool IsUniform { get; init; }

    /// <summary>The axis order of a leaf's memory.</summary>
    public AxisOrder Order { get; init; }

    /// <summary>True where an output, a guard or an effect reads the value: it must be in memory of its own at the end.</summary>
    public bool IsRequired { get; set; }

    public override string ToString() => Producer is null ? $"leaf {LeafIndex} {Type}" : $"{Producer.Op.Name} {Type}";
}

/// <summary>A cell takes a value when the run commits.</summary>
internal readonly record struct PlanEffect(int Cell, PlanValue Value);
