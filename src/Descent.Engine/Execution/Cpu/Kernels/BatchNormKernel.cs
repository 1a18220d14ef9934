using Descent.Kernels;

namespace Descent;

/// <summary>Batch normalisation in training, forward and backward, on channels-last images: rows are the pixels of all images.</summary>
internal static unsafe class BatchNormKernel
{
    public static void Forward(Choose choose, PlanNode node, BatchNormTraining op)
    {
        (int rows, int columns) = Sizes(node.Inputs[0].Type.Shape);
        PlanBuffer x = choose.Dense(node.Inputs[0], AxisOrder.ChannelsLast);
        PlanBuffer gamma = choose.Dense(node.Inputs[1]), beta = choose.Dense(node.Inputs[2]);
        PlanBuffer y = choose.Output(node.Outputs[0], AxisOrder.ChannelsLast);
        PlanBuffer mean = choose.Output(node.Outputs[1]), variance = choose.Output(node.Outputs[2]);
        PlanBuffer workspace = choose.NewBuffer((BatchNorm.WorkspaceFloats(rows, columns) + (2 * columns)) * sizeof(float));
        long partials = BatchNorm.WorkspaceFloats(rows, columns);
        var launch = new KernelLaunch(
            op.Name, $"({rows}, {columns})",
            (BatchNorm.ReductionUnits(rows, columns), (run, first, last, _) =>
                BatchNorm.SumStatistics(rows, columns, (float*)run[x], (float*)run[workspace], first, last)),
            (BatchNorm.CombineUnits(columns), (run, first, last, _) =>
                BatchNorm.CombineStatistics(rows, columns, (float*)run[workspace], (float*)run[mean], (float*)run[variance], first, last)),
            (1, (run, _, _, _) =>
            {
                float* scale = (float*)run[workspace] + partials;
                BatchNorm.ScaleShift(
                    columns, op.Epsilon, (float*)run[gamma], (float*)run[beta], (float*)run[mean], (float*)run[variance], scale, scale + columns);
            }
        ),
            (BatchNorm.ElementwiseUnits(rows, columns), (run, first, last, _) =>
            {
                float* scale = (float*)run[workspace] + partials;
                BatchNorm.Apply(rows, columns, false, (float*)run[x], scale, scale + columns, (float*)run[y], first, last);
            }
        ))
        { Flops = 6L * rows * columns };
        launch.Workspaces.Add(workspace);
        choose.Add(launch, [x, gamma, beta], [y, mean, variance]);
    }

    public static void Backward(Choose choose, PlanNode node, BatchNormBackward op)
    {
        (int rows, int columns) = Sizes(node.Inputs[1].Type.Shape);
        PlanBuffer dy = choose.Dense(node.Inputs[0], AxisOrder.ChannelsLast), x = choose.Dense(node.Inputs[1], AxisOrder.ChannelsLast);
        PlanBuffer gamma = choose.Dense(node.Inputs[2]), mean = choose.Dense(node.Inputs[3]), variance = choose.Dense(node.Inputs[4]);
        PlanBuffer dx = choose.Output(node.Outputs[0], AxisOrder.ChannelsLast);
        PlanBuffer dgamma = choose.Output(node.Outputs[1]), dbeta = choose.Output(node.Outputs[2]);
        long partials = BatchNorm.WorkspaceFloats(rows, columns);
        PlanBuffer workspace = choose.NewBuffer((partials + (3 * columns)) * sizeof(float));
        var launch = new KernelLaunch(
            op.Name, $"({rows}, {columns})",
            (BatchNorm.ReductionUnits(rows, columns), (run, first, last, _) => BatchNorm.SumGradients(
                rows, columns, (float*)run[x], (float*)run[dy], null, (float*)run[mean], (float*)run[workspace], first, last)),
            (BatchNorm.CombineUnits(columns), (run, first, last, _) => BatchNorm.CombineGradients(
                rows, columns, op.Epsilon, (float*)run[workspace], (float*)run[variance], (float*)run[dgamma], (float*)run[dbeta], first, last)),
            (1, (run, _, _, _) =>
            {
                float* a = (float*)run[workspace] + partials;
                BatchNorm.BackwardCoefficients(
                    rows, columns, op.Epsilon, (float*)run[gamma], (float*)run[variance], (float*)run[dgamma], (float*)run[dbeta], a, a + columns, a + (2 * columns));
            }
        ),
            (BatchNorm.ElementwiseUnits(rows, columns), (run, first, last, _) =>
            {
                float* a = (float*)run[workspace] + partials;
                BatchNorm.BackwardInput(
                    rows, columns, (float*)run[x], (float*)run[dy], null, (float*)run[mean], a, a + columns, a + (2 * columns), (float*)run[dx], first, last);
            }
        ))
        { Flops = 9L * rows * columns };
        launch.Workspaces.Add(workspace);
        choose.Add(launch, [dy, x, gamma, mean, variance], [dx, dgamma, dbeta]);
    }

    private static (int Rows, int Columns) Sizes(Shape x) => (checked((int)(x.Count / x[1])), x[1]);
}
