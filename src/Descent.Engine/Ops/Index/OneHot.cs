namespace Descent;

/// <summary>Indices as rows that are 1 at the index and 0 elsewhere.</summary>
/// <remarks>Shapes: (…) → (…, classes). No gradient. An index outside [0, classes) is an error.</remarks>
internal sealed record OneHot(int Classes, DType Type) : Op
{
    public override string Name => "one-hot";

    public override OpTypes Infer(ReadOnlySpan<TensorType> indices)
    {
        Indices.MustBeInteger(indices[0], Name);
        return new TensorType(new Shape([.. indices[0].Shape.Sizes, Classes]), Type);
    }

    internal override int IndexInput => 0;

    internal override bool IsDifferentiable(int input) => false;

    public override void Reference(ReferenceCall call)
    {
        for (int i = 0; i < call.X(0).Length; i++)
        {
            call.Y(0)[(i * Classes) + Indices.In(call.X(0)[i], Classes, call.XType(0).Shape, i, Name)] = 1;
        }
    }
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.OneHot"/>
    /// <exception cref="ShapeException">This is not u8, i32 or i64, or <paramref name="classes"/> is negative.</exception>
    /// <exception cref="IndexException">When computed: an index is not a class.</exception>
    public Tensor OneHot(int classes, DType type = DType.F32) => Apply(new OneHot(classes, type), this);
}
