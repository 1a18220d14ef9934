using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// The statistics of a batch normalisation of a dense matrix (rows, columns), as channels-last images are with rows = N·H·W and columns = C.
/// Definition: <see cref="BatchNormReference"/>.
/// </summary>
/// <remarks>
/// They take two phases: chunks of rows, as many as the shape alone says, then one pass over the chunks in ascending order, in
/// double. Units of a phase write disjoint memory and may run in any order on any thread. Workspace: <see cref="WorkspaceFloats"/>.
/// Numerics: a chunk's sums are of x minus the mean of its first rows, and that mean is kept beside them, so that a mean that is large
/// beside the deviation costs no digits.
/// </remarks>
public static unsafe class BatchNorm
{
    // A chunk of few rows would leave about as many numbers as it reads.
    private const int WantedChunks = 64, LeastChunkFloats = 16_384, LeastChunkRows = 128;

    // Rows whose mean a chunk's values are taken relative to.
    private const int ShiftRows = 8;

    // Numbers that a chunk keeps per column: shift, sum and sum of squares.
    private const int PerColumn = 3;

    // Columns that one unit of the second phase does; up to as many the phase is not worth waking a thread for.
    private const int ColumnBlock = 64;

    /// <summary>Scratch between the phases: three numbers per chunk and column.</summary>
    public static long WorkspaceFloats(int rows, int columns) => (long)PerColumn * ReductionUnits(rows, columns) * columns;

    /// <summary>Units of <see cref="SumStatistics"/>.</summary>
    public static int ReductionUnits(int rows, int columns) =>
        Math.Clamp((int)Math.Min((long)rows * columns / LeastChunkFloats, rows / LeastChunkRows), 1, WantedChunks);

    /// <summary>Units of <see cref="CombineStatistics"/>: blocks of columns.</summary>
    public static int CombineUnits(int columns) => (columns + ColumnBlock - 1) / ColumnBlock;

    /// <summary>First phase: each chunk's shift, and sum and sum of squares of x − shift.</summary>
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
            ColumnDeviations.Run(last - first, columns, matrix, shift, sums, sums + columns);
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

    private static (int First, int Last) Chunk(int rows, int chunks, int chunk) =>
        ((int)((long)rows * chunk / chunks), (int)((long)rows * (chunk + 1) / chunks));
}
