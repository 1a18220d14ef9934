namespace Descent;

/// <summary>Stretched to a larger shape: axes are matched from the last, a size of 1 repeats.</summary>
/// <remarks>Gradient: dy summed over the repeated axes.</remarks>
internal sealed record Expand(Shape To) : ViewOp
{
    public override string Name => "expand";

    public override OpTypes Infer(ReadOnlySpan<TensorType> x) => Shape.Broadcast(x[0].Shape, To, Name) == To
        ? x[0] with { Shape = To }
        : throw new ShapeException($"expand: {x[0].Shape} does not stretch to {To}: only axes of size 1 repeat.");

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) => [dy];

    internal override bool TryView(in Strided input, out Strided output)
    {
        output = input.Expand(To);
        return true;
    }
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Expand"/>
    /// <exception cref="ShapeException">A size other than 1 would have to change.</exception>
    public Tensor Expand(Shape shape) => shape == Shape ? this : Apply(new Expand(shape), this);
}
