namespace Descent;

/// <summary>
/// Builds the tile program of a group: the axis order of its domain, how each operand is read, and which slots the steps use.
/// </summary>
internal static class TileGroups
{
    public static unsafe void Lower(Choose choose, TileGroup group)
    {
        var inside = new HashSet<PlanValue>(group.Nodes.SelectMany(node => node.Outputs));
        List<PlanValue> operands = Operands(group, inside);
        Shape shape = group.Domain;
        AxisOrder order = choose.Preferred(operands.Where(x => !x.IsUniform), shape);
        int[] physical = PhysicalAxes(shape.Rank, order);
        (long Outer, long Reduced, long Inner) split = default;
        if (group.Reduction is { } reduction)
        {
            (physical, split) = ReductionAxes(shape, physical, ((Reduce)reduction.Op).Axes);
        }

        Strided[] views = [.. operands.Select(x => x.IsUniform ? default : View(choose[x], shape, physical))];
        int[] axes = Merge(shape, physical, operands, ref views);
        TileOperand[] sources = [.. operands.Select((x, i) => Operand(choose, x, views[i], axes, shape.Count))];

        var slots = new Dictionary<PlanValue, int>();
        for (int i = 0; i < operands.Count; i++)
        {
            slots[operands[i]] = i;
        }

        var steps = new List<TileStep>();
        var outputs = new List<TileOutput>();
        var written = new List<PlanBuffer>();
        int next = Assign(group, operands.Count, slots, steps);
        foreach (PlanNode node in group.Reduction is null ? [group.Last] : Array.Empty<PlanNode>())
        {
            foreach (PlanValue y in node.Outputs)
            {
                PlanBuffer buffer = choose.Output(y, order);
                written.Add(buffer);
                outputs.Add(new TileOutput(buffer, y.Type.DType, slots[y]));
            }
        }

        var program = new TileProgram
        {
            Axes = axes,
            Operands = sources,
            Steps = [.. steps],
            Outputs = [.. outputs],
            Slots = next,
        };

        string name = string.Join('+', group.Nodes.Select(node => node.Op.Name).Concat(group.Reduction is null ? [] : [group.Reduction.Op.Name]));
        PlanBuffer scratch = choose.NewBuffer(program.ScratchFloats * sizeof(float) * choose.Threads);
        long flops = shape.Count * group.Nodes.Sum(node => node.Op is ElementwiseOp op ? op.Flops : 0);
        PlanBuffer[] reads = [.. sources.Select(operand => operand.Buffer).Distinct()];
        Launch launch;
        if (group.Reduction is null)
        {
            launch = new TileLaunch(name, program, shape.Count, scratch) { Flops = flops };
            if (group.Last.Op is not Cast)
            {
                AllowOverwriting(launch, program);
            }
        }
        else
        {
            PlanValue y = group.Reduction.Outputs[0];
            PlanBuffer result = choose.NewBuffer(y.Type.Bytes);
            choose[y] = new Place(result, ReducedView(y.Type.Shape, physical));
            written.Add(result);
            var workspaces = new List<PlanBuffer>();
            launch = new TileReduceLaunch(
                name, program, ((Reduce)group.Reduction.Op).Kind, slots[group.Reduction.Inputs[0]], split, result, scratch, bytes =>
                {
                    workspaces.Add(choose.NewBuffer(bytes));
                    return workspaces[^1];
                })
            { Flops = flops + shape.Count };
            launch.Workspaces.AddRange(workspaces);
        }

        launch.Workspaces.Add(scratch);
        choose.Add(launch, reads, [.. written]);
    }

    /// <summary>What the group reads from memory, each once, in first-use order.</summary>
    private static List<PlanValue> Operands(TileGroup group, HashSet<PlanValue> inside)
    {
        var operands = new List<PlanValue>();
        IEnumerable<PlanValue> all = group.Nodes.SelectMany(node => node.Inputs).Concat(group.Reduction?.Inputs ?? []);
        foreach (PlanValue x in all)
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
    private static unsafe int Assign(TileGroup group, int operands, Dictionary<PlanValue, int> slots, List<TileStep> steps)
    {
        var lastUse = new Dictionary<PlanValue, int>();
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
                // Only the stored type differs: in a tile every value is a float.
                slots[node.Outputs[0]] = slots[node.Inputs[0]];
                lastUse[node.Outputs[0]] = int.MaxValue;
                lastUse[node.Inputs[0]] = int.MaxValue;
                continue;
            }

            var op = (ElementwiseOp)node.Op;
            int[] inputs = [.. node.Inputs.Select(x => slots[x])];
            foreach (PlanValue y in node.Outputs)
            {
                slots[y] = free.Count > 0 && node.Outputs.Length == 1 && i < group.Nodes.Count - 1 ? free.Pop() : next++;
            }

            steps.Add(new TileStep(op.Loop, op.Arguments(inputs, [.. node.Outputs.Select(y => slots[y])])));
            foreach (PlanValue x in node.Inputs.Distinct())
            {
                if (slots[x] >= operands && lastUse[x] == i)
                {
                    free.Push(slots[x]);
                }
            }
        }

        return next;
    }

    /// <summary>A result may take the place of an operand that is read only element by element in the same order.</summary>
    private static void AllowOverwriting(Launch launch, TileProgram program)
    {
        foreach (TileOutput output in program.Outputs.Where(output => output.DType == DType.F32 && output.Slot >= program.Operands.Length))
        {
            foreach (TileOperand operand in program.Operands)
            {
                bool once = program.Operands.Count(other => other.Buffer == operand.Buffer) == 1;
                if (once && operand.Kind == OperandKind.Contiguous && operand is { DType: DType.F32, Offset: 0 })
                {
                    launch.MayOverwrite.Add((output.Buffer, operand.Buffer));
                }
            }
        }
    }
}
