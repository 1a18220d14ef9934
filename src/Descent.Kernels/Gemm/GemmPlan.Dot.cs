using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>Few rows or few columns, and B transposed: rows of A against rows of B, nothing packed.</summary>
public sealed unsafe partial class GemmPlan
{
    /// <summary>Steps of k of one pass: six rows of A and four of B fit the first-level cache.</summary>
    private const int DotPassSteps = 1024;

    /// <summary>Floats of B that all tiles read before they go on: a quarter of a usual second-level cache.</summary>
    private const int DotGroupFloats = 64 * 1024;

    /// <summary>
    /// Below about twenty rows packing B cannot pay, even once for many products: rows of A are better read by vectors than by elements. Up to
    /// six times as many cannot pay for packing B alone where a long k makes up for adding the lanes at the end; a short k leaves lanes idle.
    /// Few columns would leave them idle in packed panels.
    /// </summary>
    private static bool WantsDots(GemmShape s)
    {
        const int FewRows = 32, SomeRows = 128, FewColumns = 16, SomeK = 64, LongK = 256;
        bool isShort = s.M <= FewRows || s.N <= FewColumns || (s.M <= SomeRows && s.K >= LongK && !s.KeepsB);
        return isShort && s.TransposeB && !s.TransposeA && s.K >= SomeK;
    }

    [MethodImpl(Jit.Hot)]
    private void RunDotBlock(in GemmOperands operands, int batch, in BlockRange range)
    {
        int row0 = range.FirstRow, rows = range.LastRow - row0, panels = range.LastPanel - range.FirstPanel;
        int passes = GemmBlocking.Ceiling(_shape.K, DotPassSteps), steps = GemmBlocking.Ceiling(_shape.K, passes);
        int groups = GemmBlocking.Ceiling(panels, Math.Max(DotGroupFloats / (steps * Microkernel.DotTile.Columns), 1));
        for (int pass = 0; pass < passes; pass++)
        {
            for (int group = 0; group < groups; group++)
            {
                int firstPanel = range.FirstPanel + GemmBlocking.Part(panels, group, groups);
                int lastPanel = range.FirstPanel + GemmBlocking.Part(panels, group + 1, groups);
                RunDotTiles(operands, batch, range with { FirstPanel = firstPanel, LastPanel = lastPanel }, pass, passes);
            }
        }

        if (_shape.Epilogue != Epilogue.None)
        {
            int column = _blocking.ColumnOfPanel(range.FirstPanel);
            Finish(operands, batch, row0, rows, column, _blocking.ColumnOfPanel(range.LastPanel) - column);
        }
    }

    /// <summary>One pass of k: each tile's rows of A stay in the first-level cache while those of B pass by.</summary>
    [MethodImpl(Jit.Hot)]
    private void RunDotTiles(in GemmOperands operands, int batch, in BlockRange range, int pass, int passes)
    {
        int k = GemmBlocking.Part(_shape.K, pass, passes), rows = range.LastRow - range.FirstRow;
        int tiles = GemmBlocking.Ceiling(rows, Microkernel.DotTile.Rows);
        var args = new MicroArgs
        {
            Lda = _shape.Lda,
            Ldb = _shape.Ldb,
            Ldc = _shape.Ldc,
            K = GemmBlocking.Part(_shape.K, pass + 1, passes) - k,
            Accumulate = _shape.Accumulate || pass > 0,
        };
        for (int tile = 0; tile < tiles; tile++)
        {
            int row = range.FirstRow + GemmBlocking.Part(rows, tile, tiles);
            var kernel = Microkernel.GetDot(range.FirstRow + GemmBlocking.Part(rows, tile + 1, tiles) - row);
            args.A = operands.A + batch * _shape.BatchA + row * _shape.Lda + k;
            for (int panel = range.FirstPanel; panel < range.LastPanel; panel++)
            {
                int column = _blocking.ColumnOfPanel(panel);
                args.Columns = _blocking.ColumnOfPanel(panel + 1) - column;
                args.B = operands.B + batch * _shape.BatchB + column * _shape.Ldb + k;
                args.C = operands.C + batch * _shape.BatchC + row * _shape.Ldc + column;
                kernel(&args);
            }
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
