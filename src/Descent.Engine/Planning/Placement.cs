namespace Descent;

/// <summary>Gives every arena buffer an offset: two share memory unless their lives overlap.</summary>
internal static class Placement
{
    private const long Alignment = NativeBuffer.Alignment;

    public static void Run(IReadOnlyList<Launch> launches, IReadOnlyList<PlanBuffer> buffers)
    {
        int[] first = new int[buffers.Count];
        int[] last = new int[buffers.Count];
        Array.Fill(first, int.MaxValue);
        Array.Fill(last, -1);
        for (int i = 0; i < launches.Count; i++)
        {
            foreach (PlanBuffer buffer in launches[i].Reads.Concat(launches[i].Writes).Concat(launches[i].Workspaces))
            {
                first[buffer.Id] = Math.Min(first[buffer.Id], i);
                last[buffer.Id] = Math.Max(last[buffer.Id], i);
            }
        }

        TakeOver(launches, first, last);
        var placed = new List<PlanBuffer>();
        IEnumerable<PlanBuffer> open = buffers.Where(buffer => buffer.Kind == BufferKind.Arena && buffer.Over is null && last[buffer.Id] >= 0);
        foreach (PlanBuffer buffer in open.OrderByDescending(buffer => buffer.Bytes).ThenBy(buffer => buffer.Id))
        {
            buffer.Offset = Find(buffer, placed, first, last);
            placed.Add(buffer);
        }
    }

    /// <summary>An elementwise result takes the place of an operand that is read for the last time.</summary>
    private static void TakeOver(IReadOnlyList<Launch> launches, int[] first, int[] last)
    {
        for (int i = 0; i < launches.Count; i++)
        {
            foreach ((PlanBuffer write, PlanBuffer read) in launches[i].MayOverwrite)
            {
                PlanBuffer root = read.Root;
                bool free = write is { Kind: BufferKind.Arena, Over: null } && read.Kind == BufferKind.Arena && root.Kind == BufferKind.Arena
                    && write.Bytes == root.Bytes && last[root.Id] == i && last[read.Id] == i && first[write.Id] == i
                    && !launches[i].Writes.Any(other => other != write && other.Root == root);
                if (free)
                {
                    write.Over = root;
                    last[root.Id] = last[write.Id];
                }
            }
        }
    }

    /// <summary>The lowest gap that is free during the buffer's whole life.</summary>
    private static long Find(PlanBuffer buffer, List<PlanBuffer> placed, int[] first, int[] last)
    {
        long offset = 0;
        long bytes = Padded(buffer.Bytes);
        foreach (PlanBuffer other in placed.Where(o => first[o.Id] <= last[buffer.Id] && first[buffer.Id] <= last[o.Id]).OrderBy(o => o.Offset))
        {
            if (offset + bytes <= other.Offset)
            {
                break;
            }

            offset = Math.Max(offset, other.Offset + Padded(other.Bytes));
        }

        return offset;
    }

    /// <summary>Room for one vector more, so that a kernel may load the last one whole.</summary>
    private static long Padded(long bytes) => (bytes + (2 * Alignment) - 1) / Alignment * Alignment;
}
