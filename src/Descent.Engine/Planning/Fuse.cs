namespace Descent;

/// <summary>
/// Elementwise nodes and reductions over one shape that run as one launch: each tile of the shape is computed once, what others read of it
/// is written out, and the reductions take their part.
/// </summary>
internal sealed class TileGroup
{
    /// <summary>The elementwise nodes, in an order in which they can be computed.</summary>
    public List<PlanNode> Nodes { get; } = [];

    /// <summary>Reductions of values of the group, or of what it reads; all over the same axes.</summary>
    public List<PlanNode> Reductions { get; } = [];

    /// <summary>The shape that every step runs over.</summary>
    public required Shape Domain { get; init; }

    /// <summary>The index of its last node, where its launch stands.</summary>
    public required int Last { get; set; }

    /// <summary>Everything in it.</summary>
    public IEnumerable<PlanNode> All => Nodes.Concat(Reductions);

    /// <summary>The elementwise results that are read by others, or that the plan must hand out.</summary>
    public List<PlanValue> Outputs()
    {
        var inside = new HashSet<PlanNode>(All);
        return [.. Nodes.SelectMany(node => node.Outputs).Where(y => y.IsRequired || y.Users.Any(user => !inside.Contains(user)))];
    }
}

/// <summary>
/// Decides which elementwise nodes and reductions run together over tiles that stay in the first-level cache. A node joins the groups that
/// read it, and groups that read the same value join each other. A group runs where its last node stands, so that two may join only if
/// whoever reads from either stands after both: then the order of last nodes stays one in which everything can run.
/// </summary>
internal sealed class Fuse
{
    /// <summary>More steps than this gain nothing, and their scratch tiles would leave the cache.</summary>
    private const int MaxSteps = 24;

    private readonly PlanGraph _graph;
    private readonly Dictionary<PlanNode, EpilogueFusion> _epilogues;
    private readonly TileGroup?[] _groupOf;

    private Fuse(PlanGraph graph, Dictionary<PlanNode, EpilogueFusion> epilogues)
    {
        (_graph, _epilogues) = (graph, epilogues);
        _groupOf = new TileGroup?[graph.Nodes.Count];
    }

    /// <summary>
    /// The group of each node by its index; every elementwise node is in one unless a kernel covers it. With <paramref name="fuse"/> off each stands alone.
    /// </summary>
    public static TileGroup?[] Run(
        PlanGraph graph, Dictionary<PlanNode, EpilogueFusion> epilogues, HashSet<PlanNode> parts, bool fuse)
    {
        var pass = new Fuse(graph, epilogues);
        for (int i = graph.Nodes.Count - 1; i >= 0; i--)
        {
            PlanNode node = graph.Nodes[i];
            if (epilogues.ContainsKey(node) || parts.Contains(node))
            {
                continue;
            }

            if (IsTileable(node))
            {
                var own = new TileGroup { Domain = node.Outputs[0].Type.Shape, Last = i };
                own.Nodes.Add(node);
                pass._groupOf[i] = own;
                if (fuse)
                {
                    pass.JoinReaders(own, node.Outputs);
                }
            }
            else if (IsTileReduction(node))
            {
                var own = new TileGroup { Domain = node.Inputs[0].Type.Shape, Last = i };
                own.Reductions.Add(node);
                pass._groupOf[i] = own;
            }
        }

        if (fuse)
        {
            pass.JoinReadersOfOthers();
        }

        foreach (TileGroup? group in pass._groupOf.Distinct())
        {
            group?.Nodes.Sort((a, b) => a.Index.CompareTo(b.Index));
        }

        return pass._groupOf;
    }

    /// <summary>True for nodes that the f32 tile programs run; integers and f64 have kernels of their own.</summary>
    public static bool IsTileable(PlanNode node) =>
        node.Op is ElementwiseOp or Cast
        && node.Outputs.All(y => IsTileOutput(y.Type.DType))
        && node.Inputs.All(x => x.IsUniform ? IsTileUniform(x.Type) : IsTileInput(x.Type.DType));

    public static bool IsTileReduction(PlanNode node) => node.Op is Reduce && node.Inputs[0].Type.DType == DType.F32;

    /// <summary>A number, or the struct of numbers of an update rule.</summary>
    private static bool IsTileUniform(TensorType type) => type.DType == (type.Shape.Rank == 0 ? DType.F32 : DType.U8);

    private static bool IsTileOutput(DType type) => type is DType.F32 or DType.Bool;

    private static bool IsTileInput(DType type) => type is DType.F32 or DType.Bool or DType.U8;

    /// <summary>Groups that share an operand which no group computes, such as the result of a convolution.</summary>
    private void JoinReadersOfOthers()
    {
        IEnumerable<PlanValue> computed = _graph.Nodes.Where(node => _groupOf[node.Index] is null).SelectMany(node => node.Outputs);
        foreach (PlanValue value in _graph.Leaves.Concat(computed))
        {
            if (value.Users.Count > 1 && value.Type.Shape.Rank > 0)
            {
                JoinReaders(null, [value]);
            }
        }
    }

    /// <summary>Joins the groups that read one of the values, the earliest first, with each other and with the group that computes them.</summary>
    private void JoinReaders(TileGroup? group, PlanValue[] values)
    {
        foreach (PlanValue value in values)
        {
            // Looking at all pairs of very many readers would cost more than their joining gains.
            if (value.Users.Count > MaxSteps)
            {
                continue;
            }

            foreach (PlanNode user in value.Users.Count == 1 ? value.Users : [.. value.Users.OrderBy(RunsAt)])
            {
                if (_groupOf[user.Index] is { } reader && reader != group && reader.Domain == value.Type.Shape)
                {
                    group = group is null ? reader : CanJoin(group, reader) ? Join(group, reader) : group;
                }
            }
        }
    }

    private TileGroup Join(TileGroup a, TileGroup b)
    {
        if (a.Nodes.Count + a.Reductions.Count < b.Nodes.Count + b.Reductions.Count)
        {
            (a, b) = (b, a);
        }

        a.Nodes.AddRange(b.Nodes);
        a.Reductions.AddRange(b.Reductions);
        a.Last = Math.Max(a.Last, b.Last);
        foreach (PlanNode node in b.All)
        {
            _groupOf[node.Index] = a;
        }

        return a;
    }

    private bool CanJoin(TileGroup a, TileGroup b) =>
        a.Domain == b.Domain && a.Nodes.Count + b.Nodes.Count <= MaxSteps && HaveSameAxes(a, b) && AreReadLater(a, b) && AreReadLater(b, a);

    private static bool HaveSameAxes(TileGroup a, TileGroup b) =>
        a.Reductions.Count == 0 || b.Reductions.Count == 0 || ((Reduce)a.Reductions[0].Op).Axes.Equals(((Reduce)b.Reductions[0].Op).Axes);

    /// <summary>True if all who read from a group, but its partner, run after both.</summary>
    private bool AreReadLater(TileGroup group, TileGroup partner)
    {
        int last = Math.Max(group.Last, partner.Last);
        foreach (PlanNode node in group.All)
        {
            foreach (PlanNode user in node.Outputs.SelectMany(y => y.Users))
            {
                _graph.Looks++;
                TileGroup? reader = _groupOf[user.Index];

                // What is reduced is known only after the last tile: nothing of the same launch can read it.
                bool isInside = reader == group || (reader == partner && node.Op is not Reduce);
                if (!isInside && (reader == partner || RunsAt(user) < last))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>The index of the node at whose place the launch of a node stands.</summary>
    private int RunsAt(PlanNode node) =>
        _groupOf[node.Index]?.Last ?? (_epilogues.TryGetValue(node, out EpilogueFusion? fusion) ? fusion.Last.Index : node.Index);
}
