using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Kernels;

/// <summary>How a microkernel reads A.</summary>
public enum AMode
{
    /// <summary>A's rows are contiguous: <c>A[i·Lda + p]</c>.</summary>
    Row,

    /// <summary>A's columns are contiguous, that is A is transposed or packed: <c>A[p·Lda + i]</c>.</summary>
    Column,
}

/// <summary>The instruction set that microkernels run on.</summary>
public enum MicroTier
{
    /// <summary>Vectors of 4: any machine.</summary>
    Portable,

    /// <summary>Vectors of 8 with fused multiply-add.</summary>
    Avx2,

    /// <summary>Vectors of 16 with masks.</summary>
    Avx512,
}

/// <summary>Sizes of the microkernels on this machine.</summary>
public static class Microkernel
{
    /// <summary>Most vectors of columns in one tile.</summary>
    public const int MaxVectors = 2;

    public static MicroTier Tier =>
        Vector512.IsHardwareAccelerated && Avx512F.IsSupported ? MicroTier.Avx512
        : Avx2.IsSupported && Fma.IsSupported ? MicroTier.Avx2
        : MicroTier.Portable;

    /// <summary>Floats in a vector: 16, 8 or 4.</summary>
    public static int Width => Tier switch { MicroTier.Avx512 => 16, MicroTier.Avx2 => 8, _ => 4 };

    /// <summary>Most rows of a tile that is one or two vectors wide: what the registers hold.</summary>
    public static int MaxRows(int vectors) => (Tier == MicroTier.Avx512 ? 28 : 12) / vectors;
}

/// <summary>The microkernels that end in epilogue <typeparamref name="E"/>.</summary>
public static unsafe class Microkernel<E>
    where E : struct, IEpilogue
{
    private const int RowSlots = 32;

    // Filled on first use, so that only the sizes that a program meets are compiled (half a millisecond each).
    private static readonly nint[] Table = new nint[2 * Microkernel.MaxVectors * RowSlots];

    /// <summary>The kernel for a tile of <paramref name="rows"/> rows and <paramref name="vectors"/> vectors.</summary>
    /// <param name="mode">How A is read.</param>
    /// <param name="rows">1 to <see cref="Microkernel.MaxRows"/>.</param>
    /// <param name="vectors">1 or 2.</param>
    public static delegate*<MicroArgs*, void> Get(AMode mode, int rows, int vectors)
    {
        ref nint slot = ref Table[((int)mode * Microkernel.MaxVectors + vectors - 1) * RowSlots + rows];
        if (slot == 0)
        {
            slot = (nint)Find(mode, rows, vectors);
        }

        return (delegate*<MicroArgs*, void>)slot;
    }

    private static delegate*<MicroArgs*, void> Find(AMode mode, int rows, int vectors) => Microkernel.Tier switch
    {
        MicroTier.Avx512 => MicrokernelsAvx512.Find<E>(mode, rows, vectors),
        MicroTier.Avx2 => MicrokernelsAvx2.Find<E>(mode, rows, vectors),
        _ => MicrokernelsPortable.Find<E>(mode, rows, vectors),
    };
}
