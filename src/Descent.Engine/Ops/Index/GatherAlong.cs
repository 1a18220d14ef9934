namespace Descent;

/// <summary>
/// One element per index along an axis, other axes in step: <c>y[n, j] = x[n, indices[n, j]]</c>. How a loss reads the score of each row's
/// class.
/// </summary>
/// <remarks>
/// Shapes: x (…, n, …), indices (…, k, …) → (…, k, …); the other axes have equal sizes. Gradient: <see cref="ScatterAddAlong"/>.
/// An index outside [0, n) is an error.
/// </remarks>
internal sealed record GatherAlong(int Axis) : Op
{
    public override string Name => "gather-along";

    public override OpTypes Infer(ReadOnlySpan<TensorType> t)
    {
        MustBeInStep(t[0], t[1], Axis, Name);
        return t[0] with { Shape = t[1].Shape };
    }

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) =>
        [Tensor.Apply(new ScatterAddAlong(Axis, x[0].Shape[Axis]), dy, x[1]), null];

    internal override int IndexInput => 1;

    internal override bool IsDifferentiable(int input) => input == 0;

    public override void Reference(ReferenceCall call)
    {
        var (outer, size, inner) = AxisSplit.Of(call.XType(0).Shape, Axis);
        int picks = call.XType(1).Shape[Axis];
        for (int i = 0; i < call.X(1).Length; i++)
        {
            int index = Indices.In(call.X(1)[i], size, call.XType(1).Shape, i, Name);
            call.Y(0)[i] = call.X(0)[(((i / (picks * inner) * size) + index) * inner) + (i % inner)];
        }
    }

    /// <summary>Checks that two shapes differ at most in one axis, and that the second holds indices.</summary>
    internal static void MustBeInStep(TensorType x, TensorType indices, int axis, string op)
    {
        Indices.MustBeInteger(indices, op);
        if (x.Shape.Rank != indices.Shape.Rank || x.Shape.With(axis, 0) != indices.Shape.With(axis, 0))
        {
            throw new ShapeException($"{op}: {x} and indices {indices.Shape} must agree in all axes but axis {axis}.");
        }
    }
}

/// <summary>Zeros with each element added where its index says along an axis, other axes in step.</summary>
/// <remarks>
/// Shapes: x and indices (…, k, …) → (…, n, …). Elements of one index add up in their order. Gradient: <see cref="GatherAlong"/>.
/// </remarks>
internal sealed record ScatterAddAlong(int Axis, int Size) : Op
{
    public override string Name => "scatter-add-along";

    public override OpTypes Infer(ReadOnlySpan<TensorType> t)
    {
        Indices.MustBeInteger(t[1], Name);
        ScatterAdd.MustBeNumbers(t[0], Name);
        return t[0].Shape == t[1].Shape
            ? t[0] with { Shape = t[0].Shape.With(Axis, Size) }
            : throw new ShapeException($"{Name}: {t[0]} must have the shape of the indices, {t[1].Shape}.");
    }

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) => [((Tensor)dy).GatherAlong(x[1], Axis), null];

    internal override int IndexInput => 1;

    internal override bool IsDifferentiable(int input) => input == 0;

    public override void Reference(ReferenceCall call)
    {
        var (outer, size, inner) = AxisSplit.Of(call.YType(0).Shape, Axis);
        int picks = call.XType(1).Shape[Axis];
        for (int i = 0; i < call.X(1).Length; i++)
        {
            int index = Indices.In(call.X(1)[i], size, call.XType(1).Shape, i, Name);
            call.Y(0)[(((i / (picks * inner) * size) + index) * inner) + (i % inner)] += call.X(0)[i];
        }
    }
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.GatherAlong"/>
    /// <exception cref="ShapeException">The indices are not u8, i32 or i64, or another axis differs in size.</exception>
    /// <exception cref="IndexException">When computed: an index lies outside the axis.</exception>
    public Tensor GatherAlong(Tensor indices, int axis = -1) => Apply(new GatherAlong(Shape.Axis(axis, "gather-along")), this, indices);

    /// <summary>
    /// This with one number per index added along an axis, other axes in step: <c>y[n, indices[n, j]] += numbers[n, j]</c>. Numbers of one
    /// index add up in their order.
    /// </summary>
    /// <remarks>
    /// Shapes: x (…, n, …), indices and numbers (…, k, …) → (…, n, …); the other axes have equal sizes. Gradients: dx = dy; of the
    /// numbers, dy gathered along the axis.
    /// </remarks>
    /// <exception cref="ShapeException">The shapes do not fit, or the indices are not u8, i32 or i64.</exception>
    /// <exception cref="IndexException">When computed: an index lies outside the axis.</exception>
    public Tensor ScatterAddAlong(Tensor indices, Tensor numbers, int axis = -1)
    {
        axis = Shape.Axis(axis, "scatter-add-along");
        Tensor scattered = Apply(new ScatterAddAlong(axis, Shape[axis]), numbers, indices);
        return scattered.Shape == Shape
            ? this + scattered
            : throw new ShapeException($"scatter-add-along: numbers {numbers.Shape} make {scattered.Shape}, not {Shape}.");
    }
}
