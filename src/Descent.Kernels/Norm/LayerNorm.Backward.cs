using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Kernels;

// The gradients: dx row by row, and with it each chunk's part of dγ and dβ, whose rows are fixed by the shape; then one pass over the chunks.
public static unsafe partial class LayerNorm
{
    private const int MostChunks = 64, LeastChunkFloats = 16_384, ColumnsPerUnit = 256;

    /// <summary>Units of <see cref="Backward"/>: chunks of rows.</summary>
    public static int BackwardUnits(long rows, int n) => (int)Math.Min(rows, Math.Clamp(rows * n / LeastChunkFloats, 1, MostChunks));

    /// <summary>Floats that <see cref="Backward"/> leaves for <see cref="CombineGradients"/>: two per chunk and column.</summary>
    public static long WorkspaceFloats(long rows, int n) => 2L * BackwardUnits(rows, n) * n;

    /// <summary>Units of <see cref="CombineGradients"/>: blocks of columns.</summary>
    public static int CombineUnits(int n) => (n + ColumnsPerUnit - 1) / ColumnsPerUnit;

    /// <summary>dx of chunks of rows and, where there is a γ, each chunk's part of dγ and dβ.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="n">Numbers in a row.</param>
    /// <param name="x">Rows × n.</param>
    /// <param name="dy">Rows × n.</param>
    /// <param name="gamma">n factors; null for ones.</param>
    /// <param name="mean">What <see cref="Forward(nint, float, float*, float*, float*, float*, float*, float*, nint, nint)"/> gave.</param>
    /// <param name="reciprocal">The same.</param>
    /// <param name="dx">Rows × n; may be x or dy.</param>
    /// <param name="workspace"><see cref="WorkspaceFloats"/> floats; not touched where <paramref name="gamma"/> is null.</param>
    /// <param name="firstUnit">First chunk to do.</param>
    /// <param name="lastUnit">Chunk after the last to do.</param>
    public static void Backward(
        long rows, int n, float* x, float* dy, float* gamma, float* mean, float* reciprocal, float* dx, float* workspace, int firstUnit, int lastUnit)
    {
        if (gamma == null)
        {
            Backward<Plain>(rows, n, x, dy, gamma, mean, reciprocal, dx, workspace, firstUnit, lastUnit);
        }
        else
        {
            Backward<Affine>(rows, n, x, dy, gamma, mean, reciprocal, dx, workspace, firstUnit, lastUnit);
        }
    }

    /// <summary>dγ and dβ of blocks of columns, from what <see cref="Backward"/> has left.</summary>
    [MethodImpl(Jit.Hot)]
    public static void CombineGradients(long rows, int n, float* workspace, float* dgamma, float* dbeta, int firstUnit, int lastUnit)
    {
        int chunks = BackwardUnits(rows, n), first = firstUnit * ColumnsPerUnit, count = Math.Min(n, lastUnit * ColumnsPerUnit) - first;
        ColumnReduce.Run<SumReduction>(workspace + first, 2 * n, chunks, count, dgamma + first);
        ColumnReduce.Run<SumReduction>(workspace + n + first, 2 * n, chunks, count, dbeta + first);
    }

    [MethodImpl(Jit.Hot)]
    private static void Backward<M>(
        long rows, int n, float* x, float* dy, float* gamma, float* mean, float* reciprocal, float* dx, float* workspace, int firstUnit, int lastUnit)
        where M : struct, IMap
    {
        int chunks = BackwardUnits(rows, n);
        for (int chunk = firstUnit; chunk < lastUnit; chunk++)
        {
            float* dgamma = workspace + (2L * chunk * n), dbeta = dgamma + n;
            if (M.IsAffine)
            {
                new Span<float>(dgamma, 2 * n).Clear();
            }
            long last = rows * (chunk + 1) / chunks;
            for (nint row = (nint)(rows * chunk / chunks); row < last; row++)
            {
                float* rowX = x + (row * n), rowDy = dy + (row * n), rowDx = dx + (row * n);
                if (Vector512.IsHardwareAccelerated)
                {
                    BackwardRow<M, F32x16>(n, rowX, rowDy, gamma, mean[row], reciprocal[row], rowDx, dgamma, dbeta);
                }
                else if (Vector256.IsHardwareAccelerated)
                {
                    BackwardRow<M, F32x8>(n, rowX, rowDy, gamma, mean[row], reciprocal[row], rowDx, dgamma, dbeta);
                }
                else
                {
                    BackwardRow<M, F32x4>(n, rowX, rowDy, gamma, mean[row], reciprocal[row], rowDx, dgamma, dbeta);
                }
            }
        }
    }

    [MethodImpl(VectorLoop.Body)]
    private static void BackwardRow<M, V>(
        nint n, float* x, float* dy, float* gamma, float mean, float reciprocal, float* dx, float* dgamma, float* dbeta)
        where M : struct, IMap
        where V : struct, ISimd<V>
    {
        V shift = V.Uniform(mean), zero = V.Const(0), sum0 = zero, sum1 = zero, product0 = zero, product1 = zero;
        nint i = 0;
        for (; i <= n - (2 * V.Count); i += 2 * V.Count)
        {
            V g0 = V.Load(dy + i), g1 = V.Load(dy + i + V.Count);
            if (M.IsAffine)
            {
                g0 = g0 * V.Load(gamma + i);
                g1 = g1 * V.Load(gamma + i + V.Count);
            }
            sum0 = sum0 + g0;
            sum1 = sum1 + g1;
            product0 = V.MultiplyAdd(g0, V.Load(x + i) - shift, product0);
            product1 = V.MultiplyAdd(g1, V.Load(x + i + V.Count) - shift, product1);
        }
        for (; i < n; i += V.Count)
        {
            nint count = nint.Min(V.Count, n - i);
            V g = RowLanes.LoadFirst(dy + i, count, zero);
            g = M.IsAffine ? g * RowLanes.LoadFirst(gamma + i, count, zero) : g;
            sum0 = sum0 + g;
            product0 = V.MultiplyAdd(g, RowLanes.LoadFirst(x + i, count, shift) - shift, product0);
        }

        // dx = r·g + a·(x − mean) + b
        float sum = RowLanes.Fold<SumReduction, V>(sum0 + sum1), product = RowLanes.Fold<SumReduction, V>(product0 + product1);
        V r = V.Uniform(reciprocal), a = V.Uniform(-reciprocal * reciprocal * reciprocal * (product / n)), b = V.Uniform(-reciprocal * (sum / n));
        for (i = 0; i <= n - V.Count; i += V.Count)
        {
            V d = V.Load(dy + i), centred = V.Load(x + i) - shift;
            V g = M.IsAffine ? d * V.Load(gamma + i) : d;
            V.MultiplyAdd(r, g, V.MultiplyAdd(a, centred, b)).Store(dx + i);
            if (M.IsAffine)
            {
                V.MultiplyAdd(d, centred * r, V.Load(dgamma + i)).Store(dgamma + i);
                (V.Load(dbeta + i) + d).Store(dbeta + i);
            }
        }
        if (i < n)
        {
            nint count = n - i;
            V d = RowLanes.LoadFirst(dy + i, count, zero), centred = RowLanes.LoadFirst(x + i, count, zero) - shift;
            V g = M.IsAffine ? d * RowLanes.LoadFirst(gamma + i, count, zero) : d;
            RowLanes.StoreFirst(V.MultiplyAdd(r, g, V.MultiplyAdd(a, centred, b)), dx + i, count);
            if (M.IsAffine)
            {
                RowLanes.StoreFirst(V.MultiplyAdd(d, centred * r, RowLanes.LoadFirst(dgamma + i, count, zero)), dgamma + i, count);
                RowLanes.StoreFirst(RowLanes.LoadFirst(dbeta + i, count, zero) + d, dbeta + i, count);
            }
        }
    }
}
