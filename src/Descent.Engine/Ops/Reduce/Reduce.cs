using Descent.Kernels;

namespace Descent;

/// <summary>Which reduction is taken over an axis.</summary>
internal enum Reduction : byte
{
    Sum,
    Max,
    Min,
}

/// <summary>A value per row over the named axes: sum, maximum or minimum. The reduced axes keep size 1; a reshape drops them.</summary>
/// <remarks>
/// Gradients: of a sum, dy for each element; of a maximum or minimum, dy shared evenly among the elements that attain it.
/// Numerics: f32 adds in a fixed tree, so that the result does not depend on threads. NaN wins a maximum and a minimum.
/// Integers and booleans add up to i64, exactly. An empty sum is 0; an empty maximum or minimum is an error.
/// </remarks>
internal sealed record Reduce(Reduction Kind, AxisList Axes) : Op
{
    public override string Name => Kind switch { Reduction.Sum => "sum", Reduction.Max => "max", _ => "min" };

    public override OpTypes Infer(ReadOnlySpan<TensorType> x)
    {
        Shape shape = x[0].Shape;
        foreach (int axis in Axes.Span)
        {
            if (shape[axis] == 0 && Kind != Reduction.Sum)
            {
                throw new ShapeException($"{Name}: axis {axis} of {shape} is empty, and an empty {Name} has no value.");
            }

            shape = shape.With(axis, 1);
        }

        return new TensorType(shape, Kind == Reduction.Sum && !x[0].DType.IsFloat() ? DType.I64 : x[0].DType);
    }

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed)
    {
        if (Kind == Reduction.Sum)
        {
            return [((Tensor)dy).Expand(x[0].Shape)];
        }

        Tensor attains = x[0].EqualTo(y[0]).To(x[0].DType);
        return [attains * (dy / attains.Sum(Axes.Span, keepDims: true))];
    }

    public override void Reference(ReferenceCall call)
    {
        Span<double> y = call.Y(0);
        ReadOnlySpan<double> x = call.X(0);
        Shape from = call.XType(0).Shape;
        if (Kind != Reduction.Sum)
        {
            y.Fill(Kind == Reduction.Max ? double.NegativeInfinity : double.PositiveInfinity);
        }

        Strided target = Strided.Dense(call.YType(0).Shape).Expand(from);
        Span<int> index = stackalloc int[Shape.MaxRank];
        index.Clear();
        long offset = 0;
        for (int i = 0; i < x.Length; i++)
        {
            ref double to = ref y[(int)offset];
            to = Kind switch { Reduction.Sum => to + x[i], Reduction.Max => Math.Max(to, x[i]), _ => Math.Min(to, x[i]) };
            for (int axis = from.Rank - 1; axis >= 0; axis--)
            {
                offset += target[axis];
                if (++index[axis] < from[axis])
                {
                    break;
                }

                offset -= target[axis] * from[axis];
                index[axis] = 0;
            }
        }
    }
}

public sealed partial class Tensor
{
    /// <summary>The sum over the named axes, over all where none is named.</summary>
    /// <remarks>Gradient: dy for each element. Integers and booleans give i64. An empty sum is 0.</remarks>
    /// <exception cref="ShapeException">An axis does not exist.</exception>
    public Tensor Sum(ReadOnlySpan<int> axes = default, bool keepDims = false) => ReduceOver(Reduction.Sum, axes, keepDims);

    /// <summary>The largest element over the named axes, over all where none is named.</summary>
    /// <remarks>Gradient: dy shared evenly among the elements that attain it. NaN wins.</remarks>
    /// <exception cref="ShapeException">An axis does not exist or is empty.</exception>
    public Tensor Max(ReadOnlySpan<int> axes = default, bool keepDims = false) => ReduceOver(Reduction.Max, axes, keepDims);

    /// <summary>The smallest element over the named axes, over all where none is named.</summary>
    /// <remarks>Gradient: dy shared evenly among the elements that attain it. NaN wins.</remarks>
    /// <exception cref="ShapeException">An axis does not exist or is empty.</exception>
    public Tensor Min(ReadOnlySpan<int> axes = default, bool keepDims = false) => ReduceOver(Reduction.Min, axes, keepDims);

    /// <summary>The mean over the named axes, over all where none is named: <c>Σx / n</c>.</summary>
    /// <remarks>Gradient: <c>dy / n</c> for each element. Integers and booleans give f32.</remarks>
    /// <exception cref="ShapeException">An axis does not exist.</exception>
    public Tensor Mean(ReadOnlySpan<int> axes = default, bool keepDims = false)
    {
        Tensor sum = (DType.IsFloat() ? this : To(DType.F32)).Sum(axes, keepDims);
        return sum * ((double)sum.Shape.Count / Shape.Count);
    }

    private Tensor ReduceOver(Reduction kind, ReadOnlySpan<int> axes, bool keepDims)
    {
        var list = AxisList.Of(axes, Shape, kind.ToString().ToLowerInvariant());
        Tensor reduced = list.Span.Length == 0 ? this : Apply(new Reduce(kind, list), this);
        return keepDims ? reduced : reduced.Reshape(Dropped(list));
    }

    /// <summary>This shape without the listed axes.</summary>
    private Shape Dropped(AxisList axes)
    {
        Span<int> sizes = stackalloc int[Shape.MaxRank];
        int rank = 0;
        for (int axis = 0; axis < Rank; axis++)
        {
            if (!axes.Contains(axis))
            {
                sizes[rank++] = Shape[axis];
            }
        }

        return new Shape(sizes[..rank]);
    }
}
