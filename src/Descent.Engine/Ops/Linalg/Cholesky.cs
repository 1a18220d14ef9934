using Descent.Kernels;

namespace Descent;

/// <summary>The lower triangular L of a symmetric positive definite matrix: <c>A = L·Lᵀ</c>.</summary>
/// <remarks>
/// Shapes: A (…, n, n) → L (…, n, n). ½(A + Aᵀ) is what is factored. Computed in double. Gradient: the symmetric part of
/// <c>L⁻ᵀ·Φ(Lᵀ·dL)·L⁻¹</c>, where Φ keeps the lower triangle and halves its diagonal: Murray, "Differentiation of the Cholesky
/// decomposition", 2016, equation 10.
/// </remarks>
internal sealed record Cholesky : Op
{
    public static readonly Cholesky Op = new();

    public override string Name => "cholesky";

    public override OpTypes Infer(ReadOnlySpan<TensorType> t)
    {
        Matrices.MustBeSquare(t[0], Name);
        return t[0];
    }

    public override Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed)
    {
        Tensor l = y[0], inner = l.T.MatMul(dy);
        Tensor phi = (inner.Tril() + inner.Tril(-1)) * 0.5;
        Tensor half = l.T.SolveTriangular(phi, upper: true);
        Tensor dA = l.T.SolveTriangular(half.T, upper: true);
        return [(dA + dA.T) * 0.5];
    }

    public override void Reference(ReferenceCall call)
    {
        Shape shape = call.XType(0).Shape;
        int n = shape[^1], size = n * n;
        for (int i = 0; i < Matrices.Batch(shape).Count; i++)
        {
            int pivot = CholeskyFactor.Run(call.X(0).Slice(i * size, size), call.Y(0).Slice(i * size, size), n);
            if (pivot < n)
            {
                throw new LinearAlgebraException(
                    $"cholesky: {Matrices.Place(shape, i)} is not positive definite: pivot {pivot} is not above 0. "
                    + "Add a multiple of the identity to it, as ridge regression does.");
            }
        }
    }
}

public sealed partial class Tensor
{
    /// <inheritdoc cref="Descent.Cholesky"/>
    /// <exception cref="ShapeException">This is no square matrix of floating-point numbers.</exception>
    /// <exception cref="LinearAlgebraException">When computed: it is not positive definite.</exception>
    public Tensor Cholesky() => InDouble(this, x => Apply(Descent.Cholesky.Op, x));

    /// <summary>The solution of <c>A·X = B</c> where this is the lower triangular factor L of <c>A = L·Lᵀ</c>.</summary>
    /// <remarks>Shapes: L (…, n, n), B (…, n, k) → X (…, n, k).</remarks>
    /// <inheritdoc cref="SolveTriangular" path="/exception"/>
    public Tensor CholeskySolve(Tensor b) => T.SolveTriangular(SolveTriangular(b), upper: true);
}
