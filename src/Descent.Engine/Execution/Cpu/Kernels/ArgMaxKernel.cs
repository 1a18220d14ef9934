namespace Descent;

/// <summary>The position of the largest element along an axis.</summary>
internal static unsafe class ArgMaxKernel
{
    public static void Lower(Choose choose, PlanNode node, ArgMax op)
    {
        AxisSplit split = AxisSplit.Of(node.Inputs[0].Type.Shape, op.Axis);
        var kernel = new Kernels.ArgMax(split.Outer, split.Size, split.Inner);
        PlanBuffer x = choose.Dense(node.Inputs[0]), y = choose.Output(node.Outputs[0]);
        choose.Add(
            new KernelLaunch(op.Name, node.Inputs[0].Type.ToString(), KernelLaunch.Rows(split.Outer, (long)split.Size * split.Inner, (run, first, last) =>
                kernel.Run((float*)run[x], (long*)run[y], (nint)first, (nint)last)))
            { Flops = node.Inputs[0].Type.Count },
            [x], [y]);
    }
}
