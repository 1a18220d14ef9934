namespace Descent;

/// <summary>The axes in another order.</summary>
/// <remarks>Gradient: dy permuted back.</remarks>
internal sealed record Permute(AxisList Axes) : ViewOp
{
    public override string Name => "permute";

    public override OpTypes Infer(ReadOnlySpan<TensorType> x)
    {
        ReadOnlySpan<int> axes = Axes.Span;
        int seen = 0;
        foreach (int axis in axes)
        {
            seen |= 1 << x[0].Shape.Axis(axis, Name);
        }

        if (axes.Length != x[0].Shape.Rank || seen != (1 << axes.Length) - 1)
        {
            throw new ShapeException($"permute: ({string.Join(", ", axes.ToArray())}) does not name each axis of {x[0].Shape} once.");
        }

        return x[0] with { Shape = Strided.Dense(x[0].Shape).Permute(axes).Shape };
    }

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed)
    {
        int[] inverse = new int[Axes.Span.Length];
        for (int i = 0; i < inverse.Length; i++)
        {
            inverse[Axes.Span[i]] = i;
        }

        return [((Tensor)dy).Permute(inverse)];
    }

    internal override bool TryView(in Strided input, out Strided output)
    {
        output = input.Permute(Axes.Span);
        return true;
    }
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Permute"/>
    /// <exception cref="ShapeException">The list does not name each axis once.</exception>
    public Tensor Permute(params ReadOnlySpan<int> axes)
    {
        Span<int> fromFront = stackalloc int[axes.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            fromFront[i] = Shape.Axis(axes[i], "permute");
        }

        return Apply(new Permute(new AxisList(fromFront)), this);
    }

    /// <summary>The last two axes exchanged: the transposed matrix, or a batch of them.</summary>
    public Tensor T => Transpose(-2, -1);

    /// <summary>Two axes exchanged.</summary>
    public Tensor Transpose(int axis1, int axis2)
    {
        axis1 = Shape.Axis(axis1, "transpose");
        axis2 = Shape.Axis(axis2, "transpose");
        int[] axes = [.. Enumerable.Range(0, Rank)];
        (axes[axis1], axes[axis2]) = (axes[axis2], axes[axis1]);
        return Permute(axes);
    }
}
