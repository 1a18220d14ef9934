namespace Descent;

/// <summary>
/// Puts launches in order: the guard as soon as the loss is known, each update as soon as its gradient is complete and nobody reads the old
/// value any more, so that it can write the cell itself; what cannot is computed aside and copied at the end.
/// </summary>
internal sealed class Order
{
    private const double BeforeCommits = 1e8;
    private const double Commits = 1e9;
    private const int Nobody = -1, Several = -2;

    private readonly Choose _choose;
    private readonly PlanGraph _graph;
    private readonly List<double> _positions = [];
    private int[] _writerOf = [];
    private List<int>?[] _readersOf = [];
    private double _guardAt = -1;

    private Order(Choose choose, PlanGraph graph) => (_choose, _graph) = (choose, graph);

    public static List<Launch> Run(Choose choose, PlanGraph graph)
    {
        var order = new Order(choose, graph);
        order.PlaceAsBuilt();
        if (graph.Guards.Count > 0)
        {
            order.AddGuard();
        }

        order.FindReadersAndWriters();
        order.WriteCells();
        List<double> positions = order._positions;
        return [.. Enumerable.Range(0, positions.Count).OrderBy(launch => positions[launch]).Select(launch => choose.Launches[launch])];
    }

    /// <summary>Launches that have no position yet follow in the order in which they were made.</summary>
    private void PlaceAsBuilt()
    {
        while (_positions.Count < _choose.Launches.Count)
        {
            _positions.Add(_positions.Count);
        }
    }

    private void AddGuard()
    {
        PlanBuffer[] guarded = [.. _graph.Guards.Select(guard => _choose.Dense(guard))];
        PlaceAsBuilt();
        for (int i = 0; i < _choose.Launches.Count; i++)
        {
            foreach (PlanBuffer buffer in _choose.Launches[i].Writes)
            {
                // A loss and perhaps a norm: never more than a few.
                _guardAt = guarded.Contains(buffer) ? i : _guardAt;
            }
        }

        _guardAt += 0.25;
        _choose.Guard(guarded);
        _positions.Add(_guardAt);
    }

    private void FindReadersAndWriters()
    {
        _writerOf = new int[_choose.Buffers.Count];
        _readersOf = new List<int>?[_choose.Buffers.Count];
        Array.Fill(_writerOf, Nobody);
        _graph.Looks += _choose.Launches.Count;
        for (int i = 0; i < _choose.Launches.Count; i++)
        {
            foreach (PlanBuffer buffer in _choose.Launches[i].Writes)
            {
                // What several launches write is nobody's to move.
                _writerOf[buffer.Id] = _writerOf[buffer.Id] == Nobody ? i : Several;
            }

            foreach (PlanBuffer buffer in _choose.Launches[i].Reads)
            {
                (_readersOf[buffer.Id] ??= []).Add(i);
            }
        }
    }

    private void WriteCells()
    {
        var oldValues = new PlanBuffer?[_graph.CellCount];
        foreach (PlanValue leaf in _graph.Leaves)
        {
            if (leaf.Cell >= 0)
            {
                oldValues[leaf.Cell] ??= _choose[leaf].Buffer;
            }
        }

        foreach (PlanEffect effect in _graph.Effects)
        {
            _graph.Looks++;
            Place value = _choose[effect.Value];
            bool own = value.Buffer is { Kind: BufferKind.Arena, Over: null } && value.IsDense(AxisOrder.RowMajor)
                && value.Buffer.Bytes == effect.Value.Type.Bytes;
            if (own && CanWriteInPlace(value.Buffer, oldValues[effect.Cell]))
            {
                value.Buffer.Over = _choose.NewBuffer(value.Buffer.Bytes, BufferKind.Cell, effect.Cell);
                continue;
            }

            if (value.Buffer.Kind == BufferKind.Leaf)
            {
                // The leaf may be a cell that another effect writes: all old values are read before the first new one is written.
                value = _choose.Copied(value, effect.Value.Type, AxisOrder.RowMajor);
                _positions.Add(BeforeCommits);
            }

            PlanBuffer cell = _choose.NewBuffer(effect.Value.Type.Bytes, BufferKind.Cell, effect.Cell);
            var to = new Place(cell, Strided.Dense(effect.Value.Type.Shape));
            _choose.Copy(value, to, effect.Value.Type.DType);
            _positions.Add(Commits);
        }
    }

    /// <summary>True if the value's writer may run after the guard and after every reader of the old value; it is moved there if need be.</summary>
    private bool CanWriteInPlace(PlanBuffer value, PlanBuffer? old)
    {
        int writer = _writerOf[value.Id];
        if (writer < 0)
        {
            return false;
        }

        // A launch that reads the old value itself must read it element by element, in the order in which it writes.
        Launch launch = _choose.Launches[writer];
        if (old is not null && launch.Reads.Contains(old) && !launch.MayOverwrite.Contains((value, old)))
        {
            return false;
        }

        double after = _guardAt;
        if (old is not null && _readersOf[old.Id] is { } readers)
        {
            _graph.Looks += readers.Count;
            foreach (int reader in readers)
            {
                after = reader == writer ? after : Math.Max(after, _positions[reader]);
            }
        }

        if (after < _positions[writer])
        {
            return true;
        }

        if (launch.Writes.Any(buffer => _readersOf[buffer.Id] is not null))
        {
            return false;
        }

        _positions[writer] = after + 1e-3;
        return true;
    }
}
