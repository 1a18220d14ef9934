using System.Numerics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// How a product is cut: C into tiles of at most MR rows × NR columns, tiles into blocks (the units of work), k into passes that fit the
/// cache, and a long k into chunks that are summed apart. A pure function of the shape and of the instruction set, never of the threads.
/// </summary>
internal readonly struct GemmBlocking
{
    /// <summary>k of one pass: 32 columns of B over one pass are 128 KB, an eighth of a usual second-level cache; half of it costs 2 % at 1024³.</summary>
    private const int KC = 1024;

    /// <summary>
    /// The same where B is read in place and its rows lie a quarter of a page or a multiple of it apart: the lines of a panel share few sets of the
    /// caches, which more steps overflow. 64 rows by a weight of 1024 × 1024 take 1.4 times as long in one pass, by one of 512 columns 1.2 times.
    /// </summary>
    private const int KCInPlace = 512;

    private const int QuarterPage = GemmPlan.PageStride / 4;

    /// <summary>
    /// Rows of a tile two vectors wide that reads A by rows, where more than one tile is needed: 14 take one pointer more and are slower.
    /// </summary>
    private const int RowsByRow = 12;

    /// <summary>
    /// The same where rows of A lie a multiple of a page apart, which puts them all into one set of the first-level cache: with 12 ways it holds the
    /// lines of ten rows and what passes through meanwhile. 1024³ is 1 to 3 % faster so than with A copied to another stride.
    /// </summary>
    private const int RowsByPages = 10;

    /// <summary>Floats of A that one block reads in a pass: half of a usual second-level cache, where they stay for all of its columns.</summary>
    private const int BlockFloats = 128 * 1024;

    /// <summary>A block of fewer tiles reads B too often.</summary>
    private const int FewTiles = 4;

    /// <summary>Blocks are cut smaller until there are this many, so that 16 threads end at about the same time.</summary>
    private const int EnoughBlocks = 64;

    /// <summary>Multiply-adds below which a block is not cut further: a microsecond of one core.</summary>
    private const double SmallBlock = 128 * 1024;

    /// <summary>Parts of a small weight that are dealt whole, so that each of two threads keeps to one of them in all that it does.</summary>
    private const int Halves = 2;

    /// <summary>
    /// Blocks are numbered down the columns of C, else along its rows. Where C is wide B is larger than A, mostly a weight: a thread then reads its
    /// own part of it, the one that it also packs, and of a weight as layers keep it the rows that its share of the update has just written, where
    /// another core's cache would be asked.
    /// </summary>
    public bool IsDownColumns { get; }

    private readonly int _m, _n, _k, _rowsOfPair, _rowTiles, _fullPanels, _lastPanelsWidth;

    /// <param name="s">A resolved shape.</param>
    /// <param name="dots">Cut for the dot kernels: narrow tiles, k in one piece.</param>
    /// <param name="mode">How the microkernels read A.</param>
    /// <param name="packsB">B is copied into panels before; else it is read in place.</param>
    public GemmBlocking(GemmShape s, bool dots, AMode mode, bool packsB)
    {
        (_m, _n, _k) = (s.M, s.N, s.K);

        // Where half of B stays in the second-level cache and A does not, each half meets all of A, some rows after the other.
        bool streamsA = dots && s.M < 4 * s.N && (long)s.M * s.K > BlockFloats && (long)s.N * s.K <= Halves * BlockFloats;
        IsDownColumns = streamsA || (!s.TransposeA && s.M < s.N && (long)s.M * Math.Min(s.K, KC) <= BlockFloats);
        int rowsByRow = !s.TransposeA && s.Lda % GemmPlan.PageStride == 0 ? RowsByPages : RowsByRow;
        _rowsOfPair = mode == AMode.Row ? Math.Min(rowsByRow, Microkernel.MaxRows(2)) : Microkernel.MaxRows(2);
        int width = Microkernel.Width;
        int vectors = s.N <= width ? 1 : s.M <= Microkernel.MaxRows(4) && s.N > 2 * width ? 4 : 2;
        PanelWidth = dots ? Microkernel.DotTile.Columns : vectors * width;

        // There are no tiles of three vectors: what four leave over is cut by two.
        _lastPanelsWidth = Math.Min(PanelWidth, 2 * width);
        _fullPanels = s.N / PanelWidth;
        Panels = _fullPanels + Ceiling(s.N - _fullPanels * PanelWidth, _lastPanelsWidth);
        _rowTiles = dots ? Ceiling(s.M, Microkernel.DotTile.Rows) : RowTiles(s.M, vectors);
        Chunks = dots ? 1 : ChunksOf(s);
        int kc = packsB || s.Ldb % QuarterPage != 0 ? KC : KCInPlace;
        Passes = dots ? 1 : Math.Max(Ceiling(Ceiling(s.K, Chunks), kc), 1);
        long tileFloats = (long)Ceiling(s.M, Math.Max(_rowTiles, 1)) * Ceiling(s.K, Chunks * Passes);
        RowBlocks = Ceiling(_rowTiles, (int)Math.Clamp(BlockFloats / Math.Max(tileFloats, 1), FewTiles, int.MaxValue));
        if (s.TransposeA && RowBlocks == 1 && _rowTiles >= FewTiles)
        {
            // The gradient of a weight: who computes some rows of it also updates them, and multiplies by them in the next step.
            RowBlocks = Halves;
        }

        ColumnBlocks = Math.Min(Panels, streamsA ? Halves : 1);
        double work = (double)s.M * s.N * s.K / Chunks;
        int others = Math.Max(s.Batch, 1) * Chunks;
        while ((long)RowBlocks * ColumnBlocks * others < EnoughBlocks && work / ((double)RowBlocks * ColumnBlocks) >= 2 * SmallBlock)
        {
            // Columns first: blocks that follow one another then share their rows of A and run as one.
            int tilesHigh = Ceiling(_rowTiles, RowBlocks), panelsWide = Ceiling(Panels, ColumnBlocks);
            if (!streamsA && (panelsWide > 2 || (panelsWide > 1 && tilesHigh <= FewTiles)))
            {
                ColumnBlocks = Ceiling(Panels, panelsWide - 1);
            }
            else if (tilesHigh > 1)
            {
                RowBlocks = Ceiling(_rowTiles, tilesHigh - 1);
            }
            else
            {
                break;
            }
        }
    }

    /// <summary>Columns of a tile: two vectors; one where that holds all of C, four where C has few rows.</summary>
    public int PanelWidth { get; }

    public int Panels { get; }

    public int RowBlocks { get; }

    public int ColumnBlocks { get; }

    /// <summary>Parts of k that are summed apart and added in order at the end.</summary>
    public int Chunks { get; }

    /// <summary>Parts of a chunk that follow one another in the same sums, at least 1.</summary>
    public int Passes { get; }

    /// <summary>
    /// The most blocks from <paramref name="block"/> on that together are a rectangle, so that they run as one; at most <paramref name="most"/>.
    /// </summary>
    public BlockRange Blocks(int block, int most)
    {
        int row, column, rows = 1, columns = 1;
        if (IsDownColumns)
        {
            (column, row) = Math.DivRem(block, RowBlocks);
            rows = Math.Min(RowBlocks - row, most);
            columns = rows == RowBlocks ? Math.Min(ColumnBlocks - column, most / RowBlocks) : 1;
        }
        else
        {
            (row, column) = Math.DivRem(block, ColumnBlocks);
            columns = Math.Min(ColumnBlocks - column, most);
        }

        return new(RowOfBlock(row), RowOfBlock(row + rows), PanelOfBlock(column), PanelOfBlock(column + columns), rows * columns);
    }

    /// <summary>
    /// First row of a block; the block after the last gives M. Tiles are as equal as can be: 64 rows are four tiles of 11 and two of 10.
    /// </summary>
    [MethodImpl(Jit.Inline)]
    public int RowOfBlock(int block) => Part(_m, Part(_rowTiles, block, RowBlocks), _rowTiles);

    [MethodImpl(Jit.Inline)]
    public int PanelOfBlock(int block) => Part(Panels, block, ColumnBlocks);

    [MethodImpl(Jit.Inline)]
    public int KOfChunk(int chunk) => Part(_k, chunk, Chunks);

    /// <summary>First column of a panel; the panel after the last gives N.</summary>
    [MethodImpl(Jit.Inline)]
    public int ColumnOfPanel(int panel) =>
        panel <= _fullPanels ? panel * PanelWidth : Math.Min(_fullPanels * PanelWidth + (panel - _fullPanels) * _lastPanelsWidth, _n);

    /// <summary>Vectors that hold some columns of one panel.</summary>
    [MethodImpl(Jit.Inline)]
    public static int Vectors(int columns) => columns <= Microkernel.Width ? 1 : columns <= 2 * Microkernel.Width ? 2 : 4;

    /// <summary>How many tiles share some rows of one panel.</summary>
    [MethodImpl(Jit.Inline)]
    public int RowTiles(int rows, int vectors)
    {
        int most = Microkernel.MaxRows(vectors);
        return rows <= most ? Math.Min(rows, 1) : Ceiling(rows, vectors == 2 ? _rowsOfPair : most);
    }

    /// <summary>Where the <paramref name="index"/>-th of <paramref name="parts"/> nearly equal parts begins.</summary>
    [MethodImpl(Jit.Inline)]
    public static int Part(int size, int index, int parts) => (int)((long)size * index / parts);

    public static int Ceiling(int size, int part) => (size + part - 1) / part;

    /// <summary>
    /// Few tiles and a long k: cut k, so that there is work for several threads, and each reads its own part of A and B. Chunks keep at least
    /// 512 steps, and their number is a power of two, as that of threads mostly is.
    /// </summary>
    private int ChunksOf(GemmShape s)
    {
        const int WantedTiles = 64, LongChunk = 512;
        double tiles = (double)_rowTiles * Panels * s.Batch;
        if (tiles is 0 or >= WantedTiles)
        {
            return 1;
        }

        double byWork = (double)s.M * s.N * s.K * s.Batch / (tiles * SmallBlock);
        double most = Math.Min(Math.Min(WantedTiles / tiles, s.K / LongChunk), byWork);
        return most < 2 ? 1 : 1 << BitOperations.Log2((uint)most);
    }
}

/// <summary>A rectangle of C that one call computes.</summary>
/// <param name="FirstRow">Its first row.</param>
/// <param name="LastRow">The row after its last.</param>
/// <param name="FirstPanel">Its first panel of columns.</param>
/// <param name="LastPanel">The panel after its last.</param>
/// <param name="Units">How many blocks it holds.</param>
internal readonly record struct BlockRange(int FirstRow, int LastRow, int FirstPanel, int LastPanel, int Units);
