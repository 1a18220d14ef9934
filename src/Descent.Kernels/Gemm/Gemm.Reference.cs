using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// The definition of the matrix product with its transposes, batches and epilogues: three loops that sum in double. The fast kernels are
/// tested against it with <c>float</c>, and the engine's interpreter runs it with <c>double</c>.
/// </summary>
public static class GemmReference
{
    /// <summary>C = epilogue([C +] op(A)·op(B)) for every product of the batch.</summary>
    [MethodImpl(Jit.Hot)]
    public static void Run<T>(
        GemmShape shape,
        ReadOnlySpan<T> a,
        ReadOnlySpan<T> b,
        Span<T> c,
        ReadOnlySpan<T> scale = default,
        ReadOnlySpan<T> shift = default,
        ReadOnlySpan<T> other = default)
        where T : unmanaged, IFloatingPoint<T>
    {
        GemmShape s = shape.Resolve();
        for (int batch = 0; batch < s.Batch; batch++)
        {
            for (int i = 0; i < s.M; i++)
            {
                for (int j = 0; j < s.N; j++)
                {
                    ref T target = ref c[(int)(batch * s.BatchC + i * s.Ldc + j)];
                    double sum = s.Accumulate ? double.CreateTruncating(target) : 0;
                    for (int k = 0; k < s.K; k++)
                    {
                        T left = a[(int)(batch * s.BatchA + (s.TransposeA ? k * s.Lda + i : i * s.Lda + k))];
                        T right = b[(int)(batch * s.BatchB + (s.TransposeB ? j * s.Ldb + k : k * s.Ldb + j))];
                        sum += double.CreateTruncating(left) * double.CreateTruncating(right);
                    }

                    double At(ReadOnlySpan<T> values, nint index) => values.IsEmpty ? 0 : double.CreateTruncating(values[(int)index]);
                    target = T.CreateTruncating(
                        Finish(s.Epilogue, sum, At(scale, j), At(shift, j), At(other, batch * s.BatchOther + i * s.Ldo + j)));
                }
            }
        }
    }

    private static double Finish(Epilogue epilogue, double c, double scale, double shift, double other) => epilogue switch
    {
        Epilogue.None => c,
        Epilogue.Bias => c + shift,
        Epilogue.BiasRelu => Math.Max(c + shift, 0),
        Epilogue.ScaleShift => c * scale + shift,
        Epilogue.ScaleShiftRelu => Math.Max(c * scale + shift, 0),
        Epilogue.Residual => c * scale + shift + other,
        Epilogue.ResidualRelu => Math.Max(c * scale + shift + other, 0),
        Epilogue.ReluMask => other > 0 ? c : 0,
        _ => throw new UnreachableException($"epilogue {epilogue}"),
    };
}
