namespace Descent;

/// <summary>Matrix product, batched over leading axes that broadcast: <c>C = A·B</c>.</summary>
/// <remarks>
/// Shapes: A (…, m, k), B (…, k, n) → C (…, m, n). Gradients: <c>dA = dC·Bᵀ</c>, <c>dB = Aᵀ·dC</c>, summed over axes that were stretched.
/// A transposed operand costs nothing: the planner hands the kernel its steps.
/// </remarks>
internal sealed record MatMul : Op
{
    public static readonly MatMul Op = new();

    public override string Name => "matmul";

    public override OpTypes Infer(ReadOnlySpan<TensorType> t)
    {
        Shape a = t[0].Shape, b = t[1].Shape;
        if (a.Rank < 2 || b.Rank < 2)
        {
            throw new ShapeException($"matmul: both operands must be matrices or batches of them, but they are {t[0]} and {t[1]}.");
        }

        if (a[^1] != b[^2])
        {
            throw new ShapeException($"matmul: inner sizes differ: {a} · {b} has {a[^1]} columns against {b[^2]} rows.");
        }

        Shape batch = Shape.Broadcast(new Shape(a.Sizes[..^2]), new Shape(b.Sizes[..^2]), Name);
        DType type = DTypes.Promote(t[0].DType, t[1].DType);
        return new TensorType(new Shape([.. batch.Sizes, a[^2], b[^1]]), type.IsFloat() ? type : DType.F32);
    }

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dC, Needed needed)
    {
        // One matrix for a whole batch gets one product over all rows, not the sum of a product per matrix.
        bool isShared = x[1].Rank == 2 && x[0].Rank > 2;
        return
        [
            needed[0] ? ((Tensor)dC).MatMul(x[1].T) : null,
            !needed[1] ? null : isShared ? Rows(x[0]).T.MatMul(Rows(dC)) : x[0].T.MatMul(dC),
        ];

        static Tensor Rows(Tensor batch) => batch.Reshape(new Shape(checked((int)new Shape(batch.Shape.Sizes[..^1]).Count), batch.Shape[^1]));
    }

    internal override long MultiplyAdds(ReadOnlySpan<TensorType> x, TensorType y) => y.Count * x[0].Shape[^1];

    public override void Reference(ReferenceCall call)
    {
        Shape a = call.XType(0).Shape, b = call.XType(1).Shape, c = call.YType(0).Shape;
        int m = c[^2], n = c[^1], k = a[^1];
        Shape batch = new(c.Sizes[..^2]);
        double[] offsetsA = Offsets(new Shape(a.Sizes[..^2]), batch), offsetsB = Offsets(new Shape(b.Sizes[..^2]), batch);
        for (int i = 0; i < batch.Count; i++)
        {
            ReadOnlySpan<double> matrixA = call.X(0).Slice((int)offsetsA[i] * m * k, m * k);
            ReadOnlySpan<double> matrixB = call.X(1).Slice((int)offsetsB[i] * k * n, k * n);
            Span<double> matrixC = call.Y(0).Slice(i * m * n, m * n);
            for (int row = 0; row < m; row++)
            {
                for (int p = 0; p < k; p++)
                {
                    double factor = matrixA[(row * k) + p];
                    for (int column = 0; column < n; column++)
                    {
                        matrixC[(row * n) + column] += factor * matrixB[(p * n) + column];
                    }
                }
            }
        }
    }

    /// <summary>For each matrix of the batch the index of the operand's matrix.</summary>
    private static double[] Offsets(Shape operand, Shape batch)
    {
        double[] index = new double[operand.Count];
        for (int i = 0; i < index.Length; i++)
        {
            index[i] = i;
        }

        double[] result = new double[batch.Count];
        Broadcasting.Stretch(index, operand, result, batch);
        return result;
    }
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.MatMul"/>
    /// <exception cref="ShapeException">The inner sizes differ, or leading axes do not broadcast.</exception>
    public Tensor MatMul(Tensor other) => Apply(Descent.MatMul.Op, this, other);
}
