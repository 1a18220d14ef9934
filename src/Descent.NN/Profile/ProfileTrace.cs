namespace Descent;

/// <summary>Reads the layers of a network from the graph of its forward pass: a node belongs to the module whose parameters it reads.</summary>
internal sealed class ProfileTrace
{
    private readonly Dictionary<Tensor, Reach?> _reach = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, int> _rowOf = [];
    private readonly List<LayerProfile> _rows = [];
    private readonly List<Tensor> _results = [];
    private readonly Dictionary<string, Module> _modules;
    private readonly ILookup<string, Parameter> _parameters;

    private ProfileTrace(Layer model)
    {
        StateWalk walk = StateWalk.Of(model);
        _modules = walk.Modules.ToDictionary(m => m.Path, m => m.Module);
        _parameters = walk.State.Where(cell => cell.Value is Parameter)
            .ToLookup(cell => OwnerOf(cell.Key), cell => (Parameter)cell.Value);
    }

    public IReadOnlyList<LayerProfile> Rows => _rows;

    /// <summary>The last node of each row.</summary>
    public IReadOnlyList<Tensor> Results => _results;

    /// <summary>Every node between the input and the output, in the order of a forward pass.</summary>
    public IReadOnlyList<Tensor> Nodes { get; private init; } = [];

    /// <summary>The rows between an input and the output that the model computes of it.</summary>
    public static ProfileTrace Of(Layer model, Tensor input, Tensor output)
    {
        var trace = new ProfileTrace(model) { Nodes = InOrder(input, output) };
        trace._reach[input] = Reach.Pixel;
        foreach (Tensor node in trace.Nodes)
        {
            trace.Add(node);
        }

        return trace;
    }

    private void Add(Tensor node)
    {
        Tensor[] inputs = node.Inputs!;
        var reach = new Reach?[inputs.Length];
        var types = new TensorType[inputs.Length];
        bool dependsOnInput = false;
        for (int i = 0; i < inputs.Length; i++)
        {
            bool depends = _reach.TryGetValue(inputs[i], out Reach? of);
            reach[i] = depends ? of : Reach.Nothing;
            types[i] = inputs[i].Type;
            dependsOnInput |= depends;
        }

        if (!dependsOnInput)
        {
            return;
        }

        _reach[node] = node.Op.ReachOf(reach, types);
        if (node.Op is not (ViewOp or Pick or Cast))
        {
            AddToRow(node, inputs.Where(x => !_reach.ContainsKey(x)), node.Op.MultiplyAdds(types, node.Type));
        }
    }

    private void AddToRow(Tensor node, IEnumerable<Tensor> weights, long multiplyAdds)
    {
        string owner = weights.Select(CellOf).FirstOrDefault(cell => cell is not null) is { } cell ? OwnerOf(cell.Name) : "";
        bool hasOwner = _modules.TryGetValue(owner, out Module? module) && _parameters[owner].Any();
        bool isElementwise = node.Op is ElementwiseOp;
        if (hasOwner && _rowOf.TryGetValue(owner, out int at))
        {
            LayerProfile row = _rows[at];
            _rows[at] = row with
            {
                Output = node.Shape,
                MultiplyAdds = row.MultiplyAdds + multiplyAdds,
                ReceptiveField = Field(node),
                IsElementwise = row.IsElementwise && isElementwise,
            };
            _results[at] = node;
            return;
        }

        if (hasOwner)
        {
            _rowOf.Add(owner, _rows.Count);
        }

        _rows.Add(new(
            hasOwner ? owner : "",
            hasOwner ? ModuleSummary.TypeName(module!) : node.Op.Name,
            node.Shape,
            hasOwner ? _parameters[owner].Sum(p => p.Shape.Count) : 0,
            multiplyAdds,
            Field(node),
            EffectiveReceptiveField: null)
        { IsElementwise = isElementwise });
        _results.Add(node);
    }

    private (int Rows, int Columns)? Field(Tensor node) => node.Rank == 4 && _reach[node] is { } reach
        ? ((int)Math.Round(reach.Rows.Size), (int)Math.Round(reach.Columns.Size))
        : null;

    /// <summary>The first cell that a weight is made of: it often arrives through a transpose or, of a normalisation, a short formula.</summary>
    private static Cell? CellOf(Tensor weight) =>
        weight.Source as Cell ?? weight.Inputs!.Select(CellOf).FirstOrDefault(cell => cell is not null);

    internal static string OwnerOf(string name)
    {
        int dot = name.LastIndexOf('.');
        return dot < 0 ? "" : name[..dot];
    }

    /// <summary>Every node of the graph behind the input, each after its own inputs, in the order of a forward pass.</summary>
    private static List<Tensor> InOrder(Tensor input, Tensor output)
    {
        var order = new List<Tensor>();
        var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance) { input };
        var stack = new Stack<(Tensor Node, int Next)>();
        Enter(output);
        while (stack.TryPop(out (Tensor Node, int Next) top))
        {
            if (top.Next == top.Node.Inputs!.Length)
            {
                order.Add(top.Node);
                continue;
            }

            stack.Push((top.Node, top.Next + 1));
            Enter(top.Node.Inputs[top.Next]);
        }

        return order;

        void Enter(Tensor node)
        {
            if (!node.IsLeaf && seen.Add(node))
            {
                stack.Push((node, 0));
            }
        }
    }
}
