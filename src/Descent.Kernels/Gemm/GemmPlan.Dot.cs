using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>Few rows times a transposed B: rows of A against rows of B, nothing packed.</summary>
public sealed unsafe partial class GemmPlan
{
    /// <summary>Packing B costs as much as twenty rows' work, so below about as many it cannot pay; short k leaves lanes idle.</summary>
    private static bool WantsDots(GemmShape s)
    {
        const int FewRows = 32, LongK = 64;
        return s.TransposeB && !s.TransposeA && s.M <= FewRows && s.K >= LongK;
    }

    [MethodImpl(Jit.Hot)]
    private void RunDotBlock(in GemmOperands operands, int batch, in BlockRange range)
    {
        int row0 = range.FirstRow, rows = range.LastRow - row0, firstPanel = range.FirstPanel, lastPanel = range.LastPanel;
        int tiles = GemmBlocking.Ceiling(rows, Microkernel.DotTile.Rows);
        var args = new MicroArgs { Lda = _shape.Lda, Ldb = _shape.Ldb, Ldc = _shape.Ldc, K = _shape.K, Accumulate = _shape.Accumulate };
        for (int panel = firstPanel; panel < lastPanel; panel++)
        {
            int column = _blocking.ColumnOfPanel(panel);
            args.Columns = _blocking.ColumnOfPanel(panel + 1) - column;
            args.B = operands.B + batch * _shape.BatchB + column * _shape.Ldb;
            for (int tile = 0; tile < tiles; tile++)
            {
                int row = row0 + GemmBlocking.Part(rows, tile, tiles);
                args.A = operands.A + batch * _shape.BatchA + row * _shape.Lda;
                args.C = operands.C + batch * _shape.BatchC + row * _shape.Ldc + column;
                Microkernel.GetDot(row0 + GemmBlocking.Part(rows, tile + 1, tiles) - row)(&args);
            }
        }

        if (_shape.Epilogue != Epilogue.None)
        {
            int column = _blocking.ColumnOfPanel(firstPanel);
            Finish(operands, batch, row0, rows, column, _blocking.ColumnOfPanel(lastPanel) - column);
        }
    }

    /// <summary>Applies the epilogue to a block that is already in C: microkernels over no steps of k, which start from C.</summary>
    private void Finish(in GemmOperands operands, int batch, int row0, int rows, int column0, int columns)
    {
        int width = 2 * Microkernel.Width;
        var args = new MicroArgs { Ldc = _shape.Ldc, Ldo = _shape.Ldo, Segments = 1, Accumulate = true };
        for (int column = column0; column < column0 + columns; column += width)
        {
            args.Columns = Math.Min(width, column0 + columns - column);
            int vectors = GemmBlocking.Vectors(args.Columns);
            for (int row = row0; row < row0 + rows; row++)
            {
                Place(ref args, operands, batch, row, column);
                Microkernel.Get(_shape.Epilogue, AMode.Row, 1, vectors)(&args);
            }
        }
    }
}
