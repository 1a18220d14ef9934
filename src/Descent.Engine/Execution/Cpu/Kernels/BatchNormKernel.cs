using Descent.Kernels;

namespace Descent;

/// <summary>The statistics of a batch normalisation, on channels-last images: rows are the pixels of all images.</summary>
internal static unsafe class BatchNormKernel
{
    public static void Statistics(Choose choose, PlanNode node, BatchNormStatistics op)
    {
        Shape shape = node.Inputs[0].Type.Shape;
        (int rows, int columns) = (checked((int)(shape.Count / shape[1])), shape[1]);
        PlanBuffer x = choose.Dense(node.Inputs[0], AxisOrder.ChannelsLast);
        PlanBuffer mean = choose.Output(node.Outputs[0]), variance = choose.Output(node.Outputs[1]);
        PlanBuffer workspace = choose.NewBuffer(BatchNorm.WorkspaceFloats(rows, columns) * sizeof(float));
        var launch = new KernelLaunch(
            op.Name, $"({rows}, {columns})",
            (BatchNorm.ReductionUnits(rows, columns), (run, first, last, _) =>
                BatchNorm.SumStatistics(rows, columns, (float*)run[x], (float*)run[workspace], first, last)),
            (BatchNorm.CombineUnits(columns), (run, first, last, _) =>
                BatchNorm.CombineStatistics(rows, columns, (float*)run[workspace], (float*)run[mean], (float*)run[variance], first, last)))
        { Flops = 4L * rows * columns };
        launch.Workspaces.Add(workspace);
        choose.Add(launch, [x], [mean, variance]);
    }
}
