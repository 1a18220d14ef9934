using Descent.Kernels;

namespace Descent;

/// <summary>The solution of a triangular system by substitution: <c>T·X = B</c>.</summary>
/// <remarks>
/// Shapes: T (…, n, n), B (…, n, k) → X (…, n, k), the leading axes alike. Only the named triangle of T is read. Computed in double.
/// Gradients: <c>dB = T⁻ᵀ·dX</c>, <c>dT = −dB·Xᵀ</c> within the triangle.
/// </remarks>
internal sealed record SolveTriangular(bool Upper) : Op
{
    public override string Name => "solve-triangular";

    public override OpTypes Infer(ReadOnlySpan<TensorType> t)
    {
        Matrices.MustBeSquare(t[0], Name);
        Shape a = t[0].Shape, b = t[1].Shape;
        return b.Rank == a.Rank && b[^2] == a[^1] && Matrices.Batch(a) == Matrices.Batch(b) && t[1].DType == DType.F64
            ? t[1]
            : throw new ShapeException($"{Name}: a matrix {a} needs right-hand sides (…, {a[^1]}, k) of the same leading axes, but they are {t[1]}.");
    }

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed)
    {
        Tensor db = x[0].T.SolveTriangular(dy, !Upper);
        Tensor? dt = null;
        if (needed[0])
        {
            Tensor full = -db.MatMul(y[0].T);
            dt = Upper ? full.Triu() : full.Tril();
        }

        return [dt, needed[1] ? db : null];
    }

    public override void Reference(ReferenceCall call)
    {
        Shape shape = call.XType(0).Shape;
        int n = shape[^1], columns = call.YType(0).Shape[^1];
        call.X(1).CopyTo(call.Y(0));
        for (int i = 0; i < Matrices.Batch(shape).Count; i++)
        {
            int pivot = TriangularSystem.Run(call.X(0).Slice(i * n * n, n * n), call.Y(0).Slice(i * n * columns, n * columns), n, columns, Upper);
            if (pivot < n)
            {
                throw new LinearAlgebraException($"{Name}: {Matrices.Place(shape, i)} is singular: element ({pivot}, {pivot}) is 0.");
            }
        }
    }
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.SolveTriangular"/>
    /// <param name="b">The right-hand sides, one in each column.</param>
    /// <param name="upper">Reads the upper triangle in place of the lower one.</param>
    /// <exception cref="ShapeException">This is no square matrix of floating-point numbers, or the sizes do not fit.</exception>
    /// <exception cref="LinearAlgebraException">When computed: an element of the diagonal is 0.</exception>
    public Tensor SolveTriangular(Tensor b, bool upper = false) =>
        InDouble(b, x => Apply(new SolveTriangular(upper), DType == DType.F32 ? To(DType.F64) : this, x));
}
