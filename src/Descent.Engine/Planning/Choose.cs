namespace Descent;

/// <summary>Where a value lies: a buffer and the steps through it.</summary>
internal readonly record struct Place(PlanBuffer Buffer, Strided View)
{
    public bool IsDense(AxisOrder order) => View.IsDense(order);
}

/// <summary>
/// Turns nodes into launches: chooses the layout of every value and the kernel of every op, from shapes and element types alone. Of the
/// candidates that the backend names, the one with the least estimated time is taken, counting the copies that its layouts would cost here.
/// A view costs nothing until a kernel needs its elements side by side.
/// </summary>
internal sealed class Choose
{
    private readonly PlanGraph _graph;
    private readonly IBackend _backend;
    private readonly Dictionary<PlanValue, Place> _places = [];
    private readonly Dictionary<(PlanValue, AxisOrder), Place> _copies = [];
    private readonly TileGroup?[] _groups;

    public Choose(PlanGraph graph, IBackend backend, int threads, bool fuse)
    {
        (_graph, _backend, Threads) = (graph, backend, threads);
        Pools = fuse ? PoolFusion.Find(graph, backend) : [];
        Epilogues = fuse ? EpilogueFusion.Find(graph, backend, Pools) : [];
        Prologues = fuse ? PrologueFusion.Find(graph, backend, Pools, Epilogues) : [];
        BiasGradients = fuse ? BiasGradientFusion.Find(graph, Pools) : [];
        _groups = Fuse.Run(graph, Epilogues, [.. Pools.Keys, .. BiasGradients.Keys, .. Prologues.Keys], fuse);
    }

    /// <summary>Workers that need scratch of their own.</summary>
    public int Threads { get; }

    public List<Launch> Launches { get; } = [];

    public List<PlanBuffer> Buffers { get; } = [];

    /// <summary>Convolutions with the pooling after them, and their gradients.</summary>
    public Dictionary<PlanNode, PoolFusion> Pools { get; }

    /// <summary>Elementwise nodes that a product or convolution does in its write-back.</summary>
    public Dictionary<PlanNode, EpilogueFusion> Epilogues { get; }

    /// <summary>Elementwise nodes that the convolutions behind them do as they read, and these convolutions.</summary>
    public Dictionary<PlanNode, PrologueFusion> Prologues { get; }

    /// <summary>Gradients of a convolution's weight and of its bias that one launch computes, as partners.</summary>
    public Dictionary<PlanNode, PlanNode> BiasGradients { get; }

    /// <summary>Launches for all nodes.</summary>
    public void Run()
    {
        foreach (PlanValue leaf in _graph.Leaves)
        {
            PlanBuffer buffer = NewBuffer(leaf.Type.Bytes, BufferKind.Leaf, leaf.LeafIndex);
            _places[leaf] = new Place(buffer, Strided.Dense(leaf.Type.Shape, leaf.Order));
        }

        foreach (PlanNode node in _graph.Nodes)
        {
            // Groups and fused products stand where the last of their nodes stood.
            if (Pools.TryGetValue(node, out PoolFusion? pool))
            {
                _backend.LowerPooling(this, pool, node);
            }
            else if (BiasGradients.TryGetValue(node, out PlanNode? partner))
            {
                if (node.Index > partner.Index)
                {
                    LowerByKernel(node.Op is Conv2dBackwardWeight ? node : partner);
                }
            }
            else if (Epilogues.TryGetValue(node, out EpilogueFusion? epilogue))
            {
                if (node == epilogue.Last)
                {
                    LowerByKernel(epilogue.Product);
                }
            }
            else if (_groups[node.Index] is { } group)
            {
                if (node.Index == group.Last)
                {
                    _backend.LowerElementwise(this, group);
                }
            }
            else if (node.Op is ElementwiseOp && Prologues.ContainsKey(node))
            {
                // Done by whoever reads it.
            }
            else if (node.Op is Constant constant)
            {
                LowerConstant(node.Outputs[0], constant);
            }
            else if (node.Op is ViewOp view)
            {
                LowerView(node, view);
            }
            else
            {
                LowerByKernel(node);
            }
        }
    }

    /// <summary>Where the value lies.</summary>
    public Place this[PlanValue producer]
    {
        get => _places[producer];
        set => _places[producer] = value;
    }

    public bool IsPlaced(PlanValue value) => _places.ContainsKey(value);

    /// <summary>The value with its elements side by side in the given order, copied there if it lies otherwise.</summary>
    public PlanBuffer Dense(PlanValue value, AxisOrder order = AxisOrder.RowMajor)
    {
        Place place = _places[value];
        if (place.IsDense(order))
        {
            return place.Buffer;
        }

        if (!_copies.TryGetValue((value, order), out Place copy))
        {
            _copies[(value, order)] = copy = Copied(place, value.Type, order);
        }

        return copy.Buffer;
    }

    /// <summary>A launch that lays the elements side by side in new memory.</summary>
    public Place Copied(Place from, TensorType type, AxisOrder order)
    {
        var to = new Place(NewBuffer(type.Bytes), Strided.Dense(type.Shape, order));
        Copy(from, to, type.DType);
        return to;
    }

    /// <summary>A launch that lays elements out elsewhere.</summary>
    public void Copy(Place from, Place to, DType type) => Add(_backend.Copy(from, to, type), [from.Buffer], [to.Buffer]);

    /// <summary>A launch that stops the run where one of the scalars is not finite.</summary>
    public Launch Guard(PlanBuffer[] scalars) => Add(_backend.Guard(scalars), scalars, []);

    /// <summary>The leaf of a parameter that the value is a view of and that the plan does not write, −1 where it is none.</summary>
    public int UnwrittenLeaf(PlanValue value)
    {
        while (value.Producer is { Op: ViewOp } view)
        {
            value = view.Inputs[0];
        }

        return value.Cell >= 0 && !_graph.Effects.Exists(effect => effect.Cell == value.Cell) ? value.LeafIndex : -1;
    }

    /// <summary>New memory for an output of a node, dense in the given order.</summary>
    public PlanBuffer Output(PlanValue value, AxisOrder order = AxisOrder.RowMajor)
    {
        PlanBuffer buffer = NewBuffer(value.Type.Bytes);
        _places[value] = new Place(buffer, Strided.Dense(value.Type.Shape, order));
        return buffer;
    }

    public PlanBuffer NewBuffer(long bytes, BufferKind kind = BufferKind.Arena, int index = -1)
    {
        var buffer = new PlanBuffer(Buffers.Count, bytes, kind, index);
        Buffers.Add(buffer);
        return buffer;
    }

    public T Add<T>(T launch, ReadOnlySpan<PlanBuffer> reads, ReadOnlySpan<PlanBuffer> writes)
        where T : Launch
    {
        long bytes = 0;
        foreach (PlanBuffer buffer in reads)
        {
            launch.Reads.Add(buffer);
            bytes += buffer.Bytes;
        }

        foreach (PlanBuffer buffer in writes)
        {
            launch.Writes.Add(buffer);
            bytes += buffer.Bytes;
        }

        launch.Bytes = bytes;
        Launches.Add(launch);
        return launch;
    }

    /// <summary>
    /// The layout in which most of the full-size operands already lie; channels last where they are even, since images that meet an
    /// elementwise op mostly go on to a convolution.
    /// </summary>
    public AxisOrder Preferred(IEnumerable<PlanValue> operands, Shape shape)
    {
        int channelsLast = 0, rowMajor = 0;
        foreach (PlanValue operand in operands)
        {
            if (operand.Type.Shape == shape && _places[operand].View.NearestOrder() is { } order)
            {
                (channelsLast, rowMajor) = order == AxisOrder.ChannelsLast ? (channelsLast + 1, rowMajor) : (channelsLast, rowMajor + 1);
            }
        }

        return channelsLast > 0 && channelsLast >= rowMajor ? AxisOrder.ChannelsLast : AxisOrder.RowMajor;
    }

    private void LowerByKernel(PlanNode node)
    {
        IReadOnlyList<Candidate> candidates = _backend.Candidates(node);
        bool fused = Epilogues.ContainsKey(node);
        Candidate? best = null;
        double least = double.PositiveInfinity;
        foreach (Candidate candidate in candidates)
        {
            double seconds = candidate.Seconds + CopySeconds(node, candidate.Images);
            if (seconds < least && (candidate.TakesEpilogue || !fused) && (candidate.TakesPrologue || !Prologues.ContainsKey(node)))
            {
                (best, least) = (candidate, seconds);
            }
        }

        best!.Lower(this);
    }

    /// <summary>What it costs to bring the node's operands of four axes into an order.</summary>
    private double CopySeconds(PlanNode node, AxisOrder images)
    {
        double seconds = 0;
        foreach (PlanValue input in node.Inputs)
        {
            PlanValue x = input == node.Inputs[0] && Prologues.TryGetValue(node, out PrologueFusion? prologue) ? prologue.Source : input;
            seconds += x.Type.Shape.Rank == 4 && !_places[x].IsDense(images) ? _backend.CopySeconds(x.Type.Bytes) : 0;
        }

        return seconds;
    }

    private void LowerConstant(PlanValue value, Constant constant)
    {
        byte[] content = new byte[value.Type.Bytes];
        Values.FromDouble([constant.Value], constant.DType, content);
        var buffer = new PlanBuffer(Buffers.Count, content.Length, BufferKind.Kept, -1) { Content = content };
        Buffers.Add(buffer);
        _places[value] = new Place(buffer, Strided.Dense(Shape.Scalar));
    }

    private void LowerView(PlanNode node, ViewOp view)
    {
        PlanValue x = node.Inputs[0];
        Place place = _places[x];
        if (!view.TryView(place.View, out Strided seen))
        {
            PlanBuffer dense = Dense(x);
            place = new Place(dense, Strided.Dense(x.Type.Shape));
            view.TryView(place.View, out seen);
        }

        _places[node.Outputs[0]] = new Place(place.Buffer, seen);
    }
}
