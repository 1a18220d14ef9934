namespace Descent;

/// <summary>Turns a graph into its gradient graph: one walk from the loss, in reverse order of building.</summary>
/// <remarks>
/// Nodes carry their number in the walk, which the device's gate protects; a walk inside another, as second derivatives of fused formulas make
/// them, gives back the numbers that it found. The walks of a device are used again, so that differentiating allocates little but the gradients.
/// </remarks>
internal sealed class Backward
{
    [ThreadStatic]
    private static bool s_isBuilding;

    private readonly List<(Tensor Node, int Next)> _stack = [];
    private readonly List<(Parameter Parameter, Tensor Leaf)> _parameters = [];
    private Entry[] _entries = new Entry[64];
    private int _count;

    /// <summary>
    /// True while this thread builds the gradient graph of a loss: such nodes are not reasons to keep what they were built on.
    /// </summary>
    public static bool IsBuilding => s_isBuilding;

    /// <summary>
    /// The gradients of a scalar by each target, null where the loss does not depend on it. The walk goes no further than the ends: what they
    /// were computed from is not looked at.
    /// </summary>
    public static Tensor?[] Of(Tensor loss, Tensor seed, ReadOnlySpan<Tensor> targets, ReadOnlySpan<Tensor> ends = default)
    {
        Device device = loss.Device;
        lock (device.Gate)
        {
            Backward walk = device.BeginBackward();
            try
            {
                int floor = int.MaxValue;
                foreach (Tensor target in targets)
                {
                    floor = Math.Min(floor, target.Depth);
                }

                walk.Visit(loss, floor, ends);
                foreach (Tensor target in targets)
                {
                    walk.MarkDependent(target);
                }

                walk.Propagate(loss, seed, first: ends.Length);
                var result = new Tensor?[targets.Length];
                for (int i = 0; i < targets.Length; i++)
                {
                    result[i] = walk.GradientOf(targets[i]);
                }

                return result;
            }
            finally
            {
                device.EndBackward(walk, visited: walk.End());
            }
        }
    }

    /// <summary>The gradients for an optimizer's step: by every parameter that the loss is computed from and that is not frozen, in visit order.</summary>
    /// <exception cref="GradientException">There is no such parameter.</exception>
    public static Gradients ForStep(Tensor loss, Tensor seed)
    {
        Device device = loss.Device;
        lock (device.Gate)
        {
            Backward walk = device.BeginBackward();
            bool outer = s_isBuilding;
            s_isBuilding = true;
            try
            {
                walk.Visit(loss, floor: 0, ends: []);
                walk.FindParameters();
                foreach ((_, Tensor leaf) in walk._parameters)
                {
                    walk.MarkDependent(leaf);
                }

                walk.Propagate(loss, seed, first: 0);
                return walk.Gradients(loss);
            }
            finally
            {
                s_isBuilding = outer;
                device.EndBackward(walk, visited: walk.End());
            }
        }
    }

    /// <summary>
    /// The nodes above <paramref name="floor"/> that the root is computed from, inputs first. Iterative: a chain may be 100,000 long.
    /// </summary>
    private void Visit(Tensor root, int floor, ReadOnlySpan<Tensor> ends)
    {
        foreach (Tensor end in ends)
        {
            Add(end);
        }

        Push(root, floor);
        while (_stack.Count > 0)
        {
            (Tensor node, int next) = _stack[^1];
            Tensor[] inputs = node.Inputs!;
            while (next < inputs.Length && (inputs[next].Depth < floor || PlaceOf(inputs[next]) >= 0))
            {
                next++;
            }

            if (next < inputs.Length)
            {
                _stack[^1] = (node, next + 1);
                Push(inputs[next], floor);
                continue;
            }

            _stack.RemoveAt(_stack.Count - 1);
            if (PlaceOf(node) < 0)
            {
                Add(node);
            }
        }
    }

    private void Push(Tensor node, int floor)
    {
        if (node.Depth < floor)
        {
            return;
        }

        if (node.Inputs is null)
        {
            throw new StaleTensorException(
                $"backward: {node.Op.Name} {node.Type} was consumed by an optimizer's step. Take all gradients before the step, or build the loss anew.");
        }

        _stack.Add((node, 0));
    }

    private void Add(Tensor node)
    {
        if (_count == _entries.Length)
        {
            Array.Resize(ref _entries, 2 * _count);
        }

        _entries[_count] = new Entry { Node = node, OuterPlace = node.Place };
        node.Place = _count++;
    }

    /// <summary>The number of a node in this walk, −1 where it has none.</summary>
    private int PlaceOf(Tensor node)
    {
        // A number from another walk may be left in the node: it is valid only if the entry is the node's.
        int place = node.Place;
        return (uint)place < (uint)_count && ReferenceEquals(_entries[place].Node, node) ? place : -1;
    }

    /// <summary>All that has arrived at a node: asked for once every node that uses it has passed on what it has.</summary>
    private Tensor? GradientOf(Tensor node)
    {
        if (PlaceOf(node) is not (>= 0 and var place))
        {
            return null;
        }

        if (_entries[place].Pending is { } pending)
        {
            _entries[place].Pending = null;
            Add(ref _entries[place], pending.Sum(node.Shape));
        }

        return _entries[place].Gradient;
    }

    private static void Add(ref Entry entry, Tensor gradient) => entry.Gradient = entry.Gradient is { } sum ? sum + gradient : gradient;

    private bool IsDependent(Tensor node) => PlaceOf(node) is >= 0 and var place && _entries[place].IsDependent;

    private void MarkDependent(Tensor target)
    {
        if (PlaceOf(target) is >= 0 and var place)
        {
            _entries[place].IsDependent = true;
        }
    }

    private void FindParameters()
    {
        bool isSorted = true;
        for (int i = 0; i < _count; i++)
        {
            Tensor node = _entries[i].Node;
            if (node.Source is not Parameter parameter)
            {
                continue;
            }

            // One version has one leaf, so that a second leaf is of another version.
            bool isKnown = (uint)parameter.Mark < (uint)_parameters.Count && ReferenceEquals(_parameters[parameter.Mark].Parameter, parameter);
            if (node.Version != parameter.Version || isKnown)
            {
                throw new StaleTensorException(
                    $"backward: parameter {parameter.Name} {parameter.Type} was written since this graph read it. Build the loss anew after a step.");
            }

            parameter.Mark = _parameters.Count;
            isSorted &= _parameters.Count == 0 || _parameters[^1].Parameter.Order <= parameter.Order;
            _parameters.Add((parameter, node));
        }

        _parameters.RemoveAll(pair => pair.Parameter.IsFrozen);
        if (_parameters.Count == 0)
        {
            throw new GradientException("backward: the loss is computed from no parameter that is not frozen.");
        }

        if (!isSorted)
        {
            // The sort is stable: parameters that no visitor has named stay in the order in which the graph reads them.
            (Parameter Parameter, Tensor Leaf)[] sorted = [.. _parameters.OrderBy(pair => pair.Parameter.Order)];
            _parameters.Clear();
            _parameters.AddRange(sorted);
        }
    }

    private Gradients Gradients(Tensor loss)
    {
        var found = new List<(Parameter, Tensor)>(_parameters.Count);
        foreach ((Parameter parameter, Tensor leaf) in _parameters)
        {
            if (GradientOf(leaf) is { } gradient)
            {
                found.Add((parameter, gradient));
            }
        }

        return new Gradients(loss, found);
    }

    private void Propagate(Tensor loss, Tensor seed, int first)
    {
        // Inputs stand before the nodes that use them.
        for (int i = first; i < _count; i++)
        {
            Tensor node = _entries[i].Node;

            // Whole numbers have no slope; the indices of a max-pool are one output of an op that has one.
            if (!node.DType.IsFloat() && node.OutputCount == 1)
            {
                continue;
            }

            Tensor[] inputs = node.Inputs!;
            for (int input = 0; input < inputs.Length; input++)
            {
                if (IsDependent(inputs[input]) && node.Op.IsDifferentiable(input))
                {
                    _entries[i].IsDependent = true;
                    break;
                }
            }
        }

        if (PlaceOf(loss) is not (>= 0 and var top))
        {
            return;
        }

        _entries[top].Gradient = seed;
        for (int i = _count - 1; i >= first; i--)
        {
            if (_entries[i].IsDependent && _entries[i].Node is { Op: not Pick, Inputs.Length: > 0 } node)
            {
                Propagate(node);
            }
        }
    }

    private void Propagate(Tensor node)
    {
        Upstream upstream;
        if (node.OutputCount == 1)
        {
            if (GradientOf(node) is not { } dy)
            {
                return;
            }

            upstream = new Upstream(dy);
        }
        else
        {
            var all = new Tensor?[node.OutputCount];
            bool any = false;
            for (int i = 0; i < all.Length; i++)
            {
                any |= (all[i] = GradientOf(node.Output(i))) is not null;
            }

            if (!any)
            {
                return;
            }

            upstream = new Upstream(all);
        }

        Tensor[] inputs = node.Inputs!;
        Needed needed = NeededBy(node, inputs, upstream);
        if (!needed.Any)
        {
            // A target that is computed from no other: its own op need not have a gradient.
            return;
        }

        Tensor?[] gradients = node.Op.Gradient(new OpInputs(node), new OpOutputs(node), upstream, needed);
        for (int i = 0; i < inputs.Length; i++)
        {
            if (needed[i] && gradients[i] is { } gradient)
            {
                Add(ref _entries[PlaceOf(inputs[i])], Broadcasting.Undo(gradient, inputs[i].Shape));
            }
        }
    }

    /// <summary>The inputs whose gradient the op is asked for: those that depend on a target and have not kept it in parts.</summary>
    private Needed NeededBy(Tensor node, Tensor[] inputs, Upstream dy)
    {
        ulong first64 = 0;
        bool[]? all = inputs.Length > 64 ? new bool[inputs.Length] : null;
        for (int i = 0; i < inputs.Length; i++)
        {
            if (!IsDependent(inputs[i]) || !node.Op.IsDifferentiable(i)
                || PendingGradient.TryKeep(ref _entries[PlaceOf(inputs[i])].Pending, node, i, dy))
            {
                continue;
            }

            if (all is null)
            {
                first64 |= 1UL << i;
            }
            else
            {
                all[i] = true;
            }
        }

        return new Needed(first64, all);
    }

    /// <summary>
    /// Forgets everything, so that nothing is kept alive by the walk, gives back the numbers of an outer one, and says how many nodes it saw.
    /// </summary>
    private int End()
    {
        int visited = _count;
        for (int i = _count - 1; i >= 0; i--)
        {
            _entries[i].Node.Place = _entries[i].OuterPlace;
        }

        Array.Clear(_entries, 0, _count);
        _count = 0;
        _stack.Clear();
        _parameters.Clear();
        return visited;
    }

    private struct Entry
    {
        public Tensor Node;
        public int OuterPlace;
        public bool IsDependent;
        public Tensor? Gradient;
        public PendingGradient? Pending;
    }
}

public sealed partial class Tensor
{
    /// <summary>The gradients of this scalar by every parameter it is computed from that is not frozen, in visit order.</summary>
    /// <exception cref="ShapeException">This is not a scalar.</exception>
    /// <exception cref="GradientException">An op on the way has no gradient rule, or there is no parameter.</exception>
    public Gradients Backward() => Descent.Backward.ForStep(this, Seed());

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
