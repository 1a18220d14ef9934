using Descent.Kernels;

namespace Descent;

/// <summary>Pooling runs on channels-last images, forward and backward.</summary>
internal static unsafe class Pool2dKernel
{
    public static void Max(Choose choose, PlanNode node, MaxPool2d op)
    {
        Pool2dShape shape = op.Window.Sizes(node.Inputs[0].Type.Shape, op.Name);
        PlanBuffer x = choose.Dense(node.Inputs[0], AxisOrder.ChannelsLast);
        PlanBuffer y = choose.Output(node.Outputs[0], AxisOrder.ChannelsLast);
        PlanBuffer? indices = node.Outputs[1].Users.Count > 0 || node.Outputs[1].IsRequired
            ? choose.Output(node.Outputs[1], AxisOrder.ChannelsLast)
            : null;
        Add(choose, op.Name, shape, Kernels.MaxPool2d.ForwardUnits(shape), [x], indices is null ? [y] : [y, indices], (run, first, last, _) =>
            Kernels.MaxPool2d.Forward(shape, (float*)run[x], (float*)run[y], indices is null ? null : (int*)run[indices], first, last));
    }

    public static void MaxBackward(Choose choose, PlanNode node, MaxPool2dBackward op)
    {
        Pool2dShape shape = op.Window.Sizes(op.Input, op.Name);
        PlanBuffer dy = choose.Dense(node.Inputs[0], AxisOrder.ChannelsLast);
        PlanBuffer indices = choose.Dense(node.Inputs[1], AxisOrder.ChannelsLast);
        PlanBuffer dx = choose.Output(node.Outputs[0], AxisOrder.ChannelsLast);
        Add(choose, op.Name, shape, Kernels.MaxPool2d.BackwardUnits(shape), [dy, indices], [dx], (run, first, last, _) =>
            Kernels.MaxPool2d.Backward(shape, (float*)run[dy], (int*)run[indices], (float*)run[dx], first, last));
    }

    public static void Average(Choose choose, PlanNode node, AvgPool2d op)
    {
        Pool2dShape shape = op.Window.Sizes(node.Inputs[0].Type.Shape, op.Name);
        PlanBuffer x = choose.Dense(node.Inputs[0], AxisOrder.ChannelsLast);
        PlanBuffer y = choose.Output(node.Outputs[0], AxisOrder.ChannelsLast);
        Add(choose, op.Name, shape, Kernels.AvgPool2d.ForwardUnits(shape), [x], [y], (run, first, last, _) =>
            Kernels.AvgPool2d.Forward(shape, op.CountPadding, (float*)run[x], (float*)run[y], first, last));
    }

    public static void AverageBackward(Choose choose, PlanNode node, AvgPool2dBackward op)
    {
        Pool2dShape shape = op.Window.Sizes(op.Input, op.Name);
        PlanBuffer dy = choose.Dense(node.Inputs[0], AxisOrder.ChannelsLast);
        PlanBuffer dx = choose.Output(node.Outputs[0], AxisOrder.ChannelsLast);
        Add(choose, op.Name, shape, Kernels.AvgPool2d.BackwardUnits(shape), [dy], [dx], (run, first, last, _) =>
            Kernels.AvgPool2d.Backward(shape, op.CountPadding, (float*)run[dy], (float*)run[dx], first, last));
    }

    private static void Add(
        Choose choose, string name, in Pool2dShape shape, int units, ReadOnlySpan<PlanBuffer> reads, ReadOnlySpan<PlanBuffer> writes, KernelBody body)
    {
        string detail = $"({shape.N}, {shape.C}, {shape.H}, {shape.W}) by {shape.KernelH}×{shape.KernelW} stride {shape.StrideH}";
        choose.Add(new KernelLaunch(name, detail, (units, body)) { Flops = shape.OutputFloats * shape.KernelH * shape.KernelW }, reads, writes);
    }
}
