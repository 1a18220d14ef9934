using Descent.Kernels;

namespace Descent;

/// <summary>Eigenvalues and eigenvectors of a symmetric matrix: <c>A = V·diag(w)·Vᵀ</c>.</summary>
/// <remarks>
/// Shapes: A (…, n, n) → w (…, n) ascending, V (…, n, n) with eigenvectors as columns, the largest element of each positive. ½(A + Aᵀ) is what is
/// factored. Computed in double. Gradient: the symmetric part of <c>V·(diag(dw) + F∘(Vᵀ·dV))·Vᵀ</c> with <c>F[i, j] = 1 / (w[j] − w[i])</c>
/// beside the diagonal; through V it has no value where eigenvalues are equal. Giles, "Collected Matrix Derivative Results for Forward
/// and Reverse Mode Algorithmic Differentiation", 2008, section 3.1.
/// </remarks>
internal sealed record Eigh : Op
{
    public static readonly Eigh Op = new();

    public override string Name => "eigh";

    public override OpTypes Infer(ReadOnlySpan<TensorType> t)
    {
        Matrices.MustBeSquare(t[0], Name);
        return new[] { t[0] with { Shape = new Shape(t[0].Shape.Sizes[..^1]) }, t[0] };
    }

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed)
    {
        Tensor w = y[0], v = y[1], zero = Tensor.Scalar(0, DType.F64, w.Device);
        Tensor? inner = dy[0] is { } dw ? dw.Unsqueeze(-1).Expand(v.Shape).Tril().Triu() : null;
        if (dy[1] is { } dv)
        {
            Tensor gaps = w.Unsqueeze(-2) - w.Unsqueeze(-1);
            Tensor isDiagonal = Tensor.Ones(v.Shape, DType.F64, w.Device).Tril().Triu();
            Tensor part = Tensor.Select(isDiagonal, zero, v.T.MatMul(dv) / (gaps + isDiagonal));
            inner = inner is null ? part : inner + part;
        }

        Tensor dA = v.MatMul(inner!).MatMul(v.T);
        return [(dA + dA.T) * 0.5];
    }

    public override void Reference(ReferenceCall call)
    {
        Shape shape = call.XType(0).Shape;
        int n = shape[^1], size = n * n;
        for (int i = 0; i < Matrices.Batch(shape).Count; i++)
        {
            if (!SymmetricEigen.Run(call.X(0).Slice(i * size, size), call.Y(0).Slice(i * n, n), call.Y(1).Slice(i * size, size), n))
            {
                throw new LinearAlgebraException($"eigh: {Matrices.Place(shape, i)} holds values that are not finite.");
            }
        }
    }
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Eigh"/>
    /// <exception cref="ShapeException">This is no square matrix of floating-point numbers.</exception>
    /// <exception cref="LinearAlgebraException">When computed: a value is not finite.</exception>
    public (Tensor Values, Tensor Vectors) Eigh()
    {
        Tensor values = Apply(Descent.Eigh.Op, DType == DType.F32 ? To(DType.F64) : this), vectors = values.Output(1);
        return (values.To(DType), vectors.To(DType));
    }
}
