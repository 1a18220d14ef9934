namespace Descent;

/// <summary>The inputs one behind the other along an axis.</summary>
/// <remarks>Shapes: (…, n₁, …), (…, n₂, …), … → (…, n₁ + n₂ + …, …). Gradients: each input's part of dy.</remarks>
internal sealed record Concat(int Axis) : Op
{
    public override string Name => "concat";

    public override OpTypes Infer(ReadOnlySpan<TensorType> t)
    {
        int size = 0;
        for (int i = 0; i < t.Length; i++)
        {
            if (t[i].Shape.Rank != t[0].Shape.Rank || t[i].Shape.With(Axis, 0) != t[0].Shape.With(Axis, 0) || t[i].DType != t[0].DType)
            {
                throw new ShapeException(
                    $"concat: tensor {i} is {t[i]} but tensor 0 is {t[0]}: only axis {Axis} may differ; "
                    + "cast with To(DType) where the element types do.");
            }

            size = checked(size + t[i].Shape[Axis]);
        }

        return t[0] with { Shape = t[0].Shape.With(Axis, size) };
    }

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed)
    {
        var result = new Tensor?[x.Count];
        int start = 0;
        for (int i = 0; i < result.Length; i++)
        {
            int size = x[i].Shape[Axis];
            result[i] = needed[i] ? ((Tensor)dy).Narrow(Axis, start, size) : null;
            start += size;
        }

        return result;
    }

    internal override Reach? ReachOf(ReadOnlySpan<Reach?> x, ReadOnlySpan<TensorType> types) => Reach.Union(x);

    public override void Reference(ReferenceCall call)
    {
        AxisSplit to = AxisSplit.Of(call.YType(0).Shape, Axis);
        int start = 0;
        for (int input = 0; input < call.InputCount; input++)
        {
            AxisSplit from = AxisSplit.Of(call.XType(input).Shape, Axis);
            int run = from.Size * from.Inner;
            for (int o = 0; o < from.Outer; o++)
            {
                call.X(input).Slice(o * run, run).CopyTo(call.Y(0)[((o * to.Size * to.Inner) + start)..]);
            }

            start += run;
        }
    }
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Concat"/>
    /// <exception cref="ShapeException">There is no tensor, or they differ in more than the axis.</exception>
    public static Tensor Concat(int axis, params ReadOnlySpan<Tensor> tensors) => tensors.Length == 0
        ? throw new ShapeException("concat: there is nothing to put together; pass at least one tensor.")
        : Apply(new Concat(tensors[0].Shape.Axis(axis, "concat")), tensors);

    /// <summary>The inputs, which have one shape, one behind the other along a new axis.</summary>
    /// <exception cref="ShapeException">There is no tensor, or their shapes differ.</exception>
    public static Tensor Stack(int axis, params ReadOnlySpan<Tensor> tensors)
    {
        var layers = new Tensor[tensors.Length];
        for (int i = 0; i < layers.Length; i++)
        {
            layers[i] = tensors[i].Shape == tensors[0].Shape
                ? tensors[i].Unsqueeze(axis)
                : throw new ShapeException(
                    $"stack: tensor {i} is {tensors[i].Type} but tensor 0 is {tensors[0].Type}: all must have one shape.");
        }

        // A negative axis counts in the result, which has one axis more, and so do the layers.
        return Concat(axis, layers);
    }

    /// <summary>The axis cut into parts of the given sizes.</summary>
    /// <exception cref="ShapeException">The sizes do not add up to the axis.</exception>
    public Tensor[] Split(int axis, params ReadOnlySpan<int> sizes)
    {
        axis = Shape.Axis(axis, "split");
        var parts = new Tensor[sizes.Length];
        int start = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = Narrow(axis, start, sizes[i]);
            start += sizes[i];
        }

        return start == Shape[axis]
            ? parts
            : throw new ShapeException($"split: the sizes add up to {start}, but axis {axis} of {Shape} has {Shape[axis]}.");
    }
}
