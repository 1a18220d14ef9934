using System.Numerics;
using Descent.Kernels;

namespace Descent;

/// <summary>The position of the largest or smallest element along an axis, for every element type.</summary>
internal static unsafe class ArgReduceKernel
{
    public static void Lower(Choose choose, PlanNode node, ArgMax op)
    {
        TensorType type = node.Inputs[0].Type;
        PlanBuffer x = choose.Dense(node.Inputs[0]), y = choose.Output(node.Outputs[0]);
        AxisSplit split = AxisSplit.Of(type.Shape, op.Axis);
        (int, KernelBody) rows = op.Kind == Reduction.Max
            ? ElementTypes.For<Rows<MaxReduction>, (int, KernelBody)>(type.DType, new(split, x, y))
            : ElementTypes.For<Rows<MinReduction>, (int, KernelBody)>(type.DType, new(split, x, y));
        choose.Add(new KernelLaunch(op.Name, type.ToString(), rows) { Flops = type.Count }, [x], [y]);
    }

    private readonly struct Rows<R>(AxisSplit split, PlanBuffer x, PlanBuffer y) : IForElementType<(int, KernelBody)>
        where R : struct, IExtremum
    {
        public (int, KernelBody) Of<T>()
            where T : unmanaged, INumber<T>
        {
            (PlanBuffer from, PlanBuffer to) = (x, y);
            var kernel = new ArgReduce<R>(split.Outer, split.Size, split.Inner);
            return KernelLaunch.Rows(split.Outer, (long)split.Size * split.Inner, (run, first, last) =>
                kernel.Run((T*)run[from], (long*)run[to], (nint)first, (nint)last));
        }
    }
}
