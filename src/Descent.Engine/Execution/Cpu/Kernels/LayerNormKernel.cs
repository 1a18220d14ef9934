using Kernel = Descent.Kernels.LayerNorm;

namespace Descent;

/// <summary>Layer normalisation, forward and backward, on rows side by side.</summary>
internal static unsafe class LayerNormKernel
{
    public static void Forward(Choose choose, PlanNode node, LayerNorm op)
    {
        (long rows, int n) = Sizes(node.Inputs[0].Type.Shape);
        PlanBuffer x = choose.Dense(node.Inputs[0]);
        PlanBuffer? gamma = node.Inputs.Length > 1 ? choose.Dense(node.Inputs[1]) : null, beta = gamma is null ? null : choose.Dense(node.Inputs[2]);
        PlanBuffer y = choose.Output(node.Outputs[0]), mean = choose.Output(node.Outputs[1]), reciprocal = choose.Output(node.Outputs[2]);
        float epsilon = (float)op.Epsilon;
        var launch = new KernelLaunch(op.Name, $"({rows}, {n})", KernelLaunch.Rows(rows, n, (run, first, last) => Kernel.Forward(
            n, epsilon, (float*)run[x], At(run, gamma), At(run, beta), (float*)run[y], (float*)run[mean], (float*)run[reciprocal], (nint)first,
            (nint)last)))
        { Flops = 8 * rows * n };
        launch.MayOverwrite.Add((y, x));
        choose.Add(launch, gamma is null ? [x] : [x, gamma, beta!], [y, mean, reciprocal]);
    }

    public static void Backward(Choose choose, PlanNode node, LayerNormBackward op)
    {
        (long rows, int n) = Sizes(node.Inputs[1].Type.Shape);
        PlanBuffer dy = choose.Dense(node.Inputs[0]), x = choose.Dense(node.Inputs[1]);
        PlanBuffer mean = choose.Dense(node.Inputs[2]), reciprocal = choose.Dense(node.Inputs[3]);
        PlanBuffer? gamma = node.Inputs.Length > 4 ? choose.Dense(node.Inputs[4]) : null;
        PlanBuffer dx = choose.Output(node.Outputs[0]);
        PlanBuffer? dgamma = gamma is null ? null : choose.Output(node.Outputs[1]), dbeta = gamma is null ? null : choose.Output(node.Outputs[2]);
        PlanBuffer? parts = gamma is null ? null : choose.NewBuffer(Kernel.WorkspaceFloats(rows, n) * sizeof(float));
        var launch = new KernelLaunch(
            op.Name, $"({rows}, {n})",
            (Kernel.BackwardUnits(rows, n), (run, first, last, _) => Kernel.Backward(
                rows, n, (float*)run[x], (float*)run[dy], At(run, gamma), (float*)run[mean], (float*)run[reciprocal], (float*)run[dx],
                At(run, parts), first, last)),
            (gamma is null ? 0 : Kernel.CombineUnits(n), (run, first, last, _) =>
                Kernel.CombineGradients(rows, n, At(run, parts), At(run, dgamma), At(run, dbeta), first, last)
        ))
        { Flops = 14 * rows * n };
        launch.MayOverwrite.Add((dx, dy));
        if (parts is null)
        {
            choose.Add(launch, [dy, x, mean, reciprocal], [dx]);
        }
        else
        {
            launch.Workspaces.Add(parts);
            choose.Add(launch, [dy, x, mean, reciprocal, gamma!], [dx, dgamma!, dbeta!]);
        }
    }

    private static (long Rows, int N) Sizes(Shape x) => (x.Count / x[^1], x[^1]);

    private static float* At(PlanRun run, PlanBuffer? buffer) => buffer is null ? null : (float*)run[buffer];
}
