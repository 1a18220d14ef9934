using Descent.Kernels;

namespace Descent;

/// <summary>Softmax, its logarithm and the cross-entropy run row by row over the last axis.</summary>
internal static unsafe class SoftmaxKernel
{
    public static void Softmax(Choose choose, PlanNode node, Softmax op) => Rows(choose, node, SoftmaxRows.Softmax);

    public static void LogSoftmax(Choose choose, PlanNode node, LogSoftmax op) => Rows(choose, node, SoftmaxRows.LogSoftmax);

    public static void SoftmaxBackward(Choose choose, PlanNode node, SoftmaxBackward op) =>
        BackwardRows(choose, node, SoftmaxRows.SoftmaxBackward);

    public static void LogSoftmaxBackward(Choose choose, PlanNode node, LogSoftmaxBackward op) =>
        BackwardRows(choose, node, SoftmaxRows.LogSoftmaxBackward);

    private static void Rows(Choose choose, PlanNode node, Map rows)
    {
        Shape shape = node.Inputs[0].Type.Shape;
        int n = shape[^1];
        PlanBuffer x = choose.Dense(node.Inputs[0]);
        PlanBuffer y = choose.Output(node.Outputs[0]);
        var launch = new KernelLaunch(node.Op.Name, shape.ToString(), KernelLaunch.Rows(n == 0 ? 0 : shape.Count / n, n, (run, first, last) =>
            rows((float*)run[x], (float*)run[y], n, (nint)first, (nint)last)))
        { Flops = 5 * shape.Count };
        launch.MayOverwrite.Add((y, x));
        choose.Add(launch, [x], [y]);
    }

    private static void BackwardRows(Choose choose, PlanNode node, BackwardMap rows)
    {
        Shape shape = node.Inputs[0].Type.Shape;
        int n = shape[^1];
        PlanBuffer dy = choose.Dense(node.Inputs[0]), y = choose.Dense(node.Inputs[1]);
        PlanBuffer dx = choose.Output(node.Outputs[0]);
        var launch = new KernelLaunch(node.Op.Name, shape.ToString(), KernelLaunch.Rows(n == 0 ? 0 : shape.Count / n, n, (run, first, last) =>
            rows((float*)run[y], (float*)run[dy], (float*)run[dx], n, (nint)first, (nint)last)))
        { Flops = 5 * shape.Count };
        launch.MayOverwrite.Add((dx, dy));
        choose.Add(launch, [dy, y], [dx]);
    }

    /// <summary>Losses of (N, K, …) logits: with the classes innermost, the rows lie in the order of the labels.</summary>
    public static void CrossEntropyForward(Choose choose, PlanNode node, CrossEntropy op)
    {
        TensorType logits = node.Inputs[0].Type, labelled = node.Inputs[1].Type;
        (int rows, int classes) = ((int)labelled.Count, logits.Shape[1]);
        PlanBuffer x = choose.Dense(node.Inputs[0], AxisOrder.ChannelsLast), labels = choose.Dense(node.Inputs[1]);
        PlanBuffer loss = choose.Output(node.Outputs[0]), normalizers = choose.Output(node.Outputs[1]);
        CrossEntropyRows kernel = Kernel(op.LabelSmoothing, op.IgnoreIndex, classes);
        choose.Add(
            new KernelLaunch(op.Name, logits.ToString(), KernelLaunch.Rows(rows, classes, (run, first, last) =>
            {
                long* labelled = (long*)run[labels];
                nint bad = kernel.Forward(
                    (float*)run[x], labelled, (float*)run[loss], (float*)run[normalizers], (nint)first, (nint)last);
                if (bad >= 0)
                {
                    Indices.ThrowFirstOutside(new(labelled, rows), classes, node.Inputs[1].Type.Shape, op.Name, op.IgnoreIndex);
                }
            }))
            { Flops = 6L * rows * classes },
            [x, labels], [loss, normalizers]);
    }

    public static void CrossEntropyGradient(Choose choose, PlanNode node, CrossEntropyBackward op)
    {
        TensorType logits = node.Inputs[0].Type;
        (int rows, int classes) = ((int)node.Inputs[1].Type.Count, logits.Shape[1]);
        PlanBuffer x = choose.Dense(node.Inputs[0], AxisOrder.ChannelsLast), labels = choose.Dense(node.Inputs[1]);
        PlanBuffer normalizers = choose.Dense(node.Inputs[2]), dx = choose.Output(node.Outputs[0], AxisOrder.ChannelsLast);

        // The gradient of a mean is one number for all rows: it is read as such, not laid out.
        Place upstream = choose[node.Inputs[3]];
        bool isOne = upstream.View.Offset == 0 && upstream.View.ToArray().All(step => step == 0);
        PlanBuffer dy = isOne ? upstream.Buffer : choose.Dense(node.Inputs[3]);
        CrossEntropyRows kernel = Kernel(op.LabelSmoothing, op.IgnoreIndex, classes);
        var launch = new KernelLaunch(op.Name, logits.ToString(), KernelLaunch.Rows(rows, classes, (run, first, last) =>
            kernel.Backward(
                (float*)run[x], (long*)run[labels], (float*)run[normalizers], (float*)run[dy], isOne ? 0 : 1, (float*)run[dx],
                (nint)first, (nint)last)))
        { Flops = 4L * rows * classes };
        if (dy != x)
        {
            launch.MayOverwrite.Add((dx, x));
        }

        choose.Add(launch, [x, labels, normalizers, dy], [dx]);
    }

    private static CrossEntropyRows Kernel(double labelSmoothing, long? ignoreIndex, int classes) =>
        new(classes, (float)labelSmoothing, ignoreIndex ?? long.MinValue);

    private delegate void Map(float* x, float* y, nint n, nint firstRow, nint lastRow);

    private delegate void BackwardMap(float* y, float* dy, float* dx, nint n, nint firstRow, nint lastRow);
}
