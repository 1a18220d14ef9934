namespace Descent;

/// <summary>A region of memory that launches read and write: a place in the arena, a leaf, a cell or an output.</summary>
internal sealed class PlanBuffer(int id, long bytes, BufferKind kind, int index)
{
    public int Id { get; } = id;

    public long Bytes { get; } = bytes;

    public BufferKind Kind { get; private set; } = kind;

    /// <summary>The number of the leaf, cell or output.</summary>
    public int Index { get; } = index;

    /// <summary>What kept memory holds from the start.</summary>
    public byte[]? Content { get; init; }

    /// <summary>The place in the arena, once it is given.</summary>
    public long Offset { get; set; } = -1;

    /// <summary>The buffer whose place this one takes over: an elementwise result over an operand that is not read again.</summary>
    public PlanBuffer? Over { get; set; }

    /// <summary>Takes the buffer out of the arena, so that its content outlives a run.</summary>
    public void Keep() => Kind = BufferKind.Kept;

    /// <summary>Where the content really lies.</summary>
    public PlanBuffer Root => Over?.Root ?? this;
}

internal enum BufferKind : byte
{
    Arena,
    Leaf,
    Cell,
    Output,

    /// <summary>Memory of the plan's own that outlives a run, such as packed weights.</summary>
    Kept,
}

/// <summary>A compiled graph: a flat list of launches over one arena.</summary>
internal sealed class Plan
{
    /// <summary>
    /// Estimated seconds of a plan that the caller runs without the team, some ten real microseconds: LeNet-5 on one image takes 8.4 µs so at
    /// best, and 11.0 with two threads whose caches lie apart.
    /// </summary>
    private const double ShortPlan = 25e-6;

    private readonly bool _isShort;
    private readonly Storage?[] _kept;
    private readonly Storage _uniforms;
    private readonly long[] _uniformOffsets;

    public Plan(PlanGraph source, IReadOnlyList<Launch> launches, IReadOnlyList<PlanBuffer> buffers, PlanBuffer[] outputs, TensorType[] outputTypes, AxisOrder[] outputOrders)
    {
        Source = source;
        Launches = launches;
        Buffers = buffers;
        OutputBuffers = outputs;
        OutputTypes = outputTypes;
        OutputOrders = outputOrders;
        Pointers = new nint[buffers.Count];
        (_uniforms, _uniformOffsets) = UniformMemory(source.Leaves);
        _isShort = launches.Where(launch => launch.Inputs is null).Sum(launch => launch.EstimatedSeconds) < ShortPlan;
        WrittenCells = [.. source.Effects.Select(effect => effect.Cell).Distinct()];
        _kept = new Storage?[buffers.Count];
        foreach (PlanBuffer buffer in buffers)
        {
            if (buffer.Kind == BufferKind.Arena && buffer.Over is null)
            {
                ArenaBytes = Math.Max(ArenaBytes, buffer.Offset + buffer.Bytes);
            }
            else if (buffer.Kind == BufferKind.Kept)
            {
                var memory = new Storage(new TensorType(new Shape(checked((int)buffer.Bytes)), DType.U8));
                buffer.Content?.CopyTo(memory.Bytes);
                _kept[buffer.Id] = memory;
            }
        }
    }

    /// <summary>The graph before fusion, to find the op where a number went wrong.</summary>
    public PlanGraph Source { get; }

    public IReadOnlyList<Launch> Launches { get; }

    public IReadOnlyList<PlanBuffer> Buffers { get; }

    public PlanBuffer[] OutputBuffers { get; }

    public TensorType[] OutputTypes { get; }

    public AxisOrder[] OutputOrders { get; }

    /// <summary>The scratch memory that a run needs.</summary>
    public long ArenaBytes { get; }

    /// <summary>The numbers of the cells that a run writes.</summary>
    public int[] WrittenCells { get; }

    /// <summary>Where each buffer lies in the run that is under way; runs of a device never overlap.</summary>
    public nint[] Pointers { get; }

    /// <summary>How often the plan has run.</summary>
    public long Runs { get; private set; }

    /// <summary>Runs all launches. False where a guard found a number that is not finite; then no cell has been written.</summary>
    public bool Run(PlanRun run)
    {
        Runs++;
        run.IsShort = _isShort;
        for (int i = 0; i < Launches.Count; i++)
        {
            Launches[i].Execute(run);
            if (run.Failed)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Where the host writes the numbers of a uniform leaf before each run.</summary>
    public (nint Pointer, int Bytes) Uniform(int leaf) =>
        (_uniforms.Pointer + (nint)_uniformOffsets[leaf], (int)Source.Leaves[leaf].Type.Bytes);

    /// <summary>Memory of the plan's own.</summary>
    public Storage Kept(PlanBuffer buffer) => _kept[buffer.Id]!;

    /// <summary>One block for all uniforms, each on a cache line of its own.</summary>
    private static (Storage Memory, long[] Offsets) UniformMemory(List<PlanValue> leaves)
    {
        long[] offsets = new long[leaves.Count];
        long bytes = 0;
        for (int i = 0; i < offsets.Length; i++)
        {
            offsets[i] = bytes;
            bytes += leaves[i].IsUniform ? Placement.Padded(leaves[i].Type.Bytes) : 0;
        }

        return (new Storage(new TensorType(new Shape(checked((int)bytes)), DType.U8)), offsets);
    }

    /// <inheritdoc cref="PlanTable"/>
    public override string ToString() => PlanTable.Of(this, peak: null);
}
