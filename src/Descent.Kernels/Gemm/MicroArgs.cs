namespace Descent.Kernels;

/// <summary>
/// What a microkernel computes: one tile <c>C = epilogue([C +] Σₛ Aₛ·Bₛ)</c> of MR rows and up to NV vectors of columns.
/// </summary>
/// <remarks>
/// Every element is one chain of fused multiply-adds in ascending (segment, k) from zero, or from C where <see cref="Accumulate"/> is set.
/// Strides count floats. Nothing is read or written beyond the MR rows, the <see cref="Columns"/> columns and the K steps of each segment.
/// <para>
/// Segments serve sums whose k is not one stretch of memory. A direct convolution over channels-last images is such a sum: for each
/// kernel row the kw·C inputs under one output pixel are contiguous, so with <c>A</c> = the first pixel's window,
/// <c>Lda</c> = stride·C, <c>K</c> = kw·C, <c>Segments</c> = kh, <c>ASegment</c> = dilation·(row pitch of the image),
/// <c>B</c> = weights ordered (kh, kw·C, columns), <c>BSegment</c> = K·Ldb and <c>C</c> = the output row, one call makes up to MR
/// output pixels of one row; kernel rows that fall on padding are left out by moving A and B and lowering Segments. The weight gradient
/// is the column mode: row i of the tile is input element i of the window, k runs over the pixels of an output row (Lda = stride·C), and
/// segments run over output rows.
/// </para>
/// </remarks>
public unsafe struct MicroArgs
{
    /// <summary>
    /// First element of the tile's A: row i at step p stands at <c>A[i·Lda + p]</c>, in column mode at <c>A[p·Lda + i]</c>.
    /// </summary>
    public float* A;

    public nint Lda;

    /// <summary>First element of the tile's B: step p's columns stand at <c>B[p·Ldb]</c> and after.</summary>
    public float* B;

    public nint Ldb;

    public float* C;

    public nint Ldc;

    /// <summary>Steps in each segment; 0 leaves the tile at zero, or at C where it accumulates.</summary>
    public nint K;

    /// <summary>How many stretches of K steps are summed, at least 1.</summary>
    public int Segments;

    /// <summary>Columns of the tile: more than (NV − 1) and at most NV vectors wide.</summary>
    public int Columns;

    /// <summary>Distance from a segment's A to the next one's.</summary>
    public nint ASegment;

    /// <summary>Distance from a segment's B to the next one's.</summary>
    public nint BSegment;

    /// <summary>Start from C; where it is false C is never read, whatever stands there.</summary>
    public bool Accumulate;

    /// <summary>
    /// What a later tile will read, to be fetched into the second-level cache meanwhile by tiles two vectors wide: at the step that is
    /// <c>k</c> from the last, the line at <c>Next[(k &gt;&gt; NextPace)·NextStep]</c>. A step of 0 fetches nothing new.
    /// </summary>
    public float* Next;

    /// <inheritdoc cref="Next"/>
    public nint NextStep;

    /// <inheritdoc cref="Next"/>
    public int NextPace;

    /// <summary>Per column factor, for epilogues that scale.</summary>
    public float* Scale;

    /// <summary>Per column addend (the bias), for epilogues that shift.</summary>
    public float* Shift;

    /// <summary>A matrix of C's shape: the residual that is added, or the saved output that gates.</summary>
    public float* Other;

    public nint Ldo;
}
