namespace Descent.Kernels;

/// <summary>
/// A matrix product <c>C = epilogue([C +] op(A)·op(B))</c> by its sizes alone: op(A) is M × K, op(B) is K × N, all row-major.
/// </summary>
/// <remarks>Leading dimensions count floats from one stored row to the next; 0 means that the rows follow one another.</remarks>
public readonly record struct GemmShape(int M, int N, int K)
{
    /// <summary>A is stored K × M.</summary>
    public bool TransposeA { get; init; }

    /// <summary>B is stored N × K.</summary>
    public bool TransposeB { get; init; }

    public nint Lda { get; init; }

    public nint Ldb { get; init; }

    public nint Ldc { get; init; }

    /// <summary>Row stride of the matrix that the epilogue adds or gates by.</summary>
    public nint Ldo { get; init; }

    /// <summary>How many independent products of this shape there are.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>Distance from one A of the batch to the next; 0 where all share one.</summary>
    public nint BatchA { get; init; }

    /// <summary>Distance from one B of the batch to the next; 0 where all share one.</summary>
    public nint BatchB { get; init; }

    public nint BatchC { get; init; }

    /// <summary>Distance from one epilogue matrix to the next; scale and shift are shared by the batch.</summary>
    public nint BatchOther { get; init; }

    /// <summary>Start each sum from C; otherwise C is never read.</summary>
    public bool Accumulate { get; init; }

    public Epilogue Epilogue { get; init; }

    /// <summary>
    /// B stays the same over many products, so that packing it is worth while even where a single product would not pay for it; see
    /// <see cref="GemmPlan.PackBUnits"/>.
    /// </summary>
    public bool KeepsB { get; init; }

    /// <summary>Multiplications and additions of the whole batch.</summary>
    public double Flops => 2.0 * M * N * K * Batch;

    /// <summary>The same shape with every leading dimension of 0 replaced by the stored row's length.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or rows overlap.</exception>
    public GemmShape Resolve()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(M);
        ArgumentOutOfRangeException.ThrowIfNegative(N);
        ArgumentOutOfRangeException.ThrowIfNegative(K);
        ArgumentOutOfRangeException.ThrowIfNegative(Batch);
        return this with
        {
            Lda = Stride(Lda, TransposeA ? M : K, nameof(Lda)),
            Ldb = Stride(Ldb, TransposeB ? K : N, nameof(Ldb)),
            Ldc = Stride(Ldc, N, nameof(Ldc)),
            Ldo = Stride(Ldo, N, nameof(Ldo)),
        };
    }

    private static nint Stride(nint given, nint row, string name)
    {
        if (given != 0 && given < row)
        {
            throw new ArgumentOutOfRangeException(name, $"gemm: {name} is {given} but a row has {row} elements.");
        }

        return given == 0 ? row : given;
    }
}

/// <summary>The memory that a product runs on; what the shape and its epilogue do not use may be null.</summary>
public unsafe struct GemmOperands
{
    public float* A, B, C;

    /// <summary>Per column factor and addend of the epilogue.</summary>
    public float* Scale, Shift;

    /// <summary>The matrix that the epilogue adds or gates by.</summary>
    public float* Other;
}
