namespace Descent;

/// <summary>
/// Builds the tile program of a group: the axis order of its domain, how each operand is read, and which slots the steps use.
/// </summary>
internal static class TileGroups
{
    public static void Lower(Choose choose, TileGroup group)
    {
        List<PlanValue> results = group.Outputs();
        List<PlanValue> operands = Operands(group);
        Shape shape = group.Domain;
        AxisOrder order = choose.Preferred(operands.Where(x => !x.IsUniform), shape);
        int[] physical = PhysicalAxes(shape.Rank, order);
        (long Outer, long Reduced, long Inner) split = default;
        if (group.Reductions.Count > 0)
        {
            int[] axes = physical;
            (physical, split) = ReductionAxes(shape, axes, ((Reduce)group.Reductions[0].Op).Axes);
            bool isReordered = !physical.Where(axis => shape[axis] != 1).SequenceEqual(axes.Where(axis => shape[axis] != 1));
            if (results.Count > 0 && isReordered)
            {
                // Results are written in the order of the domain; a reduction that runs through it in another one reads them afterwards.
                foreach (TileGroup part in WithoutReductions(group, results))
                {
                    Lower(choose, part);
                }

                return;
            }
        }

        Strided[] views = [.. operands.Select(x => x.IsUniform ? default : View(choose[x], shape, physical))];
        int[] merged = Merge(shape, physical, operands, ref views);
        TileOperand[] sources = [.. operands.Select((x, i) => Operand(choose, x, views[i], merged, shape.Count))];

        var slots = new Dictionary<PlanValue, int>();
        for (int i = 0; i < operands.Count; i++)
        {
            slots[operands[i]] = i;
        }

        var steps = new List<TileStep>();
        int next = Assign(group, [.. results], operands.Count, slots, steps);
        var outputs = new List<TileOutput>();
        var written = new List<PlanBuffer>();
        foreach (PlanValue y in results)
        {
            PlanBuffer buffer = choose.Output(y, order);
            bool isDirect = y.Type.DType == DType.F32 && slots[y] >= operands.Count && !outputs.Exists(other => other.Slot == slots[y]);
            written.Add(buffer);
            outputs.Add(new TileOutput(buffer, y.Type.DType, slots[y], isDirect));
        }

        var program = new TileProgram
        {
            Axes = merged,
            Operands = sources,
            Steps = [.. steps],
            Outputs = [.. outputs],
            Slots = next,
        };

        string name = string.Join('+', group.All.Select(node => node.Op.Name));
        PlanBuffer scratch = choose.NewBuffer(program.ScratchFloats * sizeof(float) * choose.Threads);
        long flops = shape.Count * group.Nodes.Sum(node => node.Op is ElementwiseOp op ? op.Flops : 0);
        PlanBuffer[] reads = [.. sources.Select(operand => operand.Buffer).Distinct()];
        Launch launch;
        if (group.Reductions.Count == 0)
        {
            launch = new TileLaunch(name, program, shape.Count, scratch) { Flops = flops };
        }
        else
        {
            var folds = new List<TileFold>();
            var workspaces = new List<PlanBuffer>();
            foreach (PlanNode reduction in group.Reductions)
            {
                PlanValue y = reduction.Outputs[0];
                PlanBuffer result = choose.NewBuffer(y.Type.Bytes);
                choose[y] = new Place(result, ReducedView(y.Type.Shape, physical));
                written.Add(result);
                folds.Add(TileFold.Of(((Reduce)reduction.Op).Kind, slots[reduction.Inputs[0]], result));
            }

            launch = new TileReduceLaunch(name, program, [.. folds], split, scratch, bytes =>
            {
                workspaces.Add(choose.NewBuffer(bytes));
                return workspaces[^1];
            })
            { Flops = flops + (shape.Count * folds.Count) };
            launch.Workspaces.AddRange(workspaces);
        }

        AllowOverwriting(launch, program);
        launch.Workspaces.Add(scratch);
        choose.Add(launch, reads, [.. written]);
    }

    /// <summary>The group as two: what computes its results, and the reductions that then read them.</summary>
    private static TileGroup[] WithoutReductions(TileGroup group, List<PlanValue> results)
    {
        TileGroup first = Part([], results), second = Part(group.Reductions, [.. group.Reductions.SelectMany(node => node.Inputs)]);
        return [first, second];

        TileGroup Part(List<PlanNode> reductions, List<PlanValue> wanted)
        {
            var part = new TileGroup { Domain = group.Domain, Last = group.Last };
            part.Reductions.AddRange(reductions);
            var needed = new HashSet<PlanValue>(wanted);
            foreach (PlanNode node in Enumerable.Reverse(group.Nodes))
            {
                bool isRead = reductions.Count > 0 && node.Outputs.All(y => results.Contains(y) || !needed.Contains(y));
                if (!isRead && node.Outputs.Any(needed.Contains))
                {
                    part.Nodes.Insert(0, node);
                    needed.UnionWith(node.Inputs);
                }
            }

            return part;
        }
    }

    /// <summary>What the group reads from memory, each once, in first-use order.</summary>
    private static List<PlanValue> Operands(TileGroup group)
    {
        var inside = new HashSet<PlanValue>(group.Nodes.SelectMany(node => node.Outputs));
        var operands = new List<PlanValue>();
        foreach (PlanValue x in group.All.SelectMany(node => node.Inputs))
        {
            if (!inside.Contains(x) && !operands.Contains(x))
            {
                operands.Add(x);
            }
        }

        return operands;
    }

    private static int[] PhysicalAxes(int rank, AxisOrder order) =>
        [.. Enumerable.Range(0, rank).Select(i => order == AxisOrder.ChannelsLast ? Strided.ChannelsLastAxis(i, rank) : i)];

    /// <summary>
    /// Orders the axes as kept outer, reduced, kept inner: the run of kept axes that lies innermost stays there, so that memory is read in
    /// order.
    /// </summary>
    private static (int[] Axes, (long Outer, long Reduced, long Inner) Split) ReductionAxes(Shape shape, int[] physical, AxisList reduced)
    {
        bool IsReduced(int axis) => reduced.Contains(axis) && shape[axis] != 1;

        // Axes of size 1 are neither; they do not break a run.
        int innerFrom = physical.Length;
        while (innerFrom > 0 && !IsReduced(physical[innerFrom - 1]))
        {
            innerFrom--;
        }

        int[] inner = physical[innerFrom..];
        int[] middle = [.. physical[..innerFrom].Where(IsReduced)];
        int[] outer = [.. physical[..innerFrom].Where(axis => !IsReduced(axis))];
        long Product(int[] axes) => axes.Aggregate(1L, (product, axis) => product * shape[axis]);
        return ([.. outer, .. middle, .. inner], (Product(outer), Product(middle), Product(inner)));
    }

    /// <summary>How the result of a reduction lies: the kept axes in the order of the domain.</summary>
    private static Strided ReducedView(Shape kept, int[] physical)
    {
        var view = new Strided { Shape = kept };
        long step = 1;
        for (int i = physical.Length - 1; i >= 0; i--)
        {
            view[physical[i]] = step;
            step *= kept[physical[i]];
        }

        return view;
    }

    private static Strided View(Place place, Shape shape, int[] physical) => place.View.Expand(shape).Permute(physical);

    /// <summary>Joins neighbouring axes through which every operand steps evenly.</summary>
    private static int[] Merge(Shape shape, int[] physical, List<PlanValue> operands, ref Strided[] views)
    {
        var axes = new List<int>();
        var strides = new List<long[]>();
        for (int i = 0; i < physical.Length; i++)
        {
            int size = shape[physical[i]];
            if (size == 1)
            {
                continue;
            }

            long[] steps = [.. views.Select((view, v) => operands[v].IsUniform ? 0 : view[i])];
            bool joins = axes.Count > 0;
            for (int v = 0; v < steps.Length && joins; v++)
            {
                joins = strides[^1][v] == steps[v] * size;
            }

            if (joins)
            {
                axes[^1] *= size;
                strides[^1] = steps;
            }
            else
            {
                axes.Add(size);
                strides.Add(steps);
            }
        }

        if (axes.Count == 0)
        {
            axes.Add(1);
            strides.Add(new long[views.Length]);
        }

        int[] merged = [.. axes];
        views = [.. views.Select((view, v) =>
        {
            var result = new Strided { Shape = new Shape(merged), Offset = view.Offset };
            for (int i = 0; i < merged.Length; i++)
            {
                result[i] = strides[i][v];
            }

            return result;
        })];
        return merged;
    }

    private static TileOperand Operand(Choose choose, PlanValue x, Strided view, int[] axes, long count)
    {
        PlanBuffer buffer = choose[x].Buffer;
        if (x.IsUniform && x.Type.DType == DType.U8)
        {
            return new TileOperand { Buffer = buffer, Kind = OperandKind.Raw, DType = DType.U8 };
        }

        long[] strides = view.ToArray();
        bool repeatsOuter = strides.AsSpan(0, strides.Length - 1).IndexOfAnyExcept(0) < 0;
        OperandKind kind =
            x.Type.Count == 1 || (repeatsOuter && strides[^1] == 0) ? OperandKind.Scalar
            : IsContiguous(strides, axes) ? OperandKind.Contiguous
            : repeatsOuter && axes[^1] <= TileProgram.Tile ? OperandKind.Periodic
            : OperandKind.Strided;
        return new TileOperand { Buffer = buffer, Kind = kind, DType = x.Type.DType, Offset = view.Offset, Strides = strides };
    }

    private static bool IsContiguous(long[] strides, int[] axes)
    {
        long step = 1;
        for (int axis = axes.Length - 1; axis >= 0; axis--)
        {
            if (strides[axis] != step)
            {
                return false;
            }

            step *= axes[axis];
        }

        return true;
    }

    /// <summary>Gives every step its slots; a scratch slot is used again once its value has been read for the last time.</summary>
    private static unsafe int Assign(
        TileGroup group, HashSet<PlanValue> results, int operands, Dictionary<PlanValue, int> slots, List<TileStep> steps)
    {
        // What is written out or reduced after the last step keeps its slot.
        var lastUse = new Dictionary<PlanValue, int>();
        HashSet<PlanValue> kept = [.. results, .. group.Reductions.SelectMany(node => node.Inputs)];
        for (int i = 0; i < group.Nodes.Count; i++)
        {
            foreach (PlanValue x in group.Nodes[i].Inputs)
            {
                lastUse[x] = i;
            }
        }

        var free = new Stack<int>();
        int next = operands;
        for (int i = 0; i < group.Nodes.Count; i++)
        {
            PlanNode node = group.Nodes[i];
            if (node.Op is Cast)
            {
                // Only the stored type differs: in a tile every value is a float. The two share a slot for good.
                slots[node.Outputs[0]] = slots[node.Inputs[0]];
                kept.Add(node.Inputs[0]);
                kept.Add(node.Outputs[0]);
                continue;
            }

            var op = (ElementwiseOp)node.Op;
            int[] inputs = [.. node.Inputs.Select(x => slots[x])];
            foreach (PlanValue y in node.Outputs)
            {
                slots[y] = free.Count > 0 && node.Outputs.Length == 1 && !results.Contains(y) ? free.Pop() : next++;
            }

            steps.Add(new TileStep(op.Loop, op.Arguments(inputs, [.. node.Outputs.Select(y => slots[y])])));
            foreach (PlanValue x in node.Inputs.Distinct())
            {
                if (slots[x] >= operands && lastUse[x] == i && !kept.Contains(x))
                {
                    free.Push(slots[x]);
                }
            }
        }

        return next;
    }

    /// <summary>
    /// A result may take the place of an operand that is read only element by element in the same order, and by no step after the one that
    /// writes the result.
    /// </summary>
    private static void AllowOverwriting(Launch launch, TileProgram program)
    {
        foreach (TileOutput output in program.Outputs.Where(output => output.IsDirect))
        {
            int written = Array.FindIndex(program.Steps, step => step.Slots.AsSpan().Contains(output.Slot));
            for (int i = 0; i < program.Operands.Length; i++)
            {
                TileOperand operand = program.Operands[i];
                bool isLast = Array.FindLastIndex(program.Steps, step => step.Slots.AsSpan().Contains(i)) <= written;
                bool isReduced = launch is TileReduceLaunch reduce && reduce.Reduces(i);
                bool once = program.Operands.Count(other => other.Buffer == operand.Buffer) == 1
                    && !program.Outputs.Any(other => other.Slot == i);
                if (once && isLast && !isReduced && operand is { Kind: OperandKind.Contiguous, DType: DType.F32, Offset: 0 })
                {
                    launch.MayOverwrite.Add((output.Buffer, operand.Buffer));
                }
            }
        }
    }
}
