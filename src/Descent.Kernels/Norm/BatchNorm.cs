using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// Batch normalisation of a dense matrix (rows, columns), as channels-last images are with rows = N·H·W and columns = C. Definition:
/// <see cref="BatchNormReference"/>.
/// </summary>
/// <remarks>
/// Reductions take two phases: chunks of rows, as many as the shape alone says, then one pass over the chunks in ascending order, in
/// double. Units of a phase write disjoint memory and may run in any order on any thread. Workspace: <see cref="WorkspaceFloats"/>.
/// Numerics: a chunk's sums are of x minus the mean of its first rows, and that mean is kept beside them, so that a mean that is large
/// beside the deviation costs no digits.
/// </remarks>
public static unsafe partial class BatchNorm
{
    // A chunk of few rows would leave about as many numbers as it reads.
    private const int WantedChunks = 64, LeastChunkFloats = 16_384, LeastChunkRows = 128;

    // Rows whose mean a chunk's values are taken relative to.
    private const int ShiftRows = 8;

    // Numbers that a chunk keeps per column: shift, sum and sum of squares.
    private const int PerColumn = 3;

    // Columns that one unit of a combining phase does; up to as many the phase is not worth waking a thread for.
    private const int ColumnBlock = 64;

    // Elements of one unit of an elementwise phase.
    private const int UnitFloats = 16_384;

    /// <summary>Scratch of a reduction: three numbers per chunk and column.</summary>
    public static long WorkspaceFloats(int rows, int columns) => (long)PerColumn * ReductionUnits(rows, columns) * columns;

    /// <summary>Units of <see cref="SumStatistics"/> and <see cref="SumGradients"/>.</summary>
    public static int ReductionUnits(int rows, int columns) =>
        Math.Clamp((int)Math.Min((long)rows * columns / LeastChunkFloats, rows / LeastChunkRows), 1, WantedChunks);

    /// <summary>
    /// Units of <see cref="CombineStatistics"/>, <see cref="ScaleShift"/>, <see cref="CombineGradients"/> and
    /// <see cref="BackwardCoefficients"/>: blocks of columns, so that the second of a pair may follow the first in one phase.
    /// </summary>
    public static int CombineUnits(int columns) => (columns + ColumnBlock - 1) / ColumnBlock;

    /// <summary>Units of <see cref="Apply"/> and <see cref="BackwardInput"/>.</summary>
    public static int ElementwiseUnits(int rows, int columns) => (rows + RowsPerUnit(columns) - 1) / RowsPerUnit(columns);

    /// <summary>First phase of the statistics: each chunk's shift, and sum and sum of squares of x − shift.</summary>
    [MethodImpl(Jit.Hot)]
    public static void SumStatistics(int rows, int columns, float* x, float* workspace, int firstUnit, int lastUnit)
    {
        int chunks = ReductionUnits(rows, columns);
        for (int chunk = firstUnit; chunk < lastUnit; chunk++)
        {
            (int first, int last) = Chunk(rows, chunks, chunk);
            float* shift = workspace + ((long)PerColumn * chunk * columns), sums = shift + columns;
            float* matrix = x + ((nint)first * columns);
            int head = Math.Min(last - first, ShiftRows);
            ColumnReduce.Run<SumReduction>(matrix, columns, head, columns, shift);
            SoftmaxRows.Multiply(shift, 1f / head, columns);
            ColumnPass<Deviations>.Run(last - first, columns, matrix, null, null, shift, sums, sums + columns);
        }
    }

    /// <summary>Second phase: the mean and the biased variance of each column.</summary>
    [MethodImpl(Jit.Hot)]
    public static void CombineStatistics(int rows, int columns, float* workspace, float* mean, float* variance, int firstUnit, int lastUnit)
    {
        int chunks = ReductionUnits(rows, columns), end = Math.Min(columns, lastUnit * ColumnBlock);
        for (int c = firstUnit * ColumnBlock; c < end; c += F32x8.Count)
        {
            int lanes = Math.Min(F32x8.Count, end - c);
            Doubles m = default, squares = default;
            for (int chunk = 0; chunk < chunks; chunk++)
            {
                float* partial = workspace + ((long)PerColumn * chunk * columns) + c;
                m = m + (Doubles.Load(partial, lanes) * Rows(chunk)) + Doubles.Load(partial + columns, lanes);
            }
            m = m * (1.0 / rows);
            for (int chunk = 0; chunk < chunks; chunk++)
            {
                // Σ (x − m)² = Σ (x − shift)² + 2·(shift − m)·Σ (x − shift) + n·(shift − m)²
                float* partial = workspace + ((long)PerColumn * chunk * columns) + c;
                Doubles offset = Doubles.Load(partial, lanes) - m, sum = Doubles.Load(partial + columns, lanes);
                squares = squares + Doubles.Load(partial + (2 * columns), lanes) + (offset * (sum + sum + (offset * Rows(chunk))));
            }
            m.Store(mean + c, lanes);
            (squares * (1.0 / rows)).Store(variance + c, lanes);
        }

        double Rows(int chunk)
        {
            (int first, int last) = Chunk(rows, chunks, chunk);
            return last - first;
        }
    }

    /// <summary>
    /// The affine map that a normalisation is once its statistics are known: scale = γ/√(variance + ε), shift = β − mean·scale.
    /// </summary>
    public static void ScaleShift(
        int columns, double epsilon, float* gamma, float* beta, float* mean, float* variance, float* scale, float* shift, int firstUnit, int lastUnit)
    {
        for (int c = firstUnit * ColumnBlock; c < Math.Min(columns, lastUnit * ColumnBlock); c++)
        {
            double s = gamma[c] / Math.Sqrt(variance[c] + epsilon);
            scale[c] = (float)s;
            shift[c] = (float)(beta[c] - (mean[c] * s));
        }
    }

    /// <summary>
    /// y = x·scale + shift with one pair per column; with <paramref name="other"/> plus that matrix, the shortcut of a residual block; with
    /// <paramref name="relu"/> then max(y, 0), where NaN stays NaN. y may be x or other.
    /// </summary>
    public static void Apply(
        int rows, int columns, bool relu, float* x, float* other, float* scale, float* shift, float* y, int firstUnit, int lastUnit)
    {
        nint perUnit = RowsPerUnit(columns), first = firstUnit * perUnit, last = nint.Min(rows, lastUnit * perUnit), at = first * columns;
        var args = new ColumnArgs { X = x + at, Other = other + at, A = scale, B = shift };
        switch (other == null, relu)
        {
            case (true, false):
                ColumnMap<Affine<ScaleShiftEpilogue>>.Run(last - first, columns, args, y + at);
                break;
            case (true, true):
                ColumnMap<Affine<ScaleShiftReluEpilogue>>.Run(last - first, columns, args, y + at);
                break;
            case (false, false):
                ColumnMap<Affine<ResidualEpilogue>>.Run(last - first, columns, args, y + at);
                break;
            default:
                ColumnMap<Affine<ResidualReluEpilogue>>.Run(last - first, columns, args, y + at);
                break;
        }
    }

    private static int RowsPerUnit(int columns) => Math.Max(1, UnitFloats / columns);

    private static (int First, int Last) Chunk(int rows, int chunks, int chunk) =>
        ((int)((long)rows * chunk / chunks), (int)((long)rows * (chunk + 1) / chunks));

    /// <summary>a = b = x − centre.</summary>
    private readonly struct Deviations : IColumnTerms
    {
        [MethodImpl(Jit.Inline)]
        public static void Whole<V>(float* x, float* dy, float* y, V centre, out V a, out V b)
            where V : struct, ISimd<V> => a = b = V.Load(x) - centre;

        [MethodImpl(Jit.Inline)]
        public static void First<V>(float* x, float* dy, float* y, nint count, V centre, out V a, out V b)
            where V : struct, ISimd<V> => a = b = RowLanes.LoadFirst(x, count, centre) - centre;
    }

    /// <summary>x·a + b [+ other], rectified or not.</summary>
    private readonly struct Affine<E> : IColumnFormula
        where E : struct, IEpilogue
    {
        public static int Numbers => 2;

        [MethodImpl(Jit.Inline)]
        public static V Whole<V>(float* x, float* other, float* gate, float* a, float* b, float* c, float* d)
            where V : struct, ISimdPrimitives<V> =>
            Finish(V.Load(x), E.AddsOther ? V.Load(other) : default, V.Load(a), V.Load(b));

        [MethodImpl(Jit.Inline)]
        public static V First<V>(float* x, float* other, float* gate, float* a, float* b, float* c, float* d, nint count)
            where V : struct, ISimdPrimitives<V>
        {
            V zero = V.Const(0), added = E.AddsOther ? RowLanes.LoadFirst(other, count, zero) : zero;
            return Finish(RowLanes.LoadFirst(x, count, zero), added, RowLanes.LoadFirst(a, count, zero), RowLanes.LoadFirst(b, count, zero));
        }

        [MethodImpl(Jit.Inline)]
        private static V Finish<V>(V x, V other, V scale, V shift)
            where V : struct, ISimdPrimitives<V>
        {
            V y = V.MultiplyAdd(x, scale, shift);
            y = E.AddsOther ? y + other : y;
            return E.Rectifies ? V.MaxNative(V.Const(0), y) : y;
        }
    }
}
