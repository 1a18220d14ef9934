using System.Numerics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// The packing phase. B goes into panels of tile width where it is stored transposed, or too large or too unluckily strided to be read in
/// place. A stored transposed goes into rows where its stride is a multiple of a page, since each step would be on another page.
/// </summary>
public sealed unsafe partial class GemmPlan
{
    /// <summary>What one unit packs: steps of k of one panel where B is transposed, rows of B where it is copied, rows of A.</summary>
    private const int PackSteps = 512, CopyRowsOfB = 32, PackRows = 64;

    /// <summary>Floats in a page: at this stride lines compete for the same places of the cache.</summary>
    internal const int PageStride = 1024;

    /// <summary>How many matrices are packed: none, the one that the batch shares, or all.</summary>
    private readonly int _packedA, _packedB;

    /// <summary>Units of <see cref="RunPack"/>; 0 where both matrices are read in place.</summary>
    public int PackUnits => _transposed?.PackUnits ?? PackBUnits + _packedA * PackAParts;

    /// <summary>The first of them, which pack B: they depend on B alone, so where it stays they need not run again; a transposed product has none.</summary>
    public int PackBUnits => _packedB * PackBParts * (_shape.TransposeB ? _blocking.Panels : 1);

    private int PackBParts => GemmBlocking.Ceiling(_shape.K, _shape.TransposeB ? PackSteps : CopyRowsOfB);

    private int PackAParts => GemmBlocking.Ceiling(_shape.M, PackRows);

    /// <summary>The last panel takes whole vectors; the others are full.</summary>
    private long PackedBFloats => Align((long)GemmBlocking.Ceiling(_shape.N, Microkernel.Width) * Microkernel.Width * _shape.K);

    private long PackedAFloats => (long)_shape.M * PackedLda;

    private nint PackedLda => (nint)Align(_shape.K) + Alignment;

    /// <summary>Packs, units [firstUnit, lastUnit).</summary>
    [MethodImpl(Jit.Hot)]
    public void RunPack(int firstUnit, int lastUnit, in GemmOperands operands, float* workspace)
    {
        if (_transposed != null)
        {
            _transposed.RunPack(firstUnit, lastUnit, TransposedOperands(operands, workspace), workspace);
            return;
        }

        for (int unit = firstUnit; unit < lastUnit; unit++)
        {
            if (unit < PackBUnits)
            {
                // In the order in which blocks are dealt: who packs a part of B also multiplies by it.
                int panels = _shape.TransposeB ? _blocking.Panels : 1;
                (int batch, int inMatrix) = Math.DivRem(unit, PackBParts * panels);
                (int panel, int part) = _blocking.IsDownColumns ? Math.DivRem(inMatrix, PackBParts) : (inMatrix % panels, inMatrix / panels);
                float* b = operands.B + batch * _shape.BatchB, packed = workspace + batch * PackedBFloats;
                int k = GemmBlocking.Part(_shape.K, part, PackBParts), steps = GemmBlocking.Part(_shape.K, part + 1, PackBParts) - k;
                if (_shape.TransposeB)
                {
                    TransposeToPanel(b, packed, panel, k, steps);
                }
                else
                {
                    CopyToPanels(b, packed, k, steps);
                }
            }
            else
            {
                (int batch, int part) = Math.DivRem(unit - PackBUnits, PackAParts);
                PackA(operands.A + batch * _shape.BatchA, workspace + _packedB * PackedBFloats + batch * PackedAFloats, part);
            }
        }
    }

    /// <summary>Steps of k of one panel: the columns of a step follow one another.</summary>
    private void TransposeToPanel(float* b, float* packed, int panel, int k, int steps)
    {
        int column = _blocking.ColumnOfPanel(panel), columns = _blocking.ColumnOfPanel(panel + 1) - column;
        int width = GemmBlocking.Vectors(columns) * Microkernel.Width;
        packed += (nint)column * _shape.K + (nint)k * width;
        Transpose.Run(b + column * _shape.Ldb + k, _shape.Ldb, packed, width, columns, steps);
    }

    /// <summary>Steps of k of all panels: whole rows of B are read one after the other, which the machine fetches ahead.</summary>
    [MethodImpl(Jit.Hot)]
    private void CopyToPanels(float* b, float* packed, int k, int steps)
    {
        for (int step = k; step < k + steps; step++)
        {
            for (int panel = 0; panel < _blocking.Panels; panel++)
            {
                int column = _blocking.ColumnOfPanel(panel), columns = _blocking.ColumnOfPanel(panel + 1) - column;
                int width = GemmBlocking.Vectors(columns) * Microkernel.Width, j = 0;
                float* source = b + step * _shape.Ldb + column, target = packed + (nint)column * _shape.K + (nint)step * width;
                for (; j <= columns - Vector<float>.Count; j += Vector<float>.Count)
                {
                    Vector.Load(source + j).Store(target + j);
                }

                // What is left of the last panel's width stays as it is, since no kernel reads it.
                for (; j < columns; j++)
                {
                    target[j] = source[j];
                }
            }
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
            for (int i = 0; i < rows; i++)
            {
                new ReadOnlySpan<float>(a + (row + i) * _shape.Lda, _shape.K).CopyTo(new Span<float>(packed + i * PackedLda, _shape.K));
            }
        }
    }

    /// <summary>Moving B once costs about as much as multiplying it by eight rows when copied, by twenty when transposed.</summary>
    private static bool WantsPackedB(GemmShape s, bool dots)
    {
        const long LargeB = 600_000;
        const int ManyRows = 384, VeryManyRows = 512, LongK = 32;
        bool unluckyStride = s.Ldb % PageStride == 0 && s.K > LongK && s.M >= ManyRows;
        return s.K > 0 && !dots && (s.TransposeB || unluckyStride || (s.M >= VeryManyRows && (long)s.K * s.N > LargeB));
    }

    private static bool WantsPackedA(GemmShape s, bool dots)
    {
        const int ManyColumns = 256, LongK = 256, ManyRows = 32;
        return !dots && s.TransposeA && s.Lda % PageStride == 0 && s.M >= ManyRows && s.N >= ManyColumns && s.K >= LongK;
    }
}
