using static Descent.Engine.Tests.Sample;

namespace Descent.Engine.Tests;

internal static partial class Samples
{
    private static IEnumerable<Sample> LinearAlgebra()
    {
        yield return new("tril", null, t => t[0].Tril(-1), new(2, 4, 3), Numbers(new(2, 4, 3)));
        yield return new("triu", null, t => t[0].Triu(1), new(3, 5), Numbers(new(3, 5)));
        yield return new("cholesky", typeof(Cholesky), t => Definite(t[0]).Cholesky(), new(4, 4), Numbers(new(4, 4), -1, 1));
        yield return new("cholesky of a batch", typeof(Cholesky), t => Definite(t[0]).Cholesky(), new(2, 3, 3), Numbers(new(2, 3, 3), -1, 1));
        yield return new("cholesky of one number", typeof(Cholesky), t => t[0].Cholesky(), new(1, 1), Numbers(new(1, 1), 2, 3));
        yield return new(
            "cholesky-solve", typeof(SolveTriangular), t => Definite(t[0]).Cholesky().CholeskySolve(t[1]), new(3, 2),
            Numbers(new(3, 3), -1, 1), Numbers(new(3, 2), seed: 2));
        yield return new(
            "solve-triangular", typeof(SolveTriangular), t => Steep(t[0]).SolveTriangular(t[1]), new(4, 3), Numbers(new(4, 4), -1, 1),
            Numbers(new(4, 3), seed: 2));
        yield return new(
            "solve-triangular upper", typeof(SolveTriangular), t => Steep(t[0]).SolveTriangular(t[1], upper: true), new(2, 3, 1),
            Numbers(new(2, 3, 3), -1, 1), Numbers(new(2, 3, 1), seed: 2));
        yield return new("eigenvalues", typeof(Eigh), t => t[0].Eigh().Values, new(4), Numbers(new(4, 4))) { MayRepeatInputs = false };
        yield return new("eigenvectors", typeof(Eigh), t => t[0].Eigh().Vectors, new(2, 3, 3), Numbers(new(2, 3, 3))) { MayRepeatInputs = false };
        yield return new("eigh of one number", typeof(Eigh), t => t[0].Eigh() is var (w, v) ? w + v : t[0], new(1, 1), Numbers(new(1, 1)));
        yield return new("svd, tall", typeof(Eigh), Rebuilt, new(5, 3), Numbers(new(5, 3))) { MayRepeatInputs = false };
        yield return new("svd, wide", typeof(Eigh), Rebuilt, new(2, 3, 4), Numbers(new(2, 3, 4))) { MayRepeatInputs = false };
        yield return new("singular values", typeof(Eigh), t => t[0].Svd().S, new(3), Numbers(new(3, 4))) { MayRepeatInputs = false };
    }

    /// <summary>A·Aᵀ + I.</summary>
    private static Tensor Definite(Tensor a) => a.MatMul(a.T) + Tensor.Ones(a.Shape, a.DType).Tril().Triu();

    /// <summary>A + 2·I, so that no element of the diagonal is near 0.</summary>
    private static Tensor Steep(Tensor a) => a + (2 * Tensor.Ones(a.Shape, a.DType).Tril().Triu());

    /// <summary>U·diag(log(1 + s))·Vᵀ, which needs all three and has no sign to choose.</summary>
    private static Tensor Rebuilt(Tensor[] t)
    {
        (Tensor u, Tensor s, Tensor vt) = t[0].Svd();
        return (u * (1 + s).Log().Unsqueeze(-2)).MatMul(vt);
    }
}
