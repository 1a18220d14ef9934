namespace Descent;

/// <summary>The same values in another element type.</summary>
/// <remarks>
/// Gradient: dy cast back, between f32 and f64 only. Numerics: floats are rounded to the nearest; from a float to an integer the fraction
/// is cut off, what lies beyond the type becomes its limit, and NaN 0; from an integer to a narrower one the low bits stay; every number
/// but 0 is true.
/// </remarks>
internal sealed record Cast(DType To) : Op
{
    public override string Name => "cast";

    public override OpTypes Infer(ReadOnlySpan<TensorType> x) => x[0] with { DType = To };

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) => [((Tensor)dy).To(x[0].DType)];

    internal override bool IsDifferentiable(int input) => To.IsFloat();

    internal override Reach? ReachOf(ReadOnlySpan<Reach?> x, ReadOnlySpan<TensorType> types) => Reach.Union(x);

    public override void Reference(ReferenceCall call)
    {
        bool isFloat = call.XType(0).DType.IsFloat();
        for (int i = 0; i < call.Y(0).Length; i++)
        {
            double x = call.X(0)[i];
            call.Y(0)[i] = To switch
            {
                DType.Bool => x == 0 ? 0 : 1,
                DType.F32 => (float)x,
                DType.F64 => x,
                DType.U8 => isFloat ? (byte)Math.Clamp(x, byte.MinValue, byte.MaxValue) : unchecked((byte)(long)x),
                DType.I32 => isFloat ? (int)x : unchecked((int)(long)x),
                _ => (long)x,
            };
        }
    }
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Cast"/>
    public Tensor To(DType type) => type == DType ? this : Apply(new Cast(type), this);
}
