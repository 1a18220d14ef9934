namespace Descent;

/// <summary>
/// Puts launches in order: the guard as soon as the loss is known, each update as soon as its gradient is complete and nobody reads the old
/// value any more, so that it can write the cell itself; what cannot is computed aside and copied at the end.
/// </summary>
internal static class Order
{
    private const double BeforeCommits = 1e8;
    private const double Commits = 1e9;

    public static List<Launch> Run(Choose choose, PlanGraph graph)
    {
        List<Launch> launches = choose.Launches;
        var position = new Dictionary<Launch, double>();
        for (int i = 0; i < launches.Count; i++)
        {
            position[launches[i]] = i;
        }

        // Copies that leave the plan stand at the end: the values they read exist by then, and so do the old cells.
        double guardAt = -1;
        if (graph.Guards.Count > 0)
        {
            PlanBuffer[] guarded = [.. graph.Guards.Select(guard => choose.Dense(guard))];
            for (int i = position.Count; i < launches.Count; i++)
            {
                position[launches[i]] = i;
            }

            guardAt = launches.Where(launch => launch.Writes.Any(guarded.Contains)).Select(launch => position[launch]).DefaultIfEmpty(-1).Max() + 0.25;
            var guard = choose.Add(new GuardLaunch(guarded), guarded, []);
            position[guard] = guardAt;
        }

        WriteCellsInPlace(choose, graph, position, guardAt);
        for (int i = 0; i < launches.Count; i++)
        {
            position.TryAdd(launches[i], i + Commits);
        }

        return [.. launches.OrderBy(launch => position[launch])];
    }

    private static void WriteCellsInPlace(Choose choose, PlanGraph graph, Dictionary<Launch, double> position, double guardAt)
    {
        List<Launch> launches = choose.Launches;
        var writerOf = new Dictionary<PlanBuffer, Launch?>();
        var readersOf = new Dictionary<PlanBuffer, List<Launch>>();
        foreach (Launch launch in launches)
        {
            foreach (PlanBuffer buffer in launch.Writes)
            {
                // What several launches write is nobody's to move.
                writerOf[buffer] = writerOf.ContainsKey(buffer) ? null : launch;
            }

            foreach (PlanBuffer buffer in launch.Reads)
            {
                (readersOf.TryGetValue(buffer, out List<Launch>? readers) ? readers : readersOf[buffer] = []).Add(launch);
            }
        }

        foreach (PlanEffect effect in graph.Effects)
        {
            Place value = choose[effect.Value];
            PlanBuffer? old = graph.Leaves.FirstOrDefault(leaf => leaf.Cell == effect.Cell) is { } leaf ? choose[leaf].Buffer : null;
            bool own = value.Buffer is { Kind: BufferKind.Arena, Over: null } && value.IsDense(AxisOrder.RowMajor)
                && value.Buffer.Bytes == effect.Value.Type.Bytes;
            if (own && writerOf.TryGetValue(value.Buffer, out Launch? writer) && writer is not null && CanWrite(writer, value.Buffer, old, readersOf, position, guardAt))
            {
                value.Buffer.Over = choose.NewBuffer(value.Buffer.Bytes, BufferKind.Cell, effect.Cell);
                continue;
            }

            if (value.Buffer.Kind == BufferKind.Leaf)
            {
                // The leaf may be a cell that another effect writes: all old values are read before the first new one is written.
                value = choose.Copied(value, effect.Value.Type, AxisOrder.RowMajor);
                position[launches[^1]] = BeforeCommits;
            }

            Commit(choose, value, effect);
        }
    }

    private static void Commit(Choose choose, Place value, PlanEffect effect)
    {
        PlanBuffer cell = choose.NewBuffer(effect.Value.Type.Bytes, BufferKind.Cell, effect.Cell);
        var to = new Place(cell, Strided.Dense(effect.Value.Type.Shape));
        choose.Add(new CopyLaunch(value, to, effect.Value.Type.DType), [value.Buffer], [cell]);
    }

    /// <summary>True if the writer may run after the guard and after every reader of the old value; it is moved there if need be.</summary>
    private static bool CanWrite(
        Launch writer, PlanBuffer value, PlanBuffer? old, Dictionary<PlanBuffer, List<Launch>> readersOf,
        Dictionary<Launch, double> position, double guardAt)
    {
        // A launch that reads the old value itself must read it element by element, in the order in which it writes.
        if (old is not null && writer.Reads.Contains(old) && !writer.MayOverwrite.Contains((value, old)))
        {
            return false;
        }

        double after = guardAt;
        if (old is not null && readersOf.TryGetValue(old, out List<Launch>? readers))
        {
            after = Math.Max(after, readers.Where(reader => reader != writer).Select(reader => position[reader]).DefaultIfEmpty(-1).Max());
        }

        if (after < position[writer])
        {
            return true;
        }

        bool isRead = writer.Writes.Any(buffer => readersOf.ContainsKey(buffer));
        if (isRead)
        {
            return false;
        }

        position[writer] = after + 1e-3;
        return true;
    }
}
