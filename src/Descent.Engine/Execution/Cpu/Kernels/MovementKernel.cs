using System.Numerics;

namespace Descent;

/// <summary>Ops that put elements at places of a larger tensor: each input is copied to its region, what is left is filled.</summary>
internal static unsafe class MovementKernel
{
    public static void Concat(Choose choose, PlanNode node, Concat op)
    {
        AxisOrder order = OrderOf(choose, node.Inputs[0]);
        Strided whole = Target(choose, node, order, out PlanBuffer target);
        int start = 0;
        foreach (PlanValue input in node.Inputs)
        {
            int size = input.Type.Shape[op.Axis];
            Copy(choose, op.Name, choose[input], new Place(target, whole.Slice(op.Axis, start, 1, size)), input.Type.DType);
            start += size;
        }
    }

    public static void Pad(Choose choose, PlanNode node, Pad op)
    {
        PlanValue x = node.Inputs[0];
        Strided inside = Target(choose, node, OrderOf(choose, x), out PlanBuffer target);
        for (int axis = 0; axis < x.Type.Shape.Rank; axis++)
        {
            inside = inside.Slice(axis, op.Before.Span[axis], 1, x.Type.Shape[axis]);
        }

        PlanBuffer value = choose.Dense(node.Inputs[1]);
        Fill(choose, op.Name, node.Outputs[0].Type, target, value);
        Copy(choose, op.Name, choose[x], new Place(target, inside), x.Type.DType);
    }

    public static void SliceBackward(Choose choose, PlanNode node, SliceBackward op)
    {
        PlanValue dy = node.Inputs[0];
        Strided whole = Target(choose, node, OrderOf(choose, dy), out PlanBuffer target);
        Fill(choose, op.Name, node.Outputs[0].Type, target, null);
        Copy(choose, op.Name, choose[dy], new Place(target, whole.Slice(op.Axis, op.Start, op.Step, dy.Type.Shape[op.Axis])), dy.Type.DType);
    }

    private static AxisOrder OrderOf(Choose choose, PlanValue value) => choose[value].View.NearestOrder() ?? AxisOrder.RowMajor;

    private static Strided Target(Choose choose, PlanNode node, AxisOrder order, out PlanBuffer buffer)
    {
        buffer = choose.Output(node.Outputs[0], order);
        return choose[node.Outputs[0]].View;
    }

    private static void Copy(Choose choose, string name, Place from, Place to, DType type)
    {
        if (to.View.Shape.Count > 0)
        {
            choose.Add(new CopyLaunch(from, to, type, name), [from.Buffer], [to.Buffer]);
        }
    }

    /// <summary>Writes one number to all elements, 0 where none is given.</summary>
    private static void Fill(Choose choose, string name, TensorType type, PlanBuffer target, PlanBuffer? value)
    {
        long count = type.Count;
        choose.Add(
            new KernelLaunch(name + " fill", type.ToString(), ElementTypes.For<Filling, (int, KernelBody)>(type.DType, new(count, target, value))),
            value is null ? [] : [value], [target]);
    }

    private readonly struct Filling(long count, PlanBuffer target, PlanBuffer? value) : IForElementType<(int, KernelBody)>
    {
        public (int, KernelBody) Of<T>()
            where T : unmanaged, INumber<T>
        {
            (PlanBuffer to, PlanBuffer? from) = (target, value);
            return KernelLaunch.Rows(count, 1, (run, first, last) =>
                new Span<T>((T*)run[to] + first, (int)(last - first)).Fill(from is null ? T.Zero : *(T*)run[from]));
        }
    }
}
