using Descent.Kernels;

namespace Descent;

/// <summary>Softmax, its logarithm and the cross-entropy run row by row over the last axis.</summary>
internal static unsafe class SoftmaxKernel
{
    public static void Softmax(Choose choose, PlanNode node, Softmax op) => Rows(choose, node, logarithm: false);

    public static void LogSoftmax(Choose choose, PlanNode node, LogSoftmax op) => Rows(choose, node, logarithm: true);

    private static void Rows(Choose choose, PlanNode node, bool logarithm)
    {
        Shape shape = node.Inputs[0].Type.Shape;
        int n = shape[^1];
        PlanBuffer x = choose.Dense(node.Inputs[0]);
        PlanBuffer y = choose.Output(node.Outputs[0]);
        choose.Add(
            new KernelLaunch(node.Op.Name, shape.ToString(), KernelLaunch.Rows(n == 0 ? 0 : shape.Count / n, n, (run, first, last) =>
            {
                if (logarithm)
                {
                    SoftmaxRows.LogSoftmax((float*)run[x], (float*)run[y], n, (nint)first, (nint)last);
                }
                else
                {
                    SoftmaxRows.Softmax((float*)run[x], (float*)run[y], n, (nint)first, (nint)last);
                }
            }))
            { Flops = 5 * shape.Count },
            [x], [y]);
    }

    /// <summary>True where the kernels apply: classes on the last axis, f32, labels of 32 or 64 bits.</summary>
    public static bool Fits(PlanNode node) =>
        node.Inputs[0].Type is { DType: DType.F32, Shape.Rank: 2 } && node.Inputs[1].Type.DType is DType.I32 or DType.I64;

    public static void CrossEntropyForward(Choose choose, PlanNode node, CrossEntropy op)
    {
        (int rows, int classes) = (node.Inputs[0].Type.Shape[0], node.Inputs[0].Type.Shape[1]);
        PlanBuffer x = choose.Dense(node.Inputs[0]), labels = choose.Dense(node.Inputs[1]);
        PlanBuffer loss = choose.Output(node.Outputs[0]);
        PlanBuffer normalizers = choose.NewBuffer((long)rows * CrossEntropyRows.NormalizerSize * sizeof(float));
        var kernel = new CrossEntropyRows(classes, (float)op.LabelSmoothing, op.IgnoreIndex ?? long.MinValue);
        bool wide = node.Inputs[1].Type.DType == DType.I64;
        var launch = new KernelLaunch(op.Name, $"({rows}, {classes})", KernelLaunch.Rows(rows, classes, (run, first, last) =>
            Losses(run, kernel, wide, x, labels, (float*)run[loss], (float*)run[normalizers], first, last, classes, rows)))
        { Flops = 6L * rows * classes };
        launch.Workspaces.Add(normalizers);
        choose.Add(launch, [x, labels], [loss]);
    }

    public static void CrossEntropyGradient(Choose choose, PlanNode node, CrossEntropyBackward op)
    {
        (int rows, int classes) = (node.Inputs[0].Type.Shape[0], node.Inputs[0].Type.Shape[1]);
        PlanBuffer x = choose.Dense(node.Inputs[0]), labels = choose.Dense(node.Inputs[1]), dy = choose.Dense(node.Inputs[2]);
        PlanBuffer dx = choose.Output(node.Outputs[0]);
        PlanBuffer scratch = choose.NewBuffer((long)rows * (CrossEntropyRows.NormalizerSize + 1) * sizeof(float));
        var kernel = new CrossEntropyRows(classes, (float)op.LabelSmoothing, op.IgnoreIndex ?? long.MinValue);
        bool wide = node.Inputs[1].Type.DType == DType.I64;
        var launch = new KernelLaunch(op.Name, $"({rows}, {classes})", KernelLaunch.Rows(rows, classes, (run, first, last) =>
        {
            float* losses = (float*)run[scratch];
            float* normalizers = losses + rows;
            Losses(run, kernel, wide, x, labels, losses, normalizers, first, last, classes, rows);
            if (wide)
            {
                kernel.Backward((float*)run[x], (long*)run[labels], null, normalizers, (float*)run[dy], 1, 1, (float*)run[dx], (nint)first, (nint)last);
            }
            else
            {
                kernel.Backward((float*)run[x], (int*)run[labels], null, normalizers, (float*)run[dy], 1, 1, (float*)run[dx], (nint)first, (nint)last);
            }
        }))
        { Flops = 6L * rows * classes };
        launch.Workspaces.Add(scratch);
        choose.Add(launch, [x, labels, dy], [dx]);
    }

    private static void Losses(
        PlanRun run, in CrossEntropyRows kernel, bool wide, PlanBuffer x, PlanBuffer labels, float* loss, float* normalizers, long first, long last,
        int classes, int rows)
    {
        nint bad = wide
            ? kernel.Forward((float*)run[x], (long*)run[labels], null, loss, normalizers, (nint)first, (nint)last)
            : kernel.Forward((float*)run[x], (int*)run[labels], null, loss, normalizers, (nint)first, (nint)last);
        if (bad >= 0)
        {
            long label = wide ? ((long*)run[labels])[bad] : ((int*)run[labels])[bad];
            Indices.In(label, classes, new Shape(rows), (int)bad, "cross-entropy");
        }
    }
}
