using System.Numerics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// Batch normalisation of a dense matrix (rows, columns), as channels-last images are with rows = N·H·W and columns = C. Definition:
/// <see cref="BatchNormReference"/>.
/// </summary>
/// <remarks>
/// Reductions take two phases: chunks of rows, as many as the shape alone says, then one pass over the chunks in ascending order, in
/// double. Units of a phase write disjoint memory and may run in any order on any thread. Workspace: <see cref="WorkspaceFloats"/>.
/// Numerics: a chunk's sums are of x minus the mean of its first rows, so that a mean that is large beside the deviation costs no digits.
/// </remarks>
public static unsafe partial class BatchNorm
{
    private const int WantedChunks = 64, LeastChunkFloats = 16_384;

    // Rows whose mean a chunk's values are taken relative to.
    private const int ShiftRows = 32;

    // Columns that one unit of a combining phase does.
    private const int ColumnBlock = 32;

    // Elements of one unit of an elementwise phase.
    private const int UnitFloats = 16_384;

    /// <summary>Scratch of a reduction: two sums per chunk and column.</summary>
    public static long WorkspaceFloats(int rows, int columns) => 2L * ReductionUnits(rows, columns) * columns;

    /// <summary>Units of <see cref="SumStatistics"/> and <see cref="SumGradients"/>.</summary>
    public static int ReductionUnits(int rows, int columns) =>
        (int)Math.Clamp((long)rows * columns / LeastChunkFloats, 1, Math.Min(WantedChunks, rows));

    /// <summary>Units of <see cref="CombineStatistics"/> and <see cref="CombineGradients"/>.</summary>
    public static int CombineUnits(int columns) => (columns + ColumnBlock - 1) / ColumnBlock;

    /// <summary>Units of <see cref="Apply"/> and <see cref="BackwardInput"/>.</summary>
    public static int ElementwiseUnits(int rows, int columns) => (rows + RowsPerUnit(columns) - 1) / RowsPerUnit(columns);

    /// <summary>First phase of the statistics: mean and sum of squared deviations of each chunk.</summary>
    [MethodImpl(Jit.Hot)]
    public static void SumStatistics(int rows, int columns, float* x, float* workspace, int firstUnit, int lastUnit)
    {
        int chunks = ReductionUnits(rows, columns);
        for (int chunk = firstUnit; chunk < lastUnit; chunk++)
        {
            (int first, int last) = Chunk(rows, chunks, chunk);
            float* mean = workspace + (2L * chunk * columns), squares = mean + columns;
            float* matrix = x + ((nint)first * columns);
            int c = 0;
            for (; c <= columns - Vector<float>.Count; c += Vector<float>.Count)
            {
                Moments(matrix + c, last - first, columns, out Vector<float> m, out Vector<float> q);
                m.Store(mean + c);
                q.Store(squares + c);
            }
            for (; c < columns; c++)
            {
                MomentsOfOne(matrix + c, last - first, columns, out mean[c], out squares[c]);
            }
        }
    }

    /// <summary>Second phase: the mean and the biased variance of each column.</summary>
    /// <remarks>Chan, Golub and LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances", 1979.</remarks>
    public static void CombineStatistics(int rows, int columns, float* workspace, float* mean, float* variance, int firstUnit, int lastUnit)
    {
        int chunks = ReductionUnits(rows, columns);
        for (int c = firstUnit * ColumnBlock; c < Math.Min(columns, lastUnit * ColumnBlock); c++)
        {
            double count = 0, m = 0, squares = 0;
            for (int chunk = 0; chunk < chunks; chunk++)
            {
                (int first, int last) = Chunk(rows, chunks, chunk);
                float* partial = workspace + (2L * chunk * columns) + c;
                double added = last - first, delta = partial[0] - m;
                squares += partial[columns] + (delta * delta * count * added / (count + added));
                m += delta * added / (count + added);
                count += added;
            }
            mean[c] = (float)m;
            variance[c] = (float)(squares / rows);
        }
    }

    /// <summary>
    /// The affine map that a normalisation is once its statistics are known: scale = γ/√(variance + ε), shift = β − mean·scale.
    /// </summary>
    public static void ScaleShift(
        int columns, double epsilon, float* gamma, float* beta, float* mean, float* variance, float* scale, float* shift)
    {
        for (int c = 0; c < columns; c++)
        {
            double s = gamma[c] / Math.Sqrt(variance[c] + epsilon);
            scale[c] = (float)s;
            shift[c] = (float)(beta[c] - (mean[c] * s));
        }
    }

    /// <summary>y = x·scale + shift with one pair per column, then with <paramref name="relu"/> max(y, 0); NaN stays NaN.</summary>
    [MethodImpl(Jit.Hot)]
    public static void Apply(int rows, int columns, bool relu, float* x, float* scale, float* shift, float* y, int firstUnit, int lastUnit)
    {
        int perUnit = RowsPerUnit(columns);
        nint i = (nint)firstUnit * perUnit * columns, end = nint.Min(rows, (nint)lastUnit * perUnit) * columns;
        // Everything is above the lowest value but NaN, which the comparison leaves as it is.
        float floor = relu ? 0 : float.NegativeInfinity;
        var floors = new Vector<float>(floor);
        for (; i < end; i += columns)
        {
            int c = 0;
            for (; c <= columns - Vector<float>.Count; c += Vector<float>.Count)
            {
                Vector<float> v = Vector.MultiplyAddEstimate(Vector.Load(x + i + c), Vector.Load(scale + c), Vector.Load(shift + c));
                Vector.ConditionalSelect(Vector.LessThan(v, floors), floors, v).Store(y + i + c);
            }
            for (; c < columns; c++)
            {
                float v = float.MultiplyAddEstimate(x[i + c], scale[c], shift[c]);
                y[i + c] = v < floor ? floor : v;
            }
        }
    }

    private static int RowsPerUnit(int columns) => Math.Max(1, UnitFloats / columns);

    private static (int First, int Last) Chunk(int rows, int chunks, int chunk) =>
        ((int)((long)rows * chunk / chunks), (int)((long)rows * (chunk + 1) / chunks));

    [MethodImpl(Jit.Inline)]
    private static void Moments(float* x, int rows, nint stride, out Vector<float> mean, out Vector<float> squares)
    {
        Vector<float> shift = Vector<float>.Zero;
        int head = Math.Min(rows, ShiftRows);
        for (int r = 0; r < head; r++)
        {
            shift += Vector.Load(x + (r * stride));
        }
        shift *= 1f / head;
        // Two chains: the sums of even and of odd rows.
        Vector<float> s0 = Vector<float>.Zero, s1 = s0, q0 = s0, q1 = s0;
        int pairs = rows / 2;
        for (int r = 0; r < pairs; r++, x += 2 * stride)
        {
            Vector<float> d0 = Vector.Load(x) - shift, d1 = Vector.Load(x + stride) - shift;
            s0 += d0;
            s1 += d1;
            q0 = Vector.MultiplyAddEstimate(d0, d0, q0);
            q1 = Vector.MultiplyAddEstimate(d1, d1, q1);
        }
        if (rows % 2 != 0)
        {
            Vector<float> d = Vector.Load(x) - shift;
            s0 += d;
            q0 = Vector.MultiplyAddEstimate(d, d, q0);
        }
        Vector<float> sum = s0 + s1, offset = sum * (1f / rows);
        mean = shift + offset;
        squares = Vector.Max((q0 + q1) - (sum * offset), Vector<float>.Zero);
    }

    [MethodImpl(Jit.Inline)]
    private static void MomentsOfOne(float* x, int rows, nint stride, out float mean, out float squares)
    {
        double sum = 0, total = 0;
        for (int r = 0; r < rows; r++)
        {
            sum += x[r * stride];
        }
        double m = sum / rows;
        for (int r = 0; r < rows; r++)
        {
            double d = x[r * stride] - m;
            total += d * d;
        }
        mean = (float)m;
        squares = (float)total;
    }
}
