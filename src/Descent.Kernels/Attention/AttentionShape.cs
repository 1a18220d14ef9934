namespace Descent.Kernels;

/// <summary>
/// One head of scaled dot-product attention by its sizes: Q is Queries × Width, K is Keys × Width, V is Keys × ValueWidth and O is
/// Queries × ValueWidth.
/// </summary>
/// <remarks>Leading dimensions count floats from one row to the next; 0 means that the rows follow one another.</remarks>
public readonly record struct AttentionShape(int Queries, int Keys, int Width, int ValueWidth)
{
    /// <summary>The factor of Q·Kᵀ, as a rule 1 / √Width.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Query i sees only the keys up to i.</summary>
    public bool Causal { get; init; }

    public nint LdQ { get; init; }

    public nint LdK { get; init; }

    public nint LdV { get; init; }

    public nint LdO { get; init; }

    /// <summary>Distance of the mask's rows, 0 where all queries share one row or there is no mask.</summary>
    public nint LdMask { get; init; }

    /// <summary>The same for the gradients, which the backward pass reads and writes.</summary>
    public nint LdDO { get; init; }

    public nint LdDQ { get; init; }

    public nint LdDK { get; init; }

    public nint LdDV { get; init; }

    /// <summary>Multiplications and additions of the two products of the forward pass.</summary>
    public double ForwardFlops => 2.0 * Queries * Keys * (Width + ValueWidth);

    /// <summary>Those of the five products of the backward pass.</summary>
    public double BackwardFlops => 2.0 * Queries * Keys * ((3.0 * Width) + (2.0 * ValueWidth));

    /// <summary>Rows of scores so many at a time that a block of them stays in the second-level cache.</summary>
    internal int BlocksOf(int blockFloats) => GemmBlocking.Ceiling(Queries, Math.Clamp(blockFloats / Keys, 1, Math.Max(1, Queries)));

    /// <summary>Keys that the queries before <paramref name="lastQuery"/> see.</summary>
    internal int KeysBefore(int lastQuery) => Causal ? Math.Min(Keys, lastQuery) : Keys;
}

/// <summary>The memory of one head; what a pass does not use may be null.</summary>
public unsafe struct AttentionOperands
{
    public float* Q, K, V, O;

    /// <summary>Added to the scores, Queries × Keys; null for zeros.</summary>
    public float* Mask;

    /// <summary>log Σ exp of each row of scores.</summary>
    public float* LogSum;

    public float* DO, DQ, DK, DV;
}
