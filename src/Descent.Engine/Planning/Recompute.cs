namespace Descent;

/// <summary>
/// Computes values again in the backward pass instead of keeping them from the forward one: large ones that a few instructions make of what is kept
/// anyway, such as the rectified batch normalisation of a convolution whose result the gradient of the normalisation reads. One more pass over memory,
/// the same bits. A special case of rematerialization (Chen et al., "Training Deep Nets with Sublinear Memory Cost", 2016), which here never computes
/// a product again.
/// </summary>
internal sealed class Recompute
{
    /// <summary>What is smaller stays in a cache.</summary>
    public const long LeastBytes = 1 << 20;

    /// <summary>A value is computed again if the plan makes so many times its bytes between two of its readers.</summary>
    private const int LongTime = 4;

    /// <summary>Operands of the value's size. Of a chain of residual blocks so every second sum is kept.</summary>
    private const int MostOperands = 2;
    private const int MostNodes = 8;

    private readonly PlanGraph _graph;
    private readonly IBackend _backend;
    private readonly HashSet<PlanValue> _again = [];
    private readonly Dictionary<PlanValue, int> _lastUses = [];
    private readonly List<PlanNode>?[] _before;

    /// <summary>The bytes that all nodes before the one of an index make.</summary>
    private readonly long[] _made;

    private Recompute(PlanGraph graph, IBackend backend)
    {
        (_graph, _backend) = (graph, backend);
        _before = new List<PlanNode>?[graph.Nodes.Count];
        _made = new long[graph.Nodes.Count + 1];
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            PlanNode node = graph.Nodes[i];
            _made[i + 1] = _made[i] + (node.Op is ViewOp ? 0 : node.Outputs.Sum(y => y.Type.Bytes));
        }
    }

    /// <param name="graph">Its nodes in their final order.</param>
    /// <param name="backend">Knows which convolutions compute a value as they read.</param>
    /// <param name="leastBytes">Of a value that is computed again; tests lower it.</param>
    public static void Run(PlanGraph graph, IBackend backend, long leastBytes)
    {
        var pass = new Recompute(graph, backend);
        foreach (PlanNode node in graph.Nodes)
        {
            if (IsCheap(node) && node.Outputs[0] is { IsRequired: false } value && value.Type.Bytes >= leastBytes)
            {
                pass.Consider(value);
            }
        }

        if (pass._again.Count > 0)
        {
            graph.Insert(pass._before);
        }
    }

    /// <summary>One or two instructions an element.</summary>
    private static bool IsCheap(PlanNode node) => node is { Op: MultiplyAdd or ElementwiseOp { RoundsOnce: true }, Outputs: [{ Type.DType: DType.F32 }] };

    private void Consider(PlanValue value)
    {
        List<Use> uses = Uses(value);
        int late = AfterLongTime(uses, value.Type.Bytes);
        var nodes = new List<PlanNode>();
        if (late == 0 || !CanMake(value, uses[late].Reader.Index, nodes, []))
        {
            return;
        }

        _again.Add(value);
        _graph.Simplified.Add("computed again");
        bool canBePrologue = PrologueFusion.Of(value.Producer!) is not null;
        if (canBePrologue)
        {
            LeaveToConvolutions(uses[..late], nodes);
        }

        List<Use> others = canBePrologue ? LeaveToConvolutions(uses[late..], nodes) : uses[late..];
        CopyFor(others, nodes);
    }

    /// <summary>
    /// Gives each elementwise reader a copy of its own, which costs nothing in the reader's launch, if all others can do without the value: convolutions
    /// that compute it as they read. Returns the readers that have no copy yet.
    /// </summary>
    private List<Use> LeaveToConvolutions(List<Use> uses, List<PlanNode> nodes)
    {
        List<Use> others = uses.FindAll(use => use.Reader.Op is not ElementwiseOp);
        if (others.Count == 0 || !others.TrueForAll(use => PrologueFusion.Takes(use.Reader, use.Value, _backend)))
        {
            return uses;
        }

        foreach (Use use in uses.Except(others))
        {
            CopyFor([use], nodes);
        }

        return others;
    }

    /// <summary>Computes a value by copies of some nodes before the first of those who read it there.</summary>
    private void CopyFor(List<Use> uses, List<PlanNode> nodes)
    {
        int at = uses[0].Reader.Index;
        var copies = new Dictionary<PlanValue, PlanValue>();
        foreach (PlanNode node in nodes)
        {
            Copy(node, at, copies);
        }

        foreach (Use use in uses)
        {
            _graph.Reroute(use.Reader, use.Value, Seen(use.Value, at, copies));
        }
    }

    /// <summary>All who read a value, if need be through views, in their order.</summary>
    private List<Use> Uses(PlanValue value)
    {
        var uses = new List<Use>();
        Collect(value);
        uses.Sort((a, b) => a.Reader.Index.CompareTo(b.Reader.Index));
        return uses;

        void Collect(PlanValue seen)
        {
            foreach (PlanNode reader in seen.Users.Distinct())
            {
                _graph.Looks++;
                if (reader.Op is ViewOp)
                {
                    Collect(reader.Outputs[0]);
                }
                else
                {
                    uses.Add(new Use(reader, seen));
                }
            }
        }
    }

    /// <summary>The first use behind the longest pause, 0 if none is long.</summary>
    private int AfterLongTime(List<Use> uses, long bytes)
    {
        int late = 0;
        long longest = (LongTime * bytes) - 1;
        for (int i = 1; i < uses.Count; i++)
        {
            long pause = _made[uses[i].Reader.Index] - _made[uses[i - 1].Reader.Index];
            (late, longest) = pause > longest ? (i, pause) : (late, longest);
        }

        return late;
    }

    /// <summary>True if cheap nodes, which are listed in their order, make the value of what is still there at the node of an index.</summary>
    private bool CanMake(PlanValue value, int at, List<PlanNode> nodes, HashSet<PlanValue> operands)
    {
        PlanNode node = value.Producer!;
        foreach (PlanValue x in node.Inputs)
        {
            bool isThere = x.Producer is null || x.Type.Bytes <= value.Type.Bytes / 16 || (!_again.Contains(x) && LastUse(x) >= at);
            if (isThere && x.Type.Bytes >= value.Type.Bytes)
            {
                operands.Add(x);
            }

            if (operands.Count > MostOperands || (!isThere && !(IsCheap(x.Producer!) && CanMake(x, at, nodes, operands))))
            {
                return false;
            }
        }

        nodes.Add(node);
        return nodes.Count <= MostNodes;
    }

    /// <summary>Looked up once: copies of what is computed again may read it later still.</summary>
    private int LastUse(PlanValue value)
    {
        if (!_lastUses.TryGetValue(value, out int last))
        {
            _lastUses[value] = last = Uses(value)[^1].Reader.Index;
        }

        return last;
    }

    /// <summary>A copy of a node before the node of an index.</summary>
    private void Copy(PlanNode node, int at, Dictionary<PlanValue, PlanValue> copies)
    {
        if (!copies.ContainsKey(node.Outputs[0]))
        {
            PlanValue[] inputs = [.. node.Inputs.Select(x => copies.GetValueOrDefault(x, x))];
            var copy = new PlanNode(node.Op, inputs, [new PlanValue(node.Outputs[0].Type)]) { Index = at };
            copies.Add(node.Outputs[0], copy.Outputs[0]);
            (_before[at] ??= []).Add(copy);
        }
    }

    /// <summary>The copy of a value, or of a view of it.</summary>
    private PlanValue Seen(PlanValue value, int at, Dictionary<PlanValue, PlanValue> copies)
    {
        if (!copies.TryGetValue(value, out PlanValue? copy))
        {
            Seen(value.Producer!.Inputs[0], at, copies);
            Copy(value.Producer, at, copies);
            copy = copies[value];
        }

        return copy;
    }

    private readonly record struct Use(PlanNode Reader, PlanValue Value);
}
