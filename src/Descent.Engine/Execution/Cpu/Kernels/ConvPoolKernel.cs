using Descent.Kernels;

namespace Descent;

/// <summary>Lowers the parts of a <see cref="PoolFusion"/>, each at the first of its nodes whose value somebody reads.</summary>
internal static unsafe class ConvPoolKernel
{
    public static void Lower(Choose choose, PoolFusion fusion, PlanNode node)
    {
        if (node == fusion.Pooling)
        {
            Forward(choose, fusion);
        }

        foreach (PooledGradient gradient in fusion.Gradients)
        {
            if (node == gradient.Input)
            {
                BackwardInput(choose, fusion, gradient);
            }
            else if ((node == gradient.Weight || node == gradient.Bias) && !choose.IsPlaced(node.Outputs[0]))
            {
                BackwardWeight(choose, fusion, gradient);
            }
        }
    }

    private static void Forward(Choose choose, PoolFusion fusion)
    {
        ConvPoolShape shape = fusion.Shape;
        var plan = new ConvPoolForwardPlan(shape, fusion.Rectifies);
        PlanBuffer x = choose.Dense(fusion.Convolution.Inputs[0], AxisOrder.ChannelsLast);
        PlanBuffer? bias = fusion.Bias is null ? null : choose.Dense(fusion.Bias);
        PlanBuffer y = choose.Output(fusion.Pooling.Outputs[0], AxisOrder.ChannelsLast);
        PlanBuffer? places = fusion.Gradients.Count > 0 ? choose.NewBuffer(shape.OutputFloats * sizeof(float)) : null;
        fusion.Places = places;
        PlanBuffer workspace = choose.NewBuffer(plan.WorkspaceFloats(choose.Threads) * sizeof(float));
        string name = $"conv2d{(bias is null ? "" : "+bias")}{(fusion.Rectifies ? "+relu" : "")}+maxpool2d";
        Add(choose, new PackedWeights(choose, fusion.Convolution.Inputs[1], plan.PackedWeightFloats), name, shape,
            (plan.PackUnits, plan.PackWeights),
            (plan.Units, (run, packed, first, last, worker) => plan.Run(first, last, worker, new ConvPoolArgs
            {
                X = (float*)run[x],
                Weights = packed,
                Bias = bias is null ? null : (float*)run[bias],
                Y = (float*)run[y],
                Places = places is null ? null : (float*)run[places],
                Workspace = (float*)run[workspace],
            })),
            workspace, bias is null ? [x] : [x, bias], places is null ? [y] : [y, places]);
    }

    private static void BackwardInput(Choose choose, PoolFusion fusion, PooledGradient gradient)
    {
        ConvPoolShape shape = fusion.Shape;
        var plan = new ConvPoolBackwardInputPlan(shape);
        var type = new TensorType(fusion.Pooling.Outputs[0].Type.Shape, DType.F32);
        PlanBuffer dy = choose.Dense(gradient.Dy, AxisOrder.ChannelsLast);
        PlanBuffer? y = gradient.IsGated ? choose.Dense(fusion.Pooling.Outputs[0], AxisOrder.ChannelsLast) : null;
        PlanBuffer places = shape.IsOverColumns
            ? choose.Copied(new Place(fusion.Places!, Strided.Dense(type.Shape)), type, AxisOrder.ChannelsLast).Buffer
            : fusion.Places!;
        PlanBuffer dx = choose.Output(gradient.Input!.Outputs[0], AxisOrder.ChannelsLast);
        PlanBuffer workspace = choose.NewBuffer(plan.WorkspaceFloats(choose.Threads) * sizeof(float));
        Add(choose, new PackedWeights(choose, fusion.Convolution.Inputs[1], plan.PackedWeightFloats), "maxpool2d-backward+conv2d-backward-input", shape,
            (plan.PackUnits, plan.PackWeights),
            (plan.Units, (run, packed, first, last, worker) => plan.Run(first, last, worker, new ConvPoolArgs
            {
                Weights = packed,
                Dy = (float*)run[dy],
                Y = y is null ? null : (float*)run[y],
                Places = (float*)run[places],
                Dx = (float*)run[dx],
                Workspace = (float*)run[workspace],
            })),
            workspace, y is null ? [dy, places] : [dy, places, y], [dx]);
    }

    private static void BackwardWeight(Choose choose, PoolFusion fusion, PooledGradient gradient)
    {
        ConvPoolShape shape = fusion.Shape;
        var plan = new ConvPoolBackwardWeightPlan(shape);
        PlanBuffer x = choose.Dense(fusion.Convolution.Inputs[0], AxisOrder.ChannelsLast);
        PlanBuffer dy = choose.Dense(gradient.Dy, AxisOrder.ChannelsLast);
        PlanBuffer? y = gradient.IsGated ? choose.Dense(fusion.Pooling.Outputs[0], AxisOrder.ChannelsLast) : null;
        PlanBuffer places = fusion.Places!, dw = choose.Output(gradient.Weight!.Outputs[0]);
        PlanBuffer? db = gradient.Bias is null ? null : choose.Output(gradient.Bias.Outputs[0]);
        PlanBuffer workspace = choose.NewBuffer(plan.WorkspaceFloats(choose.Threads) * sizeof(float));
        ConvPoolArgs Args(PlanRun run) => new()
        {
            X = (float*)run[x],
            Dy = (float*)run[dy],
            Y = y is null ? null : (float*)run[y],
            Places = (float*)run[places],
            Dw = (float*)run[dw],
            Db = db is null ? null : (float*)run[db],
            Workspace = (float*)run[workspace],
        };
        var launch = new KernelLaunch(
            "maxpool2d-backward+conv2d-backward-weight", Describe(shape),
            (plan.Units, (run, first, last, worker) => plan.Run(first, last, worker, Args(run))),
            (plan.FinishUnits, (run, first, last, _) => plan.RunFinish(first, last, Args(run))))
        { Flops = (long)shape.Flops };
        launch.Workspaces.Add(workspace);
        choose.Add(launch, y is null ? [x, dy, places] : [x, dy, places, y], db is null ? [dw] : [dw, db]);
    }

    private static void Add(
        Choose choose, PackedWeights weights, string name, in ConvPoolShape shape, (int, PackedWeights.Pack) pack, (int, PackedWeights.Body) compute,
        PlanBuffer workspace, ReadOnlySpan<PlanBuffer> reads, ReadOnlySpan<PlanBuffer> writes)
    {
        var launch = new PackedLaunch(name, Describe(shape), weights, pack, compute) { Flops = (long)shape.Flops };
        launch.Workspaces.Add(workspace);
        if (!weights.AreKept)
        {
            launch.Workspaces.Add(weights.Packed);
        }

        choose.Add(launch, [weights.Source, .. reads], writes);
    }

    private static string Describe(in ConvPoolShape shape) =>
        $"{Conv2dKernel.Describe(shape.Conv)}, pool {shape.Pool.KernelH}×{shape.Pool.KernelW} stride {shape.Pool.StrideH}";
}
