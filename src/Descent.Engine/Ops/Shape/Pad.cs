namespace Descent;

/// <summary>A border of one number around the input: <c>Before</c> elements before each axis and <c>After</c> behind it.</summary>
/// <remarks>Gradients: dy without its border; for the number, the sum of dy over the border.</remarks>
internal sealed record Pad(AxisList Before, AxisList After) : Op
{
    public override string Name => "pad";

    public override OpTypes Infer(ReadOnlySpan<TensorType> t)
    {
        Shape shape = t[0].Shape;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            shape = shape.With(axis, checked(Before.Span[axis] + shape[axis] + After.Span[axis]));
        }

        return t[0] with { Shape = shape };
    }

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed)
    {
        Tensor inside = dy;
        for (int axis = 0; axis < inside.Rank; axis++)
        {
            inside = inside.Narrow(axis, Before.Span[axis], x[0].Shape[axis]);
        }

        return [inside, needed[1] ? ((Tensor)dy).Sum() - inside.Sum() : null];
    }

    internal override Reach? ReachOf(ReadOnlySpan<Reach?> x, ReadOnlySpan<TensorType> types) => Reach.Union(x);

    public override void Reference(ReferenceCall call)
    {
        Shape from = call.XType(0).Shape, to = call.YType(0).Shape;
        call.Y(0).Fill(call.X(1)[0]);
        Span<int> index = stackalloc int[Shape.MaxRank];
        index.Clear();
        foreach (double x in call.X(0))
        {
            int place = 0;
            for (int axis = 0; axis < from.Rank; axis++)
            {
                place = (place * to[axis]) + Before.Span[axis] + index[axis];
            }

            call.Y(0)[place] = x;
            for (int axis = from.Rank - 1; axis >= 0 && ++index[axis] == from[axis]; axis--)
            {
                index[axis] = 0;
            }
        }
    }
}

public sealed partial class Tensor
{
    /// <summary>A border of one number: <c>before[i]</c> elements before axis i and <c>after[i]</c> behind it.</summary>
    /// <remarks>Gradient: dy without its border.</remarks>
    /// <exception cref="ShapeException">The lists do not name a width of 0 or more for each axis.</exception>
    public Tensor Pad(ReadOnlySpan<int> before, ReadOnlySpan<int> after, double value = 0)
    {
        MustBeWidths(before, after);
        return Apply(new Pad(new AxisList(before), new AxisList(after)), this, Scalar(value, DType, Device));
    }

    private void MustBeWidths(ReadOnlySpan<int> before, ReadOnlySpan<int> after)
    {
        bool IsWidth(ReadOnlySpan<int> widths) => widths.Length == Rank && !widths.ContainsAnyInRange(int.MinValue, -1);

        if (!IsWidth(before) || !IsWidth(after))
        {
            throw new ShapeException(
                $"pad: {Shape} needs {Rank} widths of 0 or more on each side, not ({string.Join(", ", before.ToArray())}) before and "
                + $"({string.Join(", ", after.ToArray())}) after; Narrow cuts an axis.");
        }
    }
}
