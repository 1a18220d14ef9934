namespace Descent;

/// <summary>The slices of an axis that the indices name: rows of a matrix, embeddings of words.</summary>
/// <remarks>
/// Shapes: x (…, n, …), indices (i, j, …) → (…, i, j, …, …): the axis is replaced by the axes of the indices.
/// Gradient: <see cref="ScatterAdd"/>. An index outside [0, n) is an error.
/// </remarks>
internal sealed record Gather(int Axis) : Op
{
    public override string Name => "gather";

    public override OpTypes Infer(ReadOnlySpan<TensorType> t)
    {
        Indices.MustBeInteger(t[1], Name);
        Shape x = t[0].Shape;
        return t[0] with { Shape = new Shape([.. x.Sizes[..Axis], .. t[1].Shape.Sizes, .. x.Sizes[(Axis + 1)..]]) };
    }

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) =>
        [Tensor.Apply(new ScatterAdd(Axis, x[0].Shape[Axis]), dy, x[1]), null];

    internal override int IndexInput => 1;

    internal override bool IsDifferentiable(int input) => input == 0;

    public override void Reference(ReferenceCall call)
    {
        var (outer, size, inner) = AxisSplit.Of(call.XType(0).Shape, Axis);
        ReadOnlySpan<double> indices = call.X(1);
        for (int i = 0; i < indices.Length; i++)
        {
            int index = Indices.In(indices[i], size, call.XType(1).Shape, i, Name);
            for (int o = 0; o < outer; o++)
            {
                call.X(0).Slice(((o * size) + index) * inner, inner).CopyTo(call.Y(0)[(((o * indices.Length) + i) * inner)..]);
            }
        }
    }
}

/// <summary>Zeros with the slices of the input added where the indices say; slices of one index add up in their order.</summary>
/// <remarks>
/// Shapes: x (…, i, j, …, …), indices (i, j, …) → (…, n, …). Gradient: <see cref="Gather"/>. An index outside [0, n) is an error.
/// </remarks>
internal sealed record ScatterAdd(int Axis, int Size) : Op
{
    public override string Name => "scatter-add";

    public override OpTypes Infer(ReadOnlySpan<TensorType> t)
    {
        Indices.MustBeInteger(t[1], Name);
        MustBeNumbers(t[0], Name);
        Shape x = t[0].Shape, indices = t[1].Shape;
        if (x.Rank < Axis + indices.Rank || !x.Sizes.Slice(Axis, indices.Rank).SequenceEqual(indices.Sizes))
        {
            throw new ShapeException($"scatter-add: from axis {Axis} on, {t[0]} must have the axes of the indices, {indices}.");
        }

        return t[0] with { Shape = new Shape([.. x.Sizes[..Axis], Size, .. x.Sizes[(Axis + indices.Rank)..]]) };
    }

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) =>
        [((Tensor)dy).Gather(x[1], Axis), null];

    /// <exception cref="ShapeException">The type is bool.</exception>
    internal static void MustBeNumbers(TensorType type, string op)
    {
        if (type.DType == DType.Bool)
        {
            throw new ShapeException($"{op}: {type} holds no numbers to add; cast it with To(DType.I64).");
        }
    }

    internal override int IndexInput => 1;

    internal override bool IsDifferentiable(int input) => input == 0;

    public override void Reference(ReferenceCall call)
    {
        var (outer, size, inner) = AxisSplit.Of(call.YType(0).Shape, Axis);
        ReadOnlySpan<double> indices = call.X(1);
        for (int i = 0; i < indices.Length; i++)
        {
            int index = Indices.In(indices[i], size, call.XType(1).Shape, i, Name);
            for (int o = 0; o < outer; o++)
            {
                ReadOnlySpan<double> slice = call.X(0).Slice(((o * indices.Length) + i) * inner, inner);
                Span<double> sum = call.Y(0).Slice(((o * size) + index) * inner, inner);
                for (int e = 0; e < inner; e++)
                {
                    sum[e] += slice[e];
                }
            }
        }
    }
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Gather"/>
    /// <exception cref="ShapeException">The indices are not u8, i32 or i64, or the axis does not exist.</exception>
    /// <exception cref="IndexException">When computed: an index lies outside the axis.</exception>
    public Tensor Gather(Tensor indices, int axis = 0) => Apply(new Gather(Shape.Axis(axis, "gather")), this, indices);

    /// <summary>This with slices added along an axis where the indices say; slices of one index add up in their order.</summary>
    /// <remarks>
    /// Shapes: x (…, n, …), indices (i, j, …), slices (…, i, j, …, …) → (…, n, …). Gradients: dx = dy; of the slices, dy gathered.
    /// </remarks>
    /// <exception cref="ShapeException">The shapes do not fit, or the indices are not u8, i32 or i64.</exception>
    /// <exception cref="IndexException">When computed: an index lies outside the axis.</exception>
    public Tensor ScatterAdd(Tensor indices, Tensor slices, int axis = 0)
    {
        axis = Shape.Axis(axis, "scatter-add");
        Tensor scattered = Apply(new ScatterAdd(axis, Shape[axis]), slices, indices);
        return scattered.Shape == Shape
            ? this + scattered
            : throw new ShapeException(
                $"scatter-add: slices {slices.Shape} at indices {indices.Shape} make {scattered.Shape}, not {Shape}.");
    }
}
