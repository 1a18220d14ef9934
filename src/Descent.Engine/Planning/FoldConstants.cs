namespace Descent;

/// <summary>
/// Computes what depends on the numbers of formulas alone while planning. Only where the bits are those of the kernels: formulas that round
/// once (<see cref="IRoundsOnce"/>), which double precision followed by rounding gives exactly, casts, and sums without rounding.
/// </summary>
internal static class FoldConstants
{
    // Up to these, all partial sums are exact, in f32 for numbers that are multiples of ½.
    private const double ExactSum = 1 << 22;
    private const double ExactInteger = 1L << 53;

    /// <summary>The number that all elements of the value are, seen through views of it; null where they are no constant.</summary>
    public static double? NumberOf(PlanValue value)
    {
        while (value.Producer is { Op: ViewOp } view)
        {
            value = view.Inputs[0];
        }

        return value.Producer is { Op: Constant constant } ? Stored(constant.DType, constant.Value) : null;
    }

    /// <summary>Nodes that yield the same without computing, the last of them in place of the node; null where there are none.</summary>
    public static PlanNode[]? Run(PlanNode node)
    {
        if (node.Inputs.Length == 0 || node.Outputs.Length > 1 || node.Inputs.Any(x => NumberOf(x) is null)
            || Compute(node, [.. node.Inputs.Select(x => NumberOf(x)!.Value)]) is not { } number)
        {
            return null;
        }

        TensorType type = node.Outputs[0].Type;
        var constant = new PlanNode(new Constant(number, type.DType), [], [new PlanValue(type with { Shape = Shape.Scalar })]);
        return type.Shape.Rank == 0
            ? [constant]
            : [constant, new PlanNode(new Expand(type.Shape), [constant.Outputs[0]], [new PlanValue(type)])];
    }

    private static double? Compute(PlanNode node, double[] inputs)
    {
        TensorType y = node.Outputs[0].Type;
        double? result = node.Op switch
        {
            ElementwiseOp { RoundsOnce: true } or Cast => OfNumbers(node, inputs),
            Reduce { Kind: not Reduction.Sum } => inputs[0],
            Reduce when y.Count > 0 => Sum(inputs[0], node.Inputs[0].Type.Count / y.Count, y.DType),
            _ => null,
        };

        // A constant has no sign of zero, and a plan's integers wrap around where double precision does not.
        return result is not { } number || (number == 0 && double.IsNegative(number)) || !Holds(y.DType, number) ? null : number;
    }

    private static double OfNumbers(PlanNode node, double[] inputs)
    {
        static TensorType Number(PlanValue x) => x.Type with { Shape = Shape.Scalar };

        double result = Interpreter.Compute(
            node.Op, [.. node.Inputs.Select(Number)], [.. inputs.Select(x => new[] { x })], new byte[]?[inputs.Length],
            [Number(node.Outputs[0])])[0][0];
        return Stored(node.Outputs[0].Type.DType, result);
    }

    private static double Stored(DType type, double number) => type == DType.F32 ? (float)number : number;

    private static double? Sum(double number, long count, DType type)
    {
        double sum = number * count;
        bool isExact = !type.IsFloat() || (Math.Abs(sum) <= ExactSum && number * 2 == Math.Floor(number * 2));
        return isExact ? sum : null;
    }

    private static bool Holds(DType type, double number) => type switch
    {
        DType.Bool => number is 0 or 1,
        DType.U8 => number is >= byte.MinValue and <= byte.MaxValue,
        DType.I32 => number is >= int.MinValue and <= int.MaxValue,
        DType.I64 => Math.Abs(number) <= ExactInteger,
        _ => true,
    };
}
