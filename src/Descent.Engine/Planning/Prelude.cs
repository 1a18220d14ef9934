using System.Runtime.InteropServices;

namespace Descent;

/// <summary>
/// Finds the launches that compute from parameters and numbers alone, such as the scale and shift that a batch normalisation is at inference:
/// their results are kept from run to run, and computed again only when a cell that they read was written or a number changed.
/// </summary>
internal static class Prelude
{
    public static void Find(PlanGraph graph, IReadOnlyList<Launch> launches, IReadOnlyList<PlanBuffer> buffers)
    {
        var written = new HashSet<int>(graph.Effects.Select(effect => effect.Cell));
        var sources = new SortedSet<int>?[buffers.Count];
        foreach (PlanBuffer buffer in buffers)
        {
            if (buffer.Kind == BufferKind.Leaf)
            {
                PlanValue leaf = graph.Leaves[buffer.Index];
                bool isCell = leaf.Cell >= 0 && !written.Contains(leaf.Cell);
                bool isNumber = leaf is { IsUniform: true, Type: { DType: DType.F32, Count: 1 } };
                sources[buffer.Id] = isCell || isNumber ? [buffer.Index] : null;
            }
            else if (buffer is { Kind: BufferKind.Kept, Content: not null })
            {
                sources[buffer.Id] = [];
            }
        }

        int[] writers = new int[buffers.Count];
        foreach (PlanBuffer buffer in launches.SelectMany(launch => launch.Writes))
        {
            writers[buffer.Id]++;
        }

        foreach (Launch launch in launches)
        {
            bool isStable = launch.Reads.Count > 0 && launch.Reads.TrueForAll(buffer => sources[buffer.Id] is not null)
                && launch.Reads.Exists(buffer => sources[buffer.Id]!.Any(leaf => graph.Leaves[leaf].Cell >= 0));
            if (isStable && launch.Writes.TrueForAll(buffer => buffer is { Kind: BufferKind.Arena, Over: null } && writers[buffer.Id] == 1))
            {
                var all = new SortedSet<int>(launch.Reads.SelectMany(buffer => sources[buffer.Id]!));
                launch.Inputs = new StableInputs([.. all]);
                foreach (PlanBuffer buffer in launch.Writes)
                {
                    buffer.Keep();
                    sources[buffer.Id] = all;
                }
            }
        }
    }
}

/// <summary>What a kept result was computed from: cells by their versions, numbers by their bytes.</summary>
internal sealed class StableInputs(int[] leaves)
{
    private readonly (object? Cell, long State)[] _seen = new (object?, long)[leaves.Length];

    /// <summary>True when something has changed since the last call.</summary>
    public bool HaveChanged(object[] bound)
    {
        bool changed = false;
        for (int i = 0; i < leaves.Length; i++)
        {
            (object? Cell, long State) now = bound[leaves[i]] switch
            {
                Cell cell => (cell, cell.Version),
                Uniform number => (null, Bits(number)),
                object memory => (memory, 0),
            };
            changed |= !ReferenceEquals(now.Cell, _seen[i].Cell) || now.State != _seen[i].State;
            _seen[i] = now;
        }

        return changed;
    }

    private static long Bits(Uniform number)
    {
        Span<float> value = stackalloc float[1];
        number.Write(MemoryMarshal.AsBytes(value));

        // Never 0, which stands for what was not seen yet.
        return (1L << 32) | BitConverter.SingleToUInt32Bits(value[0]);
    }
}
