namespace Descent;

/// <summary>Every step-th index of one axis; a step of −1 from the last index flips the axis.</summary>
/// <remarks>Gradient: dy written into zeros at the same places.</remarks>
internal sealed record Slice(int Axis, int Start, int Step, int Size) : ViewOp
{
    public override string Name => "slice";

    public override OpTypes Infer(ReadOnlySpan<TensorType> x)
    {
        Shape shape = x[0].Shape;
        long last = Start + ((long)Step * (Size - 1));
        if (Size < 0 || Step == 0 || (Size > 0 && (Start < 0 || Start >= shape[Axis] || last < 0 || last >= shape[Axis])))
        {
            throw new ShapeException($"slice: {Size} indices from {Start} in steps of {Step} do not lie in axis {Axis} of {shape}.");
        }

        return x[0] with { Shape = shape.With(Axis, Size) };
    }

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) =>
        [Tensor.Apply(new SliceBackward(x[0].Shape, Axis, Start, Step), dy)];

    internal override Reach? ReachOf(ReadOnlySpan<Reach?> x, ReadOnlySpan<TensorType> types) => x[0] is not { } map ? null : Axis switch
    {
        2 => map with { Rows = map.Rows with { Step = map.Rows.Step * Step } },
        3 => map with { Columns = map.Columns with { Step = map.Columns.Step * Step } },
        _ => map,
    };

    internal override bool TryView(in Strided input, out Strided output)
    {
        output = input.Slice(Axis, Start, Step, Size);
        return true;
    }
}

/// <summary>Zeros of the input's shape with dy at the sliced places.</summary>
internal sealed record SliceBackward(Shape To, int Axis, int Start, int Step) : Op
{
    public override string Name => "slice-backward";

    public override OpTypes Infer(ReadOnlySpan<TensorType> dy) => dy[0] with { Shape = To };

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) =>
        [Tensor.Apply(new Slice(Axis, Start, Step, x[0].Shape[Axis]), dy)];

    public override void Reference(ReferenceCall call)
    {
        Shape from = call.XType(0).Shape;
        int inner = 1;
        for (int axis = Axis + 1; axis < To.Rank; axis++)
        {
            inner *= To[axis];
        }

        int outer = To[Axis] == 0 || inner == 0 ? 0 : (int)(To.Count / To[Axis] / inner);
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < from[Axis]; i++)
            {
                call.X(0).Slice(((o * from[Axis]) + i) * inner, inner)
                    .CopyTo(call.Y(0)[(((o * To[Axis]) + Start + (i * Step)) * inner)..]);
            }
        }
    }
}

public sealed partial class Tensor
{
    /// <summary>The indices [start, start + size) of one axis.</summary>
    /// <exception cref="ShapeException">They do not lie in the axis.</exception>
    public Tensor Narrow(int axis, int start, int size) => Apply(new Slice(Shape.Axis(axis, "narrow"), start, 1, size), this);

    /// <summary>
    /// Every step-th index of one axis, <paramref name="size"/> of them from <paramref name="start"/> on; the step may be negative.
    /// </summary>
    /// <exception cref="ShapeException">They do not lie in the axis.</exception>
    public Tensor Slice(int axis, int start, int step, int size) => Apply(new Slice(Shape.Axis(axis, "slice"), start, step, size), this);

    /// <summary>One axis in reverse order.</summary>
    public Tensor Flip(int axis)
    {
        axis = Shape.Axis(axis, "flip");
        return Apply(new Slice(axis, Math.Max(0, Shape[axis] - 1), -1, Shape[axis]), this);
    }
}
