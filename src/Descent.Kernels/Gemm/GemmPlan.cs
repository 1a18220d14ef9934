using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// How one matrix product runs: <c>C = epilogue([C +] op(A)·op(B))</c>, see <see cref="GemmShape"/>.
/// </summary>
/// <remarks>
/// Three phases, each a number of units that write disjoint memory and may run in any order, on any threads: <see cref="RunPack"/>,
/// <see cref="Run"/>, <see cref="RunCombine"/>. A phase begins when the one before is complete; a phase with no units is left out.
/// Numerics: each element is one chain of fused multiply-adds in ascending k, starting from C or zero. Where C is small and k long,
/// k is cut in chunks, each its own chain from zero, which are added in ascending order. The cuts depend on the shape alone, hence the
/// bits do not depend on the number of threads.
/// Only op(B) is packed, and only where that pays: B stored transposed, and B too large or too unluckily strided to be read in place.
/// </remarks>
public sealed unsafe class GemmPlan
{
    private const int Alignment = 16;

    /// <summary>k rows of one panel that a pack unit moves.</summary>
    private const int PackRows = 512;

    private readonly GemmShape _shape;
    private readonly GemmBlocking _blocking;
    private readonly AMode _mode;
    private readonly bool _packs;
    private readonly int _packedMatrices;
    private readonly long _partialsOffset;

    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or rows overlap.</exception>
    public GemmPlan(GemmShape shape)
    {
        _shape = shape.Resolve();
        _blocking = new GemmBlocking(_shape);
        _mode = _shape.TransposeA ? AMode.Column : AMode.Row;
        bool empty = _shape.M == 0 || _shape.N == 0 || _shape.Batch == 0;
        _packs = !empty && _shape.K > 0 && WantsPackedB(_shape);
        _packedMatrices = _packs ? _shape.BatchB == 0 ? 1 : _shape.Batch : 0;
        PackUnits = _packedMatrices * _blocking.Panels * PackParts;
        Units = empty ? 0 : _shape.Batch * _blocking.Chunks * _blocking.RowBlocks * _blocking.ColumnBlocks;
        CombineUnits = _blocking.Chunks > 1 ? _shape.Batch * _shape.M : 0;
        _partialsOffset = _packedMatrices * PackedFloats;
        WorkspaceFloats = _partialsOffset + (_blocking.Chunks > 1 ? _blocking.Chunks * PartialFloats : 0);
    }

    /// <summary>The shape with its strides filled in.</summary>
    public GemmShape Shape => _shape;

    /// <summary>Units of <see cref="RunPack"/>; 0 where B is read in place.</summary>
    public int PackUnits { get; }

    /// <summary>Units of <see cref="Run"/>: blocks of C.</summary>
    public int Units { get; }

    /// <summary>Units of <see cref="RunCombine"/>; 0 where k is not cut in chunks.</summary>
    public int CombineUnits { get; }

    /// <summary>Floats that the phases share as workspace, 64-byte aligned for best speed.</summary>
    public long WorkspaceFloats { get; }

    private int PackParts => (_shape.K + PackRows - 1) / PackRows;

    private long PackedFloats => Align((long)_blocking.Panels * _blocking.PanelWidth * _shape.K);

    /// <summary>One chunk's partial C for the whole batch.</summary>
    private long PartialFloats => Align((long)_shape.Batch * _shape.M * _shape.N);

    /// <summary>All phases on the calling thread.</summary>
    public void RunAll(in GemmOperands operands, float* workspace)
    {
        RunPack(0, PackUnits, operands, workspace);
        Run(0, Units, operands, workspace);
        RunCombine(0, CombineUnits, operands, workspace);
    }

    /// <summary>Lays out op(B) in panels of tile width, units [firstUnit, lastUnit).</summary>
    [MethodImpl(Jit.Hot)]
    public void RunPack(int firstUnit, int lastUnit, in GemmOperands operands, float* workspace)
    {
        int parts = PackParts, width = _blocking.PanelWidth;
        for (int unit = firstUnit; unit < lastUnit; unit++)
        {
            (int rest, int part) = Math.DivRem(unit, parts);
            (int batch, int panel) = Math.DivRem(rest, _blocking.Panels);
            int k = GemmBlocking.Part(_shape.K, part, parts), steps = GemmBlocking.Part(_shape.K, part + 1, parts) - k;
            int column = _blocking.ColumnOfPanel(panel), columns = _blocking.ColumnOfPanel(panel + 1) - column;
            float* b = operands.B + batch * _shape.BatchB;
            float* packed = workspace + batch * PackedFloats + ((nint)panel * _shape.K + k) * width;
            if (_shape.TransposeB)
            {
                Transpose.Run(b + column * _shape.Ldb + k, _shape.Ldb, packed, width, columns, steps);
            }
            else
            {
                CopyRows(b + k * _shape.Ldb + column, _shape.Ldb, packed, width, steps, columns);
            }
        }
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
            RunBlock(operands, workspace, batch, chunk, rowBlock, columnBlock);
        }
    }

    /// <summary>Adds the chunks of k in ascending order, units [firstUnit, lastUnit): the rows of C.</summary>
    [MethodImpl(Jit.Hot)]
    public void RunCombine(int firstUnit, int lastUnit, in GemmOperands operands, float* workspace)
    {
        // The sum over chunks is itself a product: a row of ones times the matrix whose rows are the chunks' partial rows.
        float one = 1;
        int width = _blocking.PanelWidth;
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
                Microkernel.Get(_shape.Epilogue, AMode.Column, 1, Vectors(args.Columns))(&args);
            }
        }
    }

    private static int Vectors(int columns) => columns > Microkernel.Width ? 2 : 1;

    /// <summary>B is read once per row tile. Packing it costs about as much as eight to twenty rows' work.</summary>
    private static bool WantsPackedB(GemmShape s)
    {
        const long LargeB = 600_000;
        const int ManyRows = 192, PageStride = 1024;
        bool unluckyStride = s.Ldb % PageStride == 0 && s.K > 32;
        return s.TransposeB || (s.M >= ManyRows && ((long)s.K * s.N > LargeB || unluckyStride));
    }

    /// <summary>Copies rows of at most one panel; what is left of the panel's width stays as it is, since no kernel reads it.</summary>
    [MethodImpl(Jit.Hot)]
    private static void CopyRows(float* source, nint sourceStride, float* target, int width, int rows, int columns)
    {
        for (int row = 0; row < rows; row++)
        {
            new ReadOnlySpan<float>(source, columns).CopyTo(new Span<float>(target, columns));
            source += sourceStride;
            target += width;
        }
    }

    /// <summary>One block of C over one chunk of k.</summary>
    [MethodImpl(Jit.Hot)]
    private void RunBlock(in GemmOperands operands, float* workspace, int batch, int chunk, int rowBlock, int columnBlock)
    {
        int row0 = _blocking.RowOfBlock(rowBlock), rows = _blocking.RowOfBlock(rowBlock + 1) - row0;
        int firstPanel = _blocking.PanelOfBlock(columnBlock), lastPanel = _blocking.PanelOfBlock(columnBlock + 1);
        int firstK = _blocking.KOfChunk(chunk), chunkK = _blocking.KOfChunk(chunk + 1) - firstK;
        int passes = Math.Max(_blocking.Passes, 1), width = _blocking.PanelWidth;
        bool partial = _blocking.Chunks > 1;
        var args = new MicroArgs { Lda = _shape.Lda, Ldo = _shape.Ldo, Segments = 1 };
        for (int pass = 0; pass < passes; pass++)
        {
            int k = firstK + GemmBlocking.Part(chunkK, pass, passes);
            args.K = firstK + GemmBlocking.Part(chunkK, pass + 1, passes) - k;
            args.Accumulate = pass > 0 || (_shape.Accumulate && !partial);
            Epilogue epilogue = pass < passes - 1 || partial ? Epilogue.None : _shape.Epilogue;
            for (int panel = firstPanel; panel < lastPanel; panel++)
            {
                int column = _blocking.ColumnOfPanel(panel);
                args.Columns = _blocking.ColumnOfPanel(panel + 1) - column;
                if (_packs)
                {
                    args.Ldb = width;
                    args.B = workspace + (_packedMatrices > 1 ? batch * PackedFloats : 0) + ((nint)panel * _shape.K + k) * width;
                }
                else
                {
                    args.Ldb = _shape.Ldb;
                    args.B = operands.B + batch * _shape.BatchB + k * _shape.Ldb + column;
                }

                int vectors = Vectors(args.Columns), tiles = GemmBlocking.RowTiles(rows, vectors);
                for (int tile = 0; tile < tiles; tile++)
                {
                    int row = row0 + GemmBlocking.Part(rows, tile, tiles);
                    int tileRows = row0 + GemmBlocking.Part(rows, tile + 1, tiles) - row;
                    args.A = operands.A + batch * _shape.BatchA + (_shape.TransposeA ? k * _shape.Lda + row : row * _shape.Lda + k);
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
