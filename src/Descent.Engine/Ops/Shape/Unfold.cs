namespace Descent;

/// <summary>
/// The windows that slide along an axis, each laid along a new last axis: <c>y[…, p, …, i] = x[…, p·step + i·dilation, …]</c>.
/// </summary>
/// <remarks>
/// Shapes: x (…, n, …) → y (…, n′, …, size) with n′ = ⌊(n − dilation·(size − 1) − 1) / step⌋ + 1. Nothing is copied: windows that overlap
/// share their elements. Gradient: dy added up over the windows that an element stands in.
/// </remarks>
internal sealed record Unfold(int Axis, int Size, int Step, int Dilation) : ViewOp
{
    public override string Name => "unfold";

    public override OpTypes Infer(ReadOnlySpan<TensorType> x)
    {
        Shape shape = x[0].Shape;
        if (Size < 1 || Step < 1 || Dilation < 1 || Extent > shape[Axis])
        {
            throw new ShapeException(
                $"unfold: windows of {Size} elements, {Dilation} apart, in steps of {Step} do not lie in axis {Axis} of {shape}; all three must be at "
                + $"least 1 and a window, which spans {Extent}, no longer than the axis.");
        }

        return x[0] with { Shape = new Shape([.. shape.With(Axis, Windows(shape)).Sizes, Size]) };
    }

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) =>
        [((Tensor)dy).Fold(Axis, x[0].Shape[Axis], Step, Dilation)];

    internal override bool TryView(in Strided input, out Strided output)
    {
        output = input.Unfold(Axis, Windows(input.Shape), Size, Step, Dilation);
        return true;
    }

    private int Extent => (Dilation * (Size - 1)) + 1;

    private int Windows(Shape x) => ((x[Axis] - Extent) / Step) + 1;
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Unfold"/>
    /// <exception cref="ShapeException">A window is longer than the axis, or a number is not positive.</exception>
    public Tensor Unfold(int axis, int size, int step, int dilation = 1) =>
        Apply(new Unfold(Shape.Axis(axis, "unfold"), size, step, dilation), this);

    /// <summary>What <see cref="Unfold"/> laid out in windows added up in an axis of the given size: its transpose.</summary>
    internal Tensor Fold(int axis, int size, int step, int dilation = 1)
    {
        var to = new Shape(Shape.With(axis, size).Sizes[..^1]);
        Tensor? sum = null;
        for (int i = 0; i < Shape[^1]; i++)
        {
            Tensor element = Narrow(-1, i, 1).Squeeze(-1);
            Tensor placed = Apply(new SliceBackward(to, axis, i * dilation, step), element);
            sum = sum is null ? placed : sum + placed;
        }

        return sum!;
    }
}
