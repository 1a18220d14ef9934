namespace Descent;

/// <summary>The same elements, row-major, under another shape.</summary>
/// <remarks>Gradient: dy reshaped back.</remarks>
internal sealed record Reshape(Shape To) : ViewOp
{
    public override string Name => "reshape";

    public override OpTypes Infer(ReadOnlySpan<TensorType> x) => x[0].Shape.Count == To.Count
        ? x[0] with { Shape = To }
        : throw new ShapeException($"reshape: {x[0].Shape} has {x[0].Shape.Count} elements, but {To} has {To.Count}.");

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) => [((Tensor)dy).Reshape(x[0].Shape)];

    internal override bool TryView(in Strided input, out Strided output) => input.TryReshape(To, out output);
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Reshape"/>
    /// <exception cref="ShapeException">The number of elements differs.</exception>
    public Tensor Reshape(Shape shape) => shape == Shape ? this : Apply(new Reshape(shape), this);

    /// <summary>The same elements under another shape; one size may be −1 and is then what remains.</summary>
    /// <exception cref="ShapeException">The number of elements differs, or two sizes are −1.</exception>
    public Tensor Reshape(params ReadOnlySpan<int> sizes)
    {
        int open = sizes.IndexOf(-1);
        if (open < 0)
        {
            return Reshape(new Shape(sizes));
        }

        int[] filled = sizes.ToArray();
        filled[open] = 1;
        if (Array.IndexOf(filled, -1) >= 0)
        {
            throw new ShapeException("reshape: at most one size may be -1.");
        }

        long known = new Shape(filled).Count;
        if (known == 0 || Shape.Count % known != 0)
        {
            throw new ShapeException(
                $"reshape: {Shape} has {Shape.Count} elements, which the given sizes ({known} together) do not divide.");
        }

        filled[open] = (int)(Shape.Count / known);
        return Reshape(new Shape(filled));
    }

    /// <summary>The axes from <paramref name="from"/> on made one: (N, C, H, W) → (N, C·H·W).</summary>
    public Tensor Flatten(int from = 1)
    {
        from = Shape.Axis(from, "flatten");
        int[] sizes = [.. Shape.Sizes[..from], -1];
        return Shape.Count == 0 ? Reshape(new Shape([.. Shape.Sizes[..from], 0])) : Reshape(sizes);
    }
}
