namespace Descent;

/// <summary>The same values in another element type; fractions are cut off towards zero where it is an integer.</summary>
/// <remarks>Gradient: dy cast back, between f32 and f64 only.</remarks>
internal sealed record Cast(DType To) : Op
{
    public override string Name => "cast";

    public override OpTypes Infer(ReadOnlySpan<TensorType> x) => x[0] with { DType = To };

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) => [((Tensor)dy).To(x[0].DType)];

    internal override bool IsDifferentiable(int input) => To.IsFloat();

    public override void Reference(ReferenceCall call)
    {
        for (int i = 0; i < call.Y(0).Length; i++)
        {
            double x = call.X(0)[i];
            call.Y(0)[i] = To switch
            {
                DType.Bool => x == 0 ? 0 : 1,
                DType.F32 => (float)x,
                DType.F64 => x,
                _ => Math.Truncate(x),
            };
        }
    }
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Cast"/>
    public Tensor To(DType type) => type == DType ? this : Apply(new Cast(type), this);
}
