namespace Descent;

public sealed partial class Tensor
{
    /// <summary>The thin singular value decomposition <c>A = U·diag(s)·Vᵀ</c>, with r = min(m, n) singular values in descending order.</summary>
    /// <remarks>
    /// Shapes: A (…, m, n) → U (…, m, r), s (…, r), Vᵀ (…, r, n). By the eigenvectors V of the smaller of AᵀA and AAᵀ, with <c>s = ‖A·v‖</c> and
    /// <c>U = A·V / s</c>, computed in double: singular values below 10⁻⁸ of the largest are rounding, and U is 0 where one is 0.
    /// Gradient: that of the eigenvectors; it has no value where singular values are equal or 0.
    /// </remarks>
    /// <exception cref="ShapeException">This is no matrix of floating-point numbers.</exception>
    /// <exception cref="LinearAlgebraException">When computed: a value is not finite.</exception>
    public (Tensor U, Tensor S, Tensor Vt) Svd()
    {
        if (Rank < 2 || !DType.IsFloat())
        {
            throw new ShapeException($"svd: x must be a matrix of floating-point numbers or a batch of them, but it is {Type}.");
        }

        if (Shape[^2] < Shape[^1])
        {
            (Tensor v, Tensor s, Tensor ut) = T.Svd();
            return (ut.T, s, v.T);
        }

        Tensor x = To(DType.F64);
        Tensor vectors = x.T.MatMul(x).Eigh().Vectors.Flip(-1), scaled = x.MatMul(vectors);
        Tensor lengths = scaled.Square().Sum([-2]).Sqrt();
        Tensor divisors = Select(lengths > 0, lengths, Scalar(1, DType.F64, Device)).Unsqueeze(-2);
        return ((scaled / divisors).To(DType), lengths.To(DType), vectors.T.To(DType));
    }
}
