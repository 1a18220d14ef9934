using System.Numerics;

namespace Descent;

/// <summary>Gathers, scatter-adds and one-hot for every element type. Indices arrive as i64.</summary>
internal static class IndexKernel
{
    public static void Gather(Choose choose, PlanNode node, Gather op) =>
        Add(choose, node, indices: 1, at => new GatherRows(AxisSplit.Of(node.Inputs[0].Type.Shape, op.Axis), at));

    public static void GatherAlong(Choose choose, PlanNode node, GatherAlong op) =>
        Add(choose, node, indices: 1, at => new GatherAlongRows(AxisSplit.Of(node.Inputs[0].Type.Shape, op.Axis), at));

    public static void ScatterAdd(Choose choose, PlanNode node, ScatterAdd op) =>
        Add(choose, node, indices: 1, at => new ScatterAddRows(AxisSplit.Of(node.Outputs[0].Type.Shape, op.Axis), at));

    public static void ScatterAddAlong(Choose choose, PlanNode node, ScatterAddAlong op) =>
        Add(choose, node, indices: 1, at => new ScatterAddAlongColumns(AxisSplit.Of(node.Outputs[0].Type.Shape, op.Axis), at));

    public static void OneHot(Choose choose, PlanNode node, OneHot op) => Add(choose, node, indices: 0, at => new OneHotRows(at));

    private static void Add<TWork>(Choose choose, PlanNode node, int indices, Func<Operands, TWork> work)
        where TWork : struct, IForElementType<(int Units, KernelBody Body)[]>
    {
        PlanBuffer[] inputs = [.. node.Inputs.Select(x => choose.Dense(x))];
        var at = new Operands(choose, node, inputs[0], inputs[indices], choose.Output(node.Outputs[0]), node.Inputs[indices].Type.Shape);
        TensorType type = node.Outputs[0].Type;
        (int, KernelBody)[] phases = ElementTypes.For<TWork, (int Units, KernelBody Body)[]>(type.DType, work(at));
        var launch = new KernelLaunch(node.Op.Name, $"{node.Inputs[0].Type} → {type}", phases);
        launch.Workspaces.AddRange(at.Workspaces);
        choose.Add(launch, inputs, [at.Y]);
    }

    /// <summary>Where the operands of an index op lie.</summary>
    private sealed unsafe record Operands(Choose Choose, PlanNode Node, PlanBuffer X, PlanBuffer Index, PlanBuffer Y, Shape Places)
    {
        /// <summary>The number of indices.</summary>
        public nint Count => (nint)Places.Count;

        public List<PlanBuffer> Workspaces { get; } = [];

        public PlanBuffer Workspace(long bytes)
        {
            Workspaces.Add(Choose.NewBuffer(bytes));
            return Workspaces[^1];
        }

        public long* IndexOf(PlanRun run) => (long*)run[Index];

        /// <summary>Throws where a kernel has met an index outside [0, size): whichever it met, all threads name the first of all.</summary>
        public void Check(PlanRun run, nint bad, int size)
        {
            if (bad >= 0)
            {
                Indices.ThrowFirstOutside(new ReadOnlySpan<long>(IndexOf(run), (int)Count), size, Places, Node.Op.Name);
            }
        }
    }

    private readonly unsafe struct GatherRows(AxisSplit split, Operands at) : IForElementType<(int Units, KernelBody Body)[]>
    {
        public (int Units, KernelBody Body)[] Of<T>()
            where T : unmanaged, INumber<T>
        {
            (Operands o, int size) = (at, split.Size);
            var kernel = new Kernels.Gather(split.Outer, size, split.Inner, at.Count);
            return [KernelLaunch.Rows(kernel.Rows, split.Inner, (run, first, last) =>
                o.Check(run, kernel.Run((T*)run[o.X], o.IndexOf(run), (T*)run[o.Y], (nint)first, (nint)last), size))];
        }
    }

    private readonly unsafe struct GatherAlongRows(AxisSplit split, Operands at) : IForElementType<(int Units, KernelBody Body)[]>
    {
        public (int Units, KernelBody Body)[] Of<T>()
            where T : unmanaged, INumber<T>
        {
            (Operands o, int size) = (at, split.Size);
            long rows = split.Inner == 0 ? 0 : at.Count / split.Inner;
            var kernel = new Kernels.GatherAlong(split.Outer, size, split.Inner, split.Outer == 0 ? 0 : (nint)rows / split.Outer);
            return [KernelLaunch.Rows(rows, split.Inner, (run, first, last) =>
                o.Check(run, kernel.Run((T*)run[o.X], o.IndexOf(run), (T*)run[o.Y], (nint)first, (nint)last), size))];
        }
    }

    private readonly unsafe struct ScatterAddRows(AxisSplit split, Operands at) : IForElementType<(int Units, KernelBody Body)[]>
    {
        public (int Units, KernelBody Body)[] Of<T>()
            where T : unmanaged, INumber<T>
        {
            (Operands o, int size) = (at, split.Size);
            var kernel = new Kernels.ScatterAdd(split.Outer, size, split.Inner, at.Count);
            PlanBuffer order = at.Workspace(kernel.WorkspaceElements * sizeof(int));
            return
            [
                (1, (run, _, _, _) => o.Check(run, kernel.Sort(o.IndexOf(run), (int*)run[order]), size)),
                KernelLaunch.Rows(kernel.Rows, split.Inner * (1 + (at.Count / Math.Max(1, size))), (run, first, last) =>
                    kernel.Run((T*)run[o.X], (int*)run[order], (T*)run[o.Y], (nint)first, (nint)last)),
            ];
        }
    }

    private readonly unsafe struct ScatterAddAlongColumns(AxisSplit split, Operands at) : IForElementType<(int Units, KernelBody Body)[]>
    {
        public (int Units, KernelBody Body)[] Of<T>()
            where T : unmanaged, INumber<T>
        {
            (Operands o, int size) = (at, split.Size);
            int lines = split.Outer * split.Inner;
            var kernel = new Kernels.ScatterAddAlong(split.Outer, size, split.Inner, lines == 0 ? 0 : at.Count / lines);
            return [KernelLaunch.Rows(kernel.Units, kernel.UnitElements, (run, first, last) =>
                o.Check(run, kernel.Run((T*)run[o.X], o.IndexOf(run), (T*)run[o.Y], (nint)first, (nint)last), size))];
        }
    }

    private readonly unsafe struct OneHotRows(Operands at) : IForElementType<(int Units, KernelBody Body)[]>
    {
        public (int Units, KernelBody Body)[] Of<T>()
            where T : unmanaged, INumber<T>
        {
            (Operands o, int classes) = (at, at.Node.Outputs[0].Type.Shape[^1]);
            return [KernelLaunch.Rows(at.Count, classes, (run, first, last) =>
                o.Check(run, Kernels.OneHot.Run(o.IndexOf(run), classes, (T*)run[o.Y], (nint)first, (nint)last), classes))];
        }
    }
}
