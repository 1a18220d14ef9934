using System.Runtime.CompilerServices;
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

/// <summary>The microkernels of this machine, by epilogue and size.</summary>
public static unsafe class Microkernel
{
    /// <summary>Vectors of columns in the usual tile; four serve where C has few rows.</summary>
    public const int MaxVectors = 2;

    private const int RowSlots = 32, Modes = 2, Epilogues = 8, VectorSlots = 5;

    // Filled on first use, so that only the sizes that a program meets are compiled (half a millisecond each).
    private static readonly nint[] Table = new nint[Epilogues * Modes * VectorSlots * RowSlots];

    private static readonly nint[] DotTable = new nint[RowSlots];

    private static readonly nint[] StreamingTable = new nint[VectorSlots * RowSlots];

    public static MicroTier Tier =>
        Vector512.IsHardwareAccelerated && Avx512F.IsSupported ? MicroTier.Avx512
        : Avx2.IsSupported && Fma.IsSupported ? MicroTier.Avx2
        : MicroTier.Portable;

    /// <summary>Floats in a vector: 16, 8 or 4.</summary>
    public static int Width => Tier switch { MicroTier.Avx512 => 16, MicroTier.Avx2 => 8, _ => 4 };

    /// <summary>
    /// Most rows of a tile that is one, two or four vectors wide: what the registers hold at two. At one vector, 16 rows already need only
    /// 17 loads for 16 multiply-adds; 28 would need 29 for 28, and double the code.
    /// </summary>
    public static int MaxRows(int vectors) => (Tier, vectors) switch
    {
        (MicroTier.Avx512, 1) => 16,
        (MicroTier.Avx512, 2) => 14,
        (MicroTier.Avx512, _) => 6,
        (_, 1) => 12,
        (_, 2) => 6,
        _ => 2,
    };

    /// <summary>Columns and most rows of a dot kernel's tile.</summary>
    internal static (int Rows, int Columns) DotTile => (Tier == MicroTier.Avx512 ? 6 : 2, 4);

    /// <summary>The kernel for a tile of <paramref name="rows"/> rows and <paramref name="vectors"/> vectors.</summary>
    /// <param name="epilogue">What happens to the tile before it is stored.</param>
    /// <param name="mode">How A is read.</param>
    /// <param name="rows">1 to <see cref="MaxRows"/>.</param>
    /// <param name="vectors">1, 2 or 4.</param>
    [MethodImpl(Jit.Inline)]
    public static delegate*<MicroArgs*, void> Get(Epilogue epilogue, AMode mode, int rows, int vectors)
    {
        ref nint slot = ref Table[(((int)epilogue * Modes + (int)mode) * VectorSlots + vectors) * RowSlots + rows];
        if (slot == 0)
        {
            slot = (nint)Find(epilogue, mode, rows, vectors);
        }

        return (delegate*<MicroArgs*, void>)slot;
    }

    /// <summary>
    /// The kernel for a tile of A·Bᵀ where row j of <see cref="MicroArgs.B"/> holds column j of the product: lanes along k, no epilogue,
    /// one segment.
    /// </summary>
    internal static delegate*<MicroArgs*, void> GetDot(int rows)
    {
        ref nint slot = ref DotTable[rows];
        if (slot == 0)
        {
            slot = (nint)(Tier switch
            {
                MicroTier.Avx512 => MicrokernelsAvx512.Dotx4(rows),
                MicroTier.Avx2 => MicrokernelsAvx2.Dotx4(rows),
                _ => MicrokernelsPortable.Dotx4(rows),
            });
        }

        return (delegate*<MicroArgs*, void>)slot;
    }

    /// <summary>
    /// The kernel that reads A by rows and stores its tile past the caches, whole vectors to aligned rows: another core reads them from memory faster
    /// than out of this one's caches, and this one writes several times faster to lines which the other has read before. Whoever calls it makes the
    /// stores visible by a memory barrier.
    /// </summary>
    internal static delegate*<MicroArgs*, void> GetStreaming(int rows, int vectors)
    {
        ref nint slot = ref StreamingTable[vectors * RowSlots + rows];
        if (slot == 0)
        {
            slot = (nint)Find<StreamEpilogue>(AMode.Row, rows, vectors);
        }

        return (delegate*<MicroArgs*, void>)slot;
    }

    private static delegate*<MicroArgs*, void> Find(Epilogue epilogue, AMode mode, int rows, int vectors) => epilogue switch
    {
        Epilogue.None => Find<NoEpilogue>(mode, rows, vectors),
        Epilogue.Bias => Find<BiasEpilogue>(mode, rows, vectors),
        Epilogue.BiasRelu => Find<BiasReluEpilogue>(mode, rows, vectors),
        Epilogue.ScaleShift => Find<ScaleShiftEpilogue>(mode, rows, vectors),
        Epilogue.ScaleShiftRelu => Find<ScaleShiftReluEpilogue>(mode, rows, vectors),
        Epilogue.Residual => Find<ResidualEpilogue>(mode, rows, vectors),
        Epilogue.ResidualRelu => Find<ResidualReluEpilogue>(mode, rows, vectors),
        Epilogue.ReluMask => Find<ReluMaskEpilogue>(mode, rows, vectors),
        _ => throw new ArgumentOutOfRangeException(nameof(epilogue)),
    };

    private static delegate*<MicroArgs*, void> Find<E>(AMode mode, int rows, int vectors)
        where E : struct, IEpilogue
        => Tier switch
        {
            MicroTier.Avx512 => MicrokernelsAvx512.Find<E>(mode, rows, vectors),
            MicroTier.Avx2 => MicrokernelsAvx2.Find<E>(mode, rows, vectors),
            _ => MicrokernelsPortable.Find<E>(mode, rows, vectors),
        };
}
