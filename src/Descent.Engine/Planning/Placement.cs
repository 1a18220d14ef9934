namespace Descent;

/// <summary>Gives every arena buffer an offset: two share memory unless their lives overlap.</summary>
/// <remarks>
/// The smallest arena is hard to find (dynamic storage allocation, problem SR2 of Garey and Johnson 1979), so rules compete and the smallest
/// result stands: best fit along the launches, best fit against them, and, for plans of up to <see cref="MostBySize"/> buffers, the largest
/// buffer first into the lowest gap. The first two take O(n log n) for n buffers, the third O(n²). By size, the training steps of LeNet-5 and of
/// a residual network of 20 layers reach the least that is possible, what is alive at one launch; the other two need 2 to 9 % more.
/// </remarks>
internal sealed class Placement
{
    /// <summary>Placing so many buffers by size takes a tenth of a second; a training step of 20 layers has about 1,200.</summary>
    private const int MostBySize = 10_000;

    private readonly IReadOnlyList<Launch> _launches;
    private readonly int[] _first;
    private readonly int[] _last;
    private readonly PlanBuffer[] _open;
    private long _looks;

    private Placement(IReadOnlyList<Launch> launches, IReadOnlyList<PlanBuffer> buffers)
    {
        _launches = launches;
        _first = new int[buffers.Count];
        _last = new int[buffers.Count];
        Array.Fill(_first, int.MaxValue);
        Array.Fill(_last, -1);
        for (int i = 0; i < launches.Count; i++)
        {
            Uses(launches[i].Reads, i);
            Uses(launches[i].Writes, i);
            Uses(launches[i].Workspaces, i);
        }

        TakeOver();
        _open = [.. buffers.Where(buffer => buffer.Kind == BufferKind.Arena && buffer.Over is null && _last[buffer.Id] >= 0)];
    }

    /// <summary>Places all buffers; returns how many it looked at, some of them many times.</summary>
    public static long Run(IReadOnlyList<Launch> launches, IReadOnlyList<PlanBuffer> buffers)
    {
        var placement = new Placement(launches, buffers);
        placement.Place();
        return placement._looks;
    }

    /// <summary>Room for one vector more, so that a kernel may load the last one whole.</summary>
    public static long Padded(long bytes) => (bytes + (2 * NativeBuffer.Alignment) - 1) / NativeBuffer.Alignment * NativeBuffer.Alignment;

    private void Uses(List<PlanBuffer> buffers, int launch)
    {
        foreach (PlanBuffer buffer in buffers)
        {
            _first[buffer.Id] = Math.Min(_first[buffer.Id], launch);
            _last[buffer.Id] = launch;
        }
    }

    /// <summary>An elementwise result takes the place of an operand that is read for the last time.</summary>
    private void TakeOver()
    {
        for (int i = 0; i < _launches.Count; i++)
        {
            foreach ((PlanBuffer write, PlanBuffer read) in _launches[i].MayOverwrite)
            {
                PlanBuffer root = read.Root;
                bool free = write is { Kind: BufferKind.Arena, Over: null } && read.Kind == BufferKind.Arena && root.Kind == BufferKind.Arena
                    && write.Bytes == root.Bytes && _last[root.Id] == i && _last[read.Id] == i && _first[write.Id] == i
                    && !_launches[i].Writes.Any(other => other != write && other.Root == root);
                if (free)
                {
                    write.Over = root;
                    _last[root.Id] = _last[write.Id];
                }
            }
        }
    }

    private void Place()
    {
        long least = MostAliveAtOnce();
        (long Peak, long[] Offsets) best = Sweep(backwards: false);
        best = best.Peak > least ? Smaller(best, Sweep(backwards: true)) : best;
        best = best.Peak > least && _open.Length <= MostBySize ? Smaller(best, BySize()) : best;
        for (int i = 0; i < _open.Length; i++)
        {
            _open[i].Offset = best.Offsets[i];
        }

        static (long Peak, long[] Offsets) Smaller((long Peak, long[] Offsets) a, (long Peak, long[] Offsets) b) => a.Peak <= b.Peak ? a : b;
    }

    /// <summary>No arena can be smaller than what is alive at one launch.</summary>
    private long MostAliveAtOnce()
    {
        long[] change = new long[_launches.Count + 1];
        foreach (PlanBuffer buffer in _open)
        {
            change[_first[buffer.Id]] += Padded(buffer.Bytes);
            change[_last[buffer.Id] + 1] -= Padded(buffer.Bytes);
        }

        long alive = 0, most = 0;
        foreach (long bytes in change)
        {
            alive += bytes;
            most = Math.Max(most, alive);
        }

        return most;
    }

    /// <summary>Goes along the launches, or against them, and gives each buffer the smallest hole that holds it when its life begins.</summary>
    private (long Peak, long[] Offsets) Sweep(bool backwards)
    {
        int[] byBirth = [.. Enumerable.Range(0, _open.Length).OrderBy(i => Birth(_open[i])).ThenByDescending(i => _open[i].Bytes)];
        int[] byDeath = [.. Enumerable.Range(0, _open.Length).OrderBy(i => Death(_open[i]))];
        var holes = new ArenaHoles();
        long[] offsets = new long[_open.Length];
        int dead = 0;
        foreach (int i in byBirth)
        {
            for (; Death(_open[byDeath[dead]]) < Birth(_open[i]); dead++)
            {
                holes.Give(offsets[byDeath[dead]], Padded(_open[byDeath[dead]].Bytes));
            }

            offsets[i] = holes.Take(Padded(_open[i].Bytes));
            _looks++;
        }

        return (holes.Peak, offsets);

        int Birth(PlanBuffer buffer) => backwards ? -_last[buffer.Id] : _first[buffer.Id];
        int Death(PlanBuffer buffer) => backwards ? -_first[buffer.Id] : _last[buffer.Id];
    }

    /// <summary>The largest buffer first, each into the lowest gap that is free during its whole life.</summary>
    private (long Peak, long[] Offsets) BySize()
    {
        long[] offsets = new long[_open.Length];
        var placed = new List<int>(_open.Length); // By offset.
        long peak = 0;
        foreach (int i in Enumerable.Range(0, _open.Length).OrderByDescending(i => _open[i].Bytes))
        {
            int id = _open[i].Id;
            long offset = 0, bytes = Padded(_open[i].Bytes);
            foreach (int other in placed)
            {
                _looks++;
                int otherId = _open[other].Id;
                if (_first[otherId] <= _last[id] && _first[id] <= _last[otherId])
                {
                    if (offset + bytes <= offsets[other])
                    {
                        break;
                    }

                    offset = Math.Max(offset, offsets[other] + Padded(_open[other].Bytes));
                }
            }

            offsets[i] = offset;
            peak = Math.Max(peak, offset + bytes);
            int at = placed.FindIndex(other => offsets[other] > offset);
            placed.Insert(at < 0 ? placed.Count : at, i);
        }

        return (peak, offsets);
    }
}
