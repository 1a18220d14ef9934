using System.Numerics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

// The gradients. Where a rectifier follows the normalisation, gate is its saved output: dy counts only where gate > 0. Null: no rectifier.
public static unsafe partial class BatchNorm
{
    /// <summary>First phase of the gradient sums: Σ dy and Σ dy·(x − mean) of each chunk.</summary>
    [MethodImpl(Jit.Hot)]
    public static void SumGradients(
        int rows, int columns, float* x, float* dy, float* gate, float* mean, float* workspace, int firstUnit, int lastUnit)
    {
        int chunks = ReductionUnits(rows, columns);
        for (int chunk = firstUnit; chunk < lastUnit; chunk++)
        {
            (int first, int last) = Chunk(rows, chunks, chunk);
            float* sums = workspace + (2L * chunk * columns), products = sums + columns;
            nint at = (nint)first * columns;
            int c = 0;
            for (; c <= columns - Vector<float>.Count; c += Vector<float>.Count)
            {
                // Two chains: the sums of even and of odd rows.
                Vector<float> m = Vector.Load(mean + c), sum0 = Vector<float>.Zero, sum1 = sum0, product0 = sum0, product1 = sum0;
                nint i = at + c;
                for (int r = first; r < last - 1; r += 2, i += 2 * (nint)columns)
                {
                    Vector<float> d0 = Gated(dy, gate, i), d1 = Gated(dy, gate, i + columns);
                    sum0 += d0;
                    sum1 += d1;
                    product0 = Vector.MultiplyAddEstimate(d0, Vector.Load(x + i) - m, product0);
                    product1 = Vector.MultiplyAddEstimate(d1, Vector.Load(x + i + columns) - m, product1);
                }
                if ((last - first) % 2 != 0)
                {
                    Vector<float> d = Gated(dy, gate, i);
                    sum0 += d;
                    product0 = Vector.MultiplyAddEstimate(d, Vector.Load(x + i) - m, product0);
                }
                (sum0 + sum1).Store(sums + c);
                (product0 + product1).Store(products + c);
            }
            for (; c < columns; c++)
            {
                float sum = 0, product = 0;
                nint i = at + c;
                for (int r = first; r < last; r++, i += columns)
                {
                    float d = GatedOne(dy, gate, i);
                    sum += d;
                    product = float.MultiplyAddEstimate(d, x[i] - mean[c], product);
                }
                sums[c] = sum;
                products[c] = product;
            }
        }
    }

    /// <summary>Second phase: dβ = Σ dy and dγ = Σ dy·x̂ of each column.</summary>
    public static void CombineGradients(
        int rows, int columns, double epsilon, float* workspace, float* variance, float* dgamma, float* dbeta, int firstUnit, int lastUnit)
    {
        int chunks = ReductionUnits(rows, columns);
        for (int c = firstUnit * ColumnBlock; c < Math.Min(columns, lastUnit * ColumnBlock); c++)
        {
            double sum = 0, product = 0;
            for (int chunk = 0; chunk < chunks; chunk++)
            {
                sum += workspace[(2L * chunk * columns) + c];
                product += workspace[(((2L * chunk) + 1) * columns) + c];
            }
            dbeta[c] = (float)sum;
            dgamma[c] = (float)(product / Math.Sqrt(variance[c] + epsilon));
        }
    }

    /// <summary>
    /// The three numbers per column that dx is made of: dx = a·dy + b·(x − mean) + c, with r = 1/√(variance + ε), a = γ·r, b =
    /// −γ·r²·dγ/rows and c = −γ·r·dβ/rows.
    /// </summary>
    public static void BackwardCoefficients(
        int rows, int columns, double epsilon, float* gamma, float* variance, float* dgamma, float* dbeta, float* a, float* b, float* c)
    {
        for (int i = 0; i < columns; i++)
        {
            double r = 1 / Math.Sqrt(variance[i] + epsilon);
            a[i] = (float)(gamma[i] * r);
            b[i] = (float)(-gamma[i] * r * r * dgamma[i] / rows);
            c[i] = (float)(-gamma[i] * r * dbeta[i] / rows);
        }
    }

    /// <summary>dx = a·dy + b·(x − mean) + c with the numbers of <see cref="BackwardCoefficients"/>. dx may be dy or x.</summary>
    [MethodImpl(Jit.Hot)]
    public static void BackwardInput(
        int rows, int columns, float* x, float* dy, float* gate, float* mean, float* a, float* b, float* c, float* dx,
        int firstUnit, int lastUnit)
    {
        int perUnit = RowsPerUnit(columns);
        nint at = (nint)firstUnit * perUnit * columns, end = nint.Min(rows, (nint)lastUnit * perUnit) * columns;
        for (; at < end; at += columns)
        {
            int j = 0;
            for (; j <= columns - Vector<float>.Count; j += Vector<float>.Count)
            {
                Vector<float> centred = Vector.Load(x + at + j) - Vector.Load(mean + j);
                Vector<float> v = Vector.MultiplyAddEstimate(Vector.Load(b + j), centred, Vector.Load(c + j));
                Vector.MultiplyAddEstimate(Vector.Load(a + j), Gated(dy, gate, at + j), v).Store(dx + at + j);
            }
            for (; j < columns; j++)
            {
                float v = float.MultiplyAddEstimate(b[j], x[at + j] - mean[j], c[j]);
                dx[at + j] = float.MultiplyAddEstimate(a[j], GatedOne(dy, gate, at + j), v);
            }
        }
    }

    [MethodImpl(Jit.Inline)]
    private static Vector<float> Gated(float* dy, float* gate, nint i)
    {
        Vector<float> d = Vector.Load(dy + i);
        return gate is null
            ? d
            : Vector.ConditionalSelect(Vector.GreaterThan(Vector.Load(gate + i), Vector<float>.Zero), d, Vector<float>.Zero);
    }

    [MethodImpl(Jit.Inline)]
    private static float GatedOne(float* dy, float* gate, nint i) => gate is null || gate[i] > 0 ? dy[i] : 0;
}
