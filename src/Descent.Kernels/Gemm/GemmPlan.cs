using System.Numerics;
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
/// rows or columns, lanes run along k and are added at the end of each pass. All of it depends on the shape alone, hence the bits do not
/// depend on the number of threads.
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
        _transposed = Transposed(_shape);
        bool packs = !empty && _transposed == null, packA = packs && WantsPackedA(_shape, _dots), packB = packs && WantsPackedB(_shape, _dots);
        _mode = _shape.TransposeA && !packA ? AMode.Column : AMode.Row;
        _blocking = new GemmBlocking(_shape, _dots, _mode, packB);
        _packedB = packB ? _shape.BatchB == 0 ? 1 : _shape.Batch : 0;
        _packedA = packA ? _shape.BatchA == 0 ? 1 : _shape.Batch : 0;
        Units = empty ? 0 : _shape.Batch * _blocking.Chunks * _blocking.RowBlocks * _blocking.ColumnBlocks;
        CombineUnits = !empty && _blocking.Chunks > 1 ? _shape.Batch * _shape.M : 0;
        _partialsOffset = _packedB * PackedBFloats + _packedA * PackedAFloats;
        WorkspaceFloats = _partialsOffset + (CombineUnits > 0 ? _blocking.Chunks * PartialFloats : 0);
        if (_transposed != null)
        {
            Units = _transposed.Units;
            CombineUnits = _shape.Batch * TurnParts;
            WorkspaceFloats = _transposed.WorkspaceFloats + TransposedFloats;
        }
    }

    /// <summary>The shape with its strides filled in.</summary>
    public GemmShape Shape => _shape;

    /// <summary>Units of <see cref="Run"/>: blocks of C.</summary>
    public int Units { get; }

    /// <summary>Units of <see cref="RunCombine"/>; 0 where the blocks of C are final.</summary>
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
        if (_transposed != null)
        {
            _transposed.Run(firstUnit, lastUnit, TransposedOperands(operands, workspace), workspace);
            return;
        }

        for (int unit = firstUnit; unit < lastUnit;)
        {
            (int rest, int inProduct) = Math.DivRem(unit, _blocking.RowBlocks * _blocking.ColumnBlocks);
            (int chunk, int batch) = Math.DivRem(rest, _shape.Batch);
            BlockRange range = _blocking.Blocks(inProduct, lastUnit - unit);
            if (_dots)
            {
                RunDotBlock(operands, batch, range);
            }
            else
            {
                RunBlock(operands, workspace, batch, chunk, range);
            }

            unit += range.Units;
        }
    }

    /// <summary>
    /// Adds the chunks of k in ascending order, or turns Cᵀ around; units [firstUnit, lastUnit) are rows of C.
    /// </summary>
    [MethodImpl(Jit.Hot)]
    public void RunCombine(int firstUnit, int lastUnit, in GemmOperands operands, float* workspace)
    {
        if (_transposed != null)
        {
            Turn(firstUnit, lastUnit, operands, workspace);
            return;
        }

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
    private void RunBlock(in GemmOperands operands, float* workspace, int batch, int chunk, in BlockRange range)
    {
        int row0 = range.FirstRow, rows = range.LastRow - row0, firstPanel = range.FirstPanel, lastPanel = range.LastPanel;
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
                int vectors = GemmBlocking.Vectors(args.Columns), tiles = _blocking.RowTiles(rows, vectors);
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

                    args.NextStep = 0;
                    if (panel + 1 < lastPanel)
                    {
                        FetchNext(ref args, tile, tiles, rows, args.C - (row - row0) * args.Ldc);
                    }

                    Microkernel.Get(epilogue, _mode, tileRows, vectors)(&args);
                }
            }
        }
    }

    /// <summary>
    /// What a tile fetches of the next panel. B's lines come from the third level or from memory, and C's too: spread over the tiles they
    /// arrive unnoticed, where the panel's first tile would wait for each. Two tiles that fetch all of B make 1024³ take 1.15 times as long
    /// on a busy machine.
    /// </summary>
    /// <param name="args">The tile.</param>
    /// <param name="tile">Which one of the panel.</param>
    /// <param name="tiles">How many the panel has.</param>
    /// <param name="rows">Rows of all its tiles.</param>
    /// <param name="c">C at the panel's first row.</param>
    [MethodImpl(Jit.Inline)]
    private void FetchNext(ref MicroArgs args, int tile, int tiles, int rows, float* c)
    {
        // Two tiles fetch the left and the right vector of as many rows of B as they make steps, or 2^pace times as many tiles a part each.
        int pace = Math.Min(BitOperations.Log2((uint)tiles) - 1, 2), parts = 1 << Math.Max(pace, 0), vector = tile % 2 * Microkernel.Width;
        if (pace >= 0 && tile < 2 * parts)
        {
            nint width = args.Columns;
            args.Next = args.B + (_packedB > 0 ? width * _shape.K : width) + vector + tile / 2 * (args.K >> pace) * args.Ldb;
            args.NextStep = args.Ldb;
            args.NextPace = pace;
        }
        else if (pace >= 0 && tile < 2 * parts + 2)
        {
            args.Next = c + args.Columns + vector;
            args.NextStep = args.Ldc;
            args.NextPace = BitOperations.Log2((uint)Math.Max(args.K / rows, 1));
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
