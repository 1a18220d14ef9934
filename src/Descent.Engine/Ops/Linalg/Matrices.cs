namespace Descent;

/// <summary>What the ops of linear algebra ask of their operands: f64 matrices, or batches of them, over leading axes.</summary>
internal static class Matrices
{
    /// <exception cref="ShapeException">It is no square matrix of f64.</exception>
    public static void MustBeSquare(TensorType a, string op)
    {
        if (a.Shape.Rank < 2 || a.Shape[^1] != a.Shape[^2] || a.DType != DType.F64)
        {
            throw new ShapeException($"{op}: the operand must be a square matrix of floating-point numbers or a batch of them, but it is {a}.");
        }
    }

    /// <summary>The axes before the matrix.</summary>
    public static Shape Batch(Shape shape) => new(shape.Sizes[..^2]);

    /// <summary>Which matrix of a batch it is, for messages; nothing where there is but one.</summary>
    public static string Place(Shape shape, int matrix) =>
        shape.Rank > 2 ? $"matrix {Indices.Place(Batch(shape), matrix)} of {shape}" : $"the matrix {shape}";
}

public sealed partial class Tensor
{
    /// <summary>The elements on and below a diagonal, 0 elsewhere: <c>y[i, j] = j ≤ i + diagonal ? x[i, j] : 0</c>.</summary>
    /// <remarks>Shapes: (…, m, n) → same.</remarks>
    /// <exception cref="ShapeException">There are no two axes.</exception>
    public Tensor Tril(int diagonal = 0) => WhereDiagonals(from: int.MinValue, to: diagonal, "tril");

    /// <summary>The elements on and above a diagonal, 0 elsewhere: <c>y[i, j] = j ≥ i + diagonal ? x[i, j] : 0</c>.</summary>
    /// <inheritdoc cref="Tril"/>
    public Tensor Triu(int diagonal = 0) => WhereDiagonals(from: diagonal, to: int.MaxValue, "triu");

    private Tensor WhereDiagonals(int from, int to, string name)
    {
        if (Rank < 2)
        {
            throw new ShapeException($"{name}: x must be a matrix or a batch of them, but it is {Type}.");
        }

        Tensor rows = From([.. Enumerable.Range(0, Shape[^2]).Select(i => (long)i)], new(Shape[^2], 1), Device);
        Tensor columns = From([.. Enumerable.Range(0, Shape[^1]).Select(i => (long)i)], new(Shape[^1]), Device);
        Tensor diagonal = columns - rows;
        return Select((diagonal >= from) & (diagonal <= to), this, Scalar(0, DType, Device));
    }

    /// <summary>Runs an op of doubles on whatever floats these are.</summary>
    private static Tensor InDouble(Tensor x, Func<Tensor, Tensor> op) => x.DType == DType.F32 ? op(x.To(DType.F64)).To(DType.F32) : op(x);
}
