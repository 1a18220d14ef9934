namespace Descent;

/// <summary>The index along an axis of its largest or smallest element, as i64; the axis keeps size 1.</summary>
/// <remarks>
/// Shapes: (…, n, …) → (…, 1, …). The first of equal elements wins; NaN beats every number, and the first NaN wins. No gradient.
/// </remarks>
internal sealed record ArgMax(Reduction Kind, int Axis) : Op
{
    public override string Name => Kind == Reduction.Max ? "argmax" : "argmin";

    public override OpTypes Infer(ReadOnlySpan<TensorType> x) => x[0].Shape[Axis] > 0
        ? new TensorType(x[0].Shape.With(Axis, 1), DType.I64)
        : throw new ShapeException($"{Name}: axis {Axis} of {x[0].Shape} is empty, and an empty {Name} has no value.");

    internal override bool IsDifferentiable(int input) => false;

    public override void Reference(ReferenceCall call)
    {
        var (outer, size, inner) = AxisSplit.Of(call.XType(0).Shape, Axis);
        ReadOnlySpan<double> x = call.X(0);
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < inner; i++)
            {
                int best = 0;
                for (int j = 1; j < size; j++)
                {
                    double candidate = x[(((o * size) + j) * inner) + i], leader = x[(((o * size) + best) * inner) + i];
                    bool beats = Kind == Reduction.Max ? candidate > leader : candidate < leader;
                    if (beats || (double.IsNaN(candidate) && !double.IsNaN(leader)))
                    {
                        best = j;
                    }
                }

                call.Y(0)[(o * inner) + i] = best;
            }
        }
    }
}

public sealed partial class Tensor
{
    /// <summary>The index along the axis of its largest element, as i64; the first of equal ones. NaN is the largest.</summary>
    /// <exception cref="ShapeException">The axis does not exist or is empty.</exception>
    public Tensor ArgMax(int axis, bool keepDims = false) => ArgReduce(Reduction.Max, [axis], keepDims);

    /// <summary>
    /// The position of the largest element among those of the named axes, counted row by row, as i64; of all elements where none is named.
    /// </summary>
    /// <remarks>The first of equal ones. NaN is the largest.</remarks>
    /// <exception cref="ShapeException">An axis does not exist or is empty.</exception>
    public Tensor ArgMax(ReadOnlySpan<int> axes = default, bool keepDims = false) => ArgReduce(Reduction.Max, axes, keepDims);

    /// <summary>The index along the axis of its smallest element, as i64; the first of equal ones. NaN is the smallest.</summary>
    /// <exception cref="ShapeException">The axis does not exist or is empty.</exception>
    public Tensor ArgMin(int axis, bool keepDims = false) => ArgReduce(Reduction.Min, [axis], keepDims);

    /// <summary>
    /// The position of the smallest element among those of the named axes, counted row by row, as i64; of all elements where none is named.
    /// </summary>
    /// <remarks>The first of equal ones. NaN is the smallest.</remarks>
    /// <exception cref="ShapeException">An axis does not exist or is empty.</exception>
    public Tensor ArgMin(ReadOnlySpan<int> axes = default, bool keepDims = false) => ArgReduce(Reduction.Min, axes, keepDims);

    private Tensor ArgReduce(Reduction kind, ReadOnlySpan<int> axes, bool keepDims)
    {
        var list = AxisList.Of(axes, Shape, kind == Reduction.Max ? "argmax" : "argmin");
        Shape kept = Shape;
        foreach (int axis in list.Span)
        {
            kept = kept.With(axis, 1);
        }

        Tensor index = list.Span.Length == 1
            ? Apply(new ArgMax(kind, list.Span[0]), this)
            : Apply(new ArgMax(kind, 1), Rows(list));
        return index.Reshape(keepDims ? kept : Dropped(list));
    }

    /// <summary>A matrix whose rows hold the elements of the listed axes, in their order.</summary>
    private Tensor Rows(AxisList axes)
    {
        int[] order = [.. Enumerable.Range(0, Rank).OrderBy(axis => axes.Contains(axis) ? 1 : 0)];
        int columns = 1;
        foreach (int axis in axes.Span)
        {
            columns *= Shape[axis];
        }

        return Permute(order).Reshape((int)Dropped(axes).Count, columns);
    }
}
