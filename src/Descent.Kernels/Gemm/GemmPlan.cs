using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// How one matrix product runs: <c>C = epilogue([C +] op(A)·op(B))</c>, see <see cref="GemmShape"/>.
/// </summary>
/// <remarks>
/// Three phases, each a number of units that write disjoint memory and may run in any order, on any threads: <see cref="RunPack"/>,
/// <see cref="Run"/>, <see cref="RunCombine"/>. A phase begins when the one before is complete; a phase with no units is left out.
/// Numerics: each element is one chain of fused multiply-adds in ascending k, starting from C or zero. Two cases differ. Where C is small
/// and k long, k is cut in chunks, each its own chain from zero, which are added in ascending order. Where B is transposed and C has few
/// rows, lanes run along k and are added at the end. All of it depends on the shape alone, hence the bits do not depend on the number of
/// threads.
/// </remarks>
public sealed unsafe partial class GemmPlan
{
    private const int Alignment = 16;

    private readonly GemmShape _shape;
    private readonly GemmBlocking _blocking;
    private readonly bool _dots;
    private readonly AMode _mode;
    private readonly long _partialsOffset;

    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or rows overlap.</exception>
    public GemmPlan(GemmShape shape)
    {
        _shape = shape.Resolve();
        bool empty = _shape.M == 0 || _shape.N == 0 || _shape.Batch == 0;
        _dots = WantsDots(_shape);
        _blocking = new GemmBlocking(_shape, _dots);
        _packedB = !empty && WantsPackedB(_shape, _dots) ? _shape.BatchB == 0 ? 1 : _shape.Batch : 0;
        _packedA = !empty && WantsPackedA(_shape, _dots) ? _shape.BatchA == 0 ? 1 : _shape.Batch : 0;
        _mode = _shape.TransposeA && _packedA == 0 ? AMode.Column : AMode.Row;
        Units = empty ? 0 : _shape.Batch * _blocking.Chunks * _blocking.RowBlocks * _blocking.ColumnBlocks;
        CombineUnits = !empty && _blocking.Chunks > 1 ? _shape.Batch * _shape.M : 0;
        _partialsOffset = _packedB * PackedBFloats + _packedA * PackedAFloats;
        WorkspaceFloats = _partialsOffset + (CombineUnits > 0 ? _blocking.Chunks * PartialFloats : 0);
    }

    /// <summary>The shape with its strides filled in.</summary>
    public GemmShape Shape => _shape;

    /// <summary>Units of <see cref="Run"/>: blocks of C.</summary>
    public int Units { get; }

    /// <summary>Units of <see cref="RunCombine"/>; 0 where k is not cut in chunks.</summary>
    public int CombineUnits { get; }

    /// <summary>Floats that the phases share as workspace, 64-byte aligned for best speed.</summary>
    public long WorkspaceFloats { get; }

    /// <summary>One chunk's partial C for the whole batch.</summary>
    private long PartialFloats => Align((long)_shape.Batch * _shape.M * _shape.N);

    /// <summary>All phases on the calling thread.</summary>
    public void RunAll(in GemmOperands operands, float* workspace)
    {
        RunPack(0, PackUnits, operands, workspace);
        Run(0, Units, operands, workspace);
        RunCombine(0, CombineUnits, operands, workspace);
    }

    /// <summary>Multiplies, units [firstUnit, lastUnit).</summary>
    [MethodImpl(Jit.Hot)]
    public void Run(int firstUnit, int lastUnit, in GemmOperands operands, float* workspace)
    {
        for (int unit = firstUnit; unit < lastUnit; unit++)
        {
            // Neighbours share their part of B.
            (int rest, int rowBlock) = Math.DivRem(unit, _blocking.RowBlocks);
            (rest, int columnBlock) = Math.DivRem(rest, _blocking.ColumnBlocks);
            (int chunk, int batch) = Math.DivRem(rest, _shape.Batch);
            if (_dots)
            {
                RunDotBlock(operands, batch, rowBlock, columnBlock);
            }
            else
            {
                RunBlock(operands, workspace, batch, chunk, rowBlock, columnBlock);
            }
        }
    }

    /// <summary>Adds the chunks of k in ascending order, units [firstUnit, lastUnit): the rows of C.</summary>
    [MethodImpl(Jit.Hot)]
    public void RunCombine(int firstUnit, int lastUnit, in GemmOperands operands, float* workspace)
    {
        // The sum over chunks is itself a product: a row of ones times the matrix whose rows are the chunks' partial rows.
        float one = 1;
        int width = 2 * Microkernel.Width;
        for (int unit = firstUnit; unit < lastUnit; unit++)
        {
            (int batch, int row) = Math.DivRem(unit, _shape.M);
            var args = new MicroArgs
            {
                A = &one,
                Lda = 0,
                Ldb = (nint)PartialFloats,
                Ldc = _shape.Ldc,
                Ldo = _shape.Ldo,
                K = _blocking.Chunks,
                Segments = 1,
                Accumulate = _shape.Accumulate,
            };
            for (int column = 0; column < _shape.N; column += width)
            {
                args.B = workspace + _partialsOffset + (nint)unit * _shape.N + column;
                args.Columns = Math.Min(width, _shape.N - column);
                Place(ref args, operands, batch, row, column);
                Microkernel.Get(_shape.Epilogue, AMode.Column, 1, GemmBlocking.Vectors(args.Columns))(&args);
            }
        }
    }

    /// <summary>One block of C over one chunk of k.</summary>
    [MethodImpl(Jit.Hot)]
    private void RunBlock(in GemmOperands operands, float* workspace, int batch, int chunk, int rowBlock, int columnBlock)
    {
        int row0 = _blocking.RowOfBlock(rowBlock), rows = _blocking.RowOfBlock(rowBlock + 1) - row0;
        int firstPanel = _blocking.PanelOfBlock(columnBlock), lastPanel = _blocking.PanelOfBlock(columnBlock + 1);
        int firstK = _blocking.KOfChunk(chunk), chunkK = _blocking.KOfChunk(chunk + 1) - firstK;
        bool partial = _blocking.Chunks > 1;
        float* a = operands.A + batch * _shape.BatchA;
        nint lda = _shape.Lda;
        if (_packedA > 0)
        {
            a = workspace + _packedB * PackedBFloats + (_packedA > 1 ? batch * PackedAFloats : 0);
            lda = PackedLda;
        }

        var args = new MicroArgs { Lda = lda, Ldo = _shape.Ldo, Segments = 1 };
        for (int pass = 0; pass < _blocking.Passes; pass++)
        {
            int k = firstK + GemmBlocking.Part(chunkK, pass, _blocking.Passes);
            args.K = firstK + GemmBlocking.Part(chunkK, pass + 1, _blocking.Passes) - k;
            args.Accumulate = pass > 0 || (_shape.Accumulate && !partial);
            Epilogue epilogue = pass < _blocking.Passes - 1 || partial ? Epilogue.None : _shape.Epilogue;
            for (int panel = firstPanel; panel < lastPanel; panel++)
            {
                int column = _blocking.ColumnOfPanel(panel);
                args.Columns = _blocking.ColumnOfPanel(panel + 1) - column;
                int vectors = GemmBlocking.Vectors(args.Columns), tiles = GemmBlocking.RowTiles(rows, vectors);
                if (_packedB > 0)
                {
                    args.Ldb = vectors * Microkernel.Width;
                    args.B = workspace + (_packedB > 1 ? batch * PackedBFloats : 0) + (nint)column * _shape.K + k * args.Ldb;
                }
                else
                {
                    args.Ldb = _shape.Ldb;
                    args.B = operands.B + batch * _shape.BatchB + k * _shape.Ldb + column;
                }

                for (int tile = 0; tile < tiles; tile++)
                {
                    int row = row0 + GemmBlocking.Part(rows, tile, tiles);
                    int tileRows = row0 + GemmBlocking.Part(rows, tile + 1, tiles) - row;
                    args.A = a + (_mode == AMode.Column ? k * lda + row : row * lda + k);
                    if (partial)
                    {
                        args.Ldc = _shape.N;
                        args.C = workspace + _partialsOffset + chunk * PartialFloats + ((nint)batch * _shape.M + row) * _shape.N + column;
                    }
                    else
                    {
                        args.Ldc = _shape.Ldc;
                        Place(ref args, operands, batch, row, column);
                    }

                    Microkernel.Get(epilogue, _mode, tileRows, vectors)(&args);
                }
            }
        }
    }

    /// <summary>Points a tile at C and at the epilogue's operands.</summary>
    [MethodImpl(Jit.Inline)]
    private void Place(ref MicroArgs args, in GemmOperands operands, int batch, int row, int column)
    {
        args.C = operands.C + batch * _shape.BatchC + row * _shape.Ldc + column;
        args.Scale = operands.Scale + column;
        args.Shift = operands.Shift + column;
        args.Other = operands.Other + batch * _shape.BatchOther + row * _shape.Ldo + column;
    }

    private static long Align(long floats) => (floats + Alignment - 1) / Alignment * Alignment;
}
