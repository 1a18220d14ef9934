using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// The packing phase. B goes into panels of tile width where it is stored transposed, or too large or too unluckily strided to be read in
/// place. A goes into rows of a lucky stride where its own is a multiple of a page, which maps every row of a tile to the same cache lines.
/// </summary>
public sealed unsafe partial class GemmPlan
{
    /// <summary>Steps of k of one panel of B, and rows of A, that one unit packs.</summary>
    private const int PackSteps = 512, PackRows = 64;

    /// <summary>Floats in a page: at this stride lines compete for the same places of the cache.</summary>
    private const int PageStride = 1024;

    /// <summary>How many matrices are packed: none, the one that the batch shares, or all.</summary>
    private readonly int _packedA, _packedB;

    /// <summary>Units of <see cref="RunPack"/>; 0 where both matrices are read in place.</summary>
    public int PackUnits => PackBUnits + _packedA * PackAParts;

    private int PackBUnits => _packedB * _blocking.Panels * PackBParts;

    private int PackBParts => GemmBlocking.Ceiling(_shape.K, PackSteps);

    private int PackAParts => GemmBlocking.Ceiling(_shape.M, PackRows);

    /// <summary>The last panel takes whole vectors; the others are full.</summary>
    private long PackedBFloats => Align((long)GemmBlocking.Ceiling(_shape.N, Microkernel.Width) * Microkernel.Width * _shape.K);

    private long PackedAFloats => (long)_shape.M * PackedLda;

    private nint PackedLda => (nint)Align(_shape.K) + Alignment;

    /// <summary>Packs, units [firstUnit, lastUnit).</summary>
    [MethodImpl(Jit.Hot)]
    public void RunPack(int firstUnit, int lastUnit, in GemmOperands operands, float* workspace)
    {
        for (int unit = firstUnit; unit < lastUnit; unit++)
        {
            if (unit < PackBUnits)
            {
                (int rest, int part) = Math.DivRem(unit, PackBParts);
                (int batch, int panel) = Math.DivRem(rest, _blocking.Panels);
                PackB(operands.B + batch * _shape.BatchB, workspace + batch * PackedBFloats, panel, part);
            }
            else
            {
                (int batch, int part) = Math.DivRem(unit - PackBUnits, PackAParts);
                PackA(operands.A + batch * _shape.BatchA, workspace + _packedB * PackedBFloats + batch * PackedAFloats, part);
            }
        }
    }

    /// <summary>Part of one panel: its rows follow one another, step by step of k.</summary>
    private void PackB(float* b, float* packed, int panel, int part)
    {
        int k = GemmBlocking.Part(_shape.K, part, PackBParts), steps = GemmBlocking.Part(_shape.K, part + 1, PackBParts) - k;
        int column = _blocking.ColumnOfPanel(panel), columns = _blocking.ColumnOfPanel(panel + 1) - column;
        int width = GemmBlocking.Vectors(columns) * Microkernel.Width;
        packed += (nint)column * _shape.K + (nint)k * width;
        if (_shape.TransposeB)
        {
            Transpose.Run(b + column * _shape.Ldb + k, _shape.Ldb, packed, width, columns, steps);
        }
        else
        {
            CopyRows(b + k * _shape.Ldb + column, _shape.Ldb, packed, width, steps, columns);
        }
    }

    /// <summary>Some rows of op(A), along k.</summary>
    private void PackA(float* a, float* packed, int part)
    {
        int row = GemmBlocking.Part(_shape.M, part, PackAParts), rows = GemmBlocking.Part(_shape.M, part + 1, PackAParts) - row;
        packed += row * PackedLda;
        if (_shape.TransposeA)
        {
            Transpose.Run(a + row, _shape.Lda, packed, PackedLda, _shape.K, rows);
        }
        else
        {
            CopyRows(a + row * _shape.Lda, _shape.Lda, packed, PackedLda, rows, _shape.K);
        }
    }

    /// <summary>Copies rows; what is left of the target's stride stays as it is, since no kernel reads it.</summary>
    private static void CopyRows(float* source, nint sourceStride, float* target, nint targetStride, int rows, int columns)
    {
        for (int row = 0; row < rows; row++)
        {
            new ReadOnlySpan<float>(source, columns).CopyTo(new Span<float>(target, columns));
            source += sourceStride;
            target += targetStride;
        }
    }

    /// <summary>Moving B once costs about as much as multiplying it by eight rows when copied, by twenty when transposed.</summary>
    private static bool WantsPackedB(GemmShape s, bool dots)
    {
        const long LargeB = 600_000;
        const int ManyRows = 192, LongK = 32;
        bool unluckyStride = s.Ldb % PageStride == 0 && s.K > LongK;
        return s.K > 0 && !dots && (s.TransposeB || (s.M >= ManyRows && ((long)s.K * s.N > LargeB || unluckyStride)));
    }

    private static bool WantsPackedA(GemmShape s, bool dots)
    {
        const int ManyColumns = 256, LongK = 256, ManyRows = 32;
        return !dots && s.Lda % PageStride == 0 && s.M >= ManyRows && s.N >= ManyColumns && s.K >= LongK;
    }
}
