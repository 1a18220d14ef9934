namespace Descent;

/// <summary>A plan together with the memory that one run, or every replay of a compiled step, reads and writes.</summary>
internal sealed class BoundRun
{
    private readonly Cell[] _cells;

    private BoundRun(Plan plan, object[] sources, Storage[] outputs, Cell[] cells, Action? committed)
    {
        (Plan, Sources, Outputs, _cells, OnCommit) = (plan, sources, outputs, cells, committed);
    }

    public Plan Plan { get; }

    /// <summary>What each leaf reads: kept memory, a cell, a slot or a uniform.</summary>
    public object[] Sources { get; }

    public Storage[] Outputs { get; }

    /// <summary>Called after the cells have been written.</summary>
    public Action? OnCommit { get; }

    public static BoundRun Of(GraphWalk walk, Plan plan, Request request)
    {
        var sources = new object[plan.Source.Leaves.Count];
        int leaf = 0;
        foreach (Tensor node in walk.Nodes)
        {
            if (node.Value is not null || node.IsLeaf)
            {
                sources[leaf++] = node.Value ?? node.Source!;
            }
        }

        var outputs = new Storage[plan.OutputTypes.Length];
        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i] = new Storage(plan.OutputTypes[i], plan.OutputOrders[i]);
        }

        return new BoundRun(plan, sources, outputs, [.. walk.Cells], request.Committed);
    }

    /// <summary>Puts another tensor's memory in the place of a leaf.</summary>
    public void Rebind(int leaf, object source) => Sources[leaf] = source;

    /// <summary>The next values of random counters.</summary>
    public void Advance()
    {
        foreach (object source in Sources)
        {
            (source as Uniform)?.Advance();
        }
    }

    /// <summary>Gives every cell that was written a new version.</summary>
    public void Commit()
    {
        foreach (int cell in Plan.WrittenCells)
        {
            _cells[cell].Committed();
        }

        OnCommit?.Invoke();
    }

    /// <summary>Finds where every buffer lies now, and lets the host write its numbers.</summary>
    public void Bind(Arena arena)
    {
        IReadOnlyList<PlanBuffer> buffers = Plan.Buffers;
        for (int i = 0; i < buffers.Count; i++)
        {
            Plan.Pointers[i] = PointerOf(buffers[i].Root, arena);
        }
    }

    private unsafe nint PointerOf(PlanBuffer buffer, Arena arena)
    {
        switch (buffer.Kind)
        {
            case BufferKind.Arena:
                return buffer.Offset < 0 ? 0 : (nint)arena.At(buffer.Offset);
            case BufferKind.Cell:
                return _cells[buffer.Index].Storage.Pointer;
            case BufferKind.Output:
                return Outputs[buffer.Index].Pointer;
            case BufferKind.Kept:
                return Plan.Kept(buffer).Pointer;
            default:
                return LeafPointer(buffer.Index);
        }
    }

    private unsafe nint LeafPointer(int leaf)
    {
        switch (Sources[leaf])
        {
            case Storage storage:
                return storage.Pointer;
            case Cell cell:
                return cell.Storage.Pointer;
            case Slot slot:
                return slot.Storage.Pointer;
            case Uniform uniform:
                (nint pointer, int bytes) = Plan.Uniform(leaf);
                uniform.Write(new Span<byte>((void*)pointer, bytes));
                return pointer;
            default:
                throw new InvalidOperationException("A leaf has no source.");
        }
    }
}
