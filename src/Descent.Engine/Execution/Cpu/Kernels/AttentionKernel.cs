using Descent.Kernels;

namespace Descent;

/// <summary>
/// Attention, forward and backward: each head's matrices are read where they lie when their rows are contiguous, else copied. Results lie as
/// Q, K and V do, so that heads cut out of one projection are put together again without a copy.
/// </summary>
internal static unsafe class AttentionKernel
{
    public static void Forward(Choose choose, PlanNode node, Attention op)
    {
        Heads q = Read(choose, node.Inputs[0]), k = Read(choose, node.Inputs[1]), v = Read(choose, node.Inputs[2]);
        Heads? mask = node.Inputs.Length > 3 ? ReadMask(choose, node.Inputs[3], node.Inputs[0].Type.Shape, k.Rows) : null;
        Heads o = Write(choose, node.Outputs[0], like: q);
        PlanBuffer logSum = choose.Output(node.Outputs[1]);
        int queries = q.Rows, heads = q.Offsets.Length;
        var plan = new AttentionForwardPlan(Attention.Sizes(node.Inputs[0].Type.Shape, node.Inputs[2].Type.Shape, op.Scale, op.Causal) with
        {
            LdQ = q.Ld,
            LdK = k.Ld,
            LdV = v.Ld,
            LdO = o.Ld,
            LdMask = mask?.Ld ?? 0,
        });
        PlanBuffer workspace = choose.NewBuffer(plan.WorkspaceFloats * choose.Threads * sizeof(float));
        var launch = new KernelLaunch(op.Name, Describe(node.Inputs[0], k), (heads * plan.Blocks, (run, first, last, worker) =>
        {
            float* scratch = (float*)run[workspace] + (worker * plan.WorkspaceFloats);
            for (int unit = first; unit < last; unit++)
            {
                (int head, int block) = Math.DivRem(unit, plan.Blocks);
                var operands = new AttentionOperands
                {
                    Q = q.At(run, head),
                    K = k.At(run, head),
                    V = v.At(run, head),
                    O = o.At(run, head),
                    Mask = mask is null ? null : mask.At(run, head),
                    LogSum = (float*)run[logSum] + ((long)head * queries),
                };
                plan.Run(block, operands, scratch);
            }
        }
        ))
        { Flops = (long)(heads * plan.Shape.ForwardFlops) };
        launch.Workspaces.Add(workspace);
        choose.Add(launch, [q.Buffer, k.Buffer, v.Buffer, .. Buffer(mask)], [o.Buffer, logSum]);
    }

    public static void Backward(Choose choose, PlanNode node, AttentionBackward op)
    {
        Heads dO = Read(choose, node.Inputs[0]), q = Read(choose, node.Inputs[1]), k = Read(choose, node.Inputs[2]), v = Read(choose, node.Inputs[3]);
        Heads o = Read(choose, node.Inputs[4]);
        Heads? mask = node.Inputs.Length > 6 ? ReadMask(choose, node.Inputs[6], node.Inputs[1].Type.Shape, k.Rows) : null;
        PlanBuffer logSum = choose.Dense(node.Inputs[5]);
        Heads dq = Write(choose, node.Outputs[0], like: q), dk = Write(choose, node.Outputs[1], like: k), dv = Write(choose, node.Outputs[2], like: v);
        int queries = q.Rows, heads = q.Offsets.Length;
        var plan = new AttentionBackwardPlan(Attention.Sizes(node.Inputs[1].Type.Shape, node.Inputs[3].Type.Shape, op.Scale, op.Causal) with
        {
            LdQ = q.Ld,
            LdK = k.Ld,
            LdV = v.Ld,
            LdO = o.Ld,
            LdMask = mask?.Ld ?? 0,
            LdDO = dO.Ld,
            LdDQ = dq.Ld,
            LdDK = dk.Ld,
            LdDV = dv.Ld,
        });
        PlanBuffer workspace = choose.NewBuffer(plan.WorkspaceFloats * choose.Threads * sizeof(float));
        var launch = new KernelLaunch(op.Name, Describe(node.Inputs[1], k), (heads, (run, first, last, worker) =>
        {
            float* scratch = (float*)run[workspace] + (worker * plan.WorkspaceFloats);
            for (int head = first; head < last; head++)
            {
                var operands = new AttentionOperands
                {
                    Q = q.At(run, head),
                    K = k.At(run, head),
                    V = v.At(run, head),
                    O = o.At(run, head),
                    Mask = mask is null ? null : mask.At(run, head),
                    LogSum = (float*)run[logSum] + ((long)head * queries),
                    DO = dO.At(run, head),
                    DQ = dq.At(run, head),
                    DK = dk.At(run, head),
                    DV = dv.At(run, head),
                };
                plan.Run(operands, scratch);
            }
        }
        ))
        { Flops = (long)(heads * plan.Shape.BackwardFlops) };
        launch.Workspaces.Add(workspace);
        choose.Add(
            launch, [dO.Buffer, q.Buffer, k.Buffer, v.Buffer, o.Buffer, logSum, .. Buffer(mask)], [dq.Buffer, dk.Buffer, dv.Buffer]);
    }

    private static Heads Read(Choose choose, PlanValue value)
    {
        Strided view = choose[value].View;
        int rank = view.Shape.Rank, rows = view.Shape[rank - 2], columns = view.Shape[rank - 1];
        bool readable = (columns == 1 || view[rank - 1] == 1) && (rows == 1 || view[rank - 2] >= columns);
        Place place = readable ? choose[value] : new Place(choose.Dense(value), Strided.Dense(value.Type.Shape));
        return Heads.Of(place);
    }

    /// <summary>The mask as one matrix per head, of which many may be the same.</summary>
    private static Heads ReadMask(Choose choose, PlanValue value, Shape q, int keys)
    {
        var full = new Shape([.. q.Sizes[..^1], keys]);
        Place place = choose[value];
        Strided view = place.View.Expand(full);
        long row = view[full.Rank - 2];
        if ((keys > 1 && view[full.Rank - 1] != 1) || (q[^2] > 1 && row != 0 && row < keys))
        {
            return Heads.Of(choose.Copied(place with { View = view }, value.Type with { Shape = full }, AxisOrder.RowMajor), repeats: true);
        }

        return Heads.Of(place with { View = view }, repeats: true);
    }

    /// <summary>New memory whose axes follow each other as those of the operand do: rows of a head may be farther apart than heads.</summary>
    private static Heads Write(Choose choose, PlanValue value, Heads like)
    {
        PlanBuffer buffer = choose.Output(value);
        Shape shape = value.Type.Shape;
        if (like.RowsOutsideHeads)
        {
            // (…, T, heads, d) in memory.
            int[] order = [.. Enumerable.Range(0, shape.Rank)];
            (order[^3], order[^2]) = (order[^2], order[^3]);
            Shape stored = new([.. order.Select(axis => shape[axis])]);
            choose[value] = new Place(buffer, Strided.Dense(stored).Permute(order));
        }

        return Heads.Of(choose[value]);
    }

    private static string Describe(PlanValue q, Heads k) => $"{q.Type.Shape} on {k.Rows} keys";

    private static IEnumerable<PlanBuffer> Buffer(Heads? heads) => heads is null ? [] : [heads.Buffer];

    /// <summary>One matrix per head: where each begins, its rows, and how far apart they are.</summary>
    private sealed record Heads(PlanBuffer Buffer, long[] Offsets, int Rows, nint Ld, bool RowsOutsideHeads)
    {
        public float* At(PlanRun run, int head) => (float*)run[Buffer] + Offsets[head];

        public static Heads Of(Place place, bool repeats = false)
        {
            Strided view = place.View;
            int rank = view.Shape.Rank, rows = view.Shape[rank - 2], columns = view.Shape[rank - 1];
            long[] offsets = new long[new Shape(view.Shape.Sizes[..^2]).Count];
            for (int head = 0; head < offsets.Length; head++)
            {
                offsets[head] = view.Offset;
                for (int axis = rank - 3, rest = head; axis >= 0; axis--)
                {
                    (rest, int index) = Math.DivRem(rest, view.Shape[axis]);
                    offsets[head] += index * view[axis];
                }
            }

            // A single row may claim any step, which a product would refuse; a mask of one row is for all queries.
            long ld = rows > 1 ? view[rank - 2] : repeats ? 0 : columns;
            return new Heads(place.Buffer, offsets, rows, (nint)ld, rank > 2 && rows > 1 && view.Shape[rank - 3] > 1 && view[rank - 2] > view[rank - 3]);
        }
    }
}
