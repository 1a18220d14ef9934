namespace Descent;

/// <summary>The CPU's kernels for ops that are not elementwise: which runs for which shapes, and in which layouts.</summary>
internal static class CpuKernels
{
    public static void Lower(Choose choose, PlanNode node)
    {
        bool isF32 = node.Outputs[0].Type.DType == DType.F32 && node.Inputs.All(x => x.Type.DType is DType.F32);
        switch (node.Op)
        {
            case MatMul when isF32:
                MatMulKernel.Lower(choose, node);
                break;
            case Conv2d op when isF32:
                Conv2dKernel.Forward(choose, node, op);
                break;
            case Conv2dBackwardInput op when isF32:
                Conv2dKernel.BackwardInput(choose, node, op);
                break;
            case Conv2dBackwardWeight op when isF32:
                Conv2dKernel.BackwardWeight(choose, node, op);
                break;
            case MaxPool2d op when node.Inputs[0].Type.DType == DType.F32:
                Pool2dKernel.Max(choose, node, op);
                break;
            case MaxPool2dBackward op when node.Inputs[0].Type.DType == DType.F32:
                Pool2dKernel.MaxBackward(choose, node, op);
                break;
            case AvgPool2d op when isF32:
                Pool2dKernel.Average(choose, node, op);
                break;
            case AvgPool2dBackward op when isF32:
                Pool2dKernel.AverageBackward(choose, node, op);
                break;
            case BatchNormTraining op when isF32:
                BatchNormKernel.Forward(choose, node, op);
                break;
            case BatchNormBackward op when isF32:
                BatchNormKernel.Backward(choose, node, op);
                break;
            case LayerNorm op when isF32:
                LayerNormKernel.Forward(choose, node, op);
                break;
            case LayerNormBackward op when isF32:
                LayerNormKernel.Backward(choose, node, op);
                break;
            case Softmax when isF32 && node.Inputs[0].Type.Shape.Rank > 0:
                SoftmaxKernel.Rows(choose, node, logarithm: false);
                break;
            case LogSoftmax when isF32 && node.Inputs[0].Type.Shape.Rank > 0:
                SoftmaxKernel.Rows(choose, node, logarithm: true);
                break;
            case CrossEntropy op when SoftmaxKernel.Fits(node):
                SoftmaxKernel.CrossEntropyForward(choose, node, op);
                break;
            case CrossEntropyBackward op when SoftmaxKernel.Fits(node):
                SoftmaxKernel.CrossEntropyGradient(choose, node, op);
                break;
            case Concat op when isF32:
                MovementKernel.Concat(choose, node, op);
                break;
            case Pad op when isF32:
                MovementKernel.Pad(choose, node, op);
                break;
            case SliceBackward op when isF32:
                MovementKernel.SliceBackward(choose, node, op);
                break;
            case RandomUniform or RandomNormal when node.Outputs[0].Type.DType == DType.F32:
                RandomKernel.Fill(choose, node, normal: node.Op is RandomNormal);
                break;
            case ArgMax { Kind: Reduction.Max } op when node.Inputs[0].Type.DType == DType.F32:
                ArgMaxKernel.Lower(choose, node, op);
                break;
            default:
                Reference(choose, node);
                break;
        }
    }

    private static void Reference(Choose choose, PlanNode node)
    {
        PlanBuffer[] inputs = [.. node.Inputs.Select(x => choose.Dense(x))];
        PlanBuffer[] outputs = [.. node.Outputs.Select(y => choose.Output(y))];
        choose.Add(new ReferenceLaunch(node, inputs, outputs), inputs, outputs);
    }
}
