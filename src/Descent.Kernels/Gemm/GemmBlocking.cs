using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// How a product is cut: C into tiles of at most MR rows × NR columns, tiles into blocks (the units of work), k into passes that fit the
/// cache, and a long k into chunks that are summed apart. A pure function of the shape and of the instruction set, never of the threads.
/// </summary>
internal readonly struct GemmBlocking
{
    /// <summary>k of one pass: 32 columns of B over one pass are 64 KB, a sixteenth of a usual second-level cache.</summary>
    private const int KC = 512;

    /// <summary>
    /// Rows of a tile two vectors wide, where more than one tile is needed: the first-level cache has twelve ways for their lines.
    /// </summary>
    private const int PreferredRows = 12;

    /// <summary>A block is at most this many tiles high and wide: its part of A over one pass stays in the second-level cache.</summary>
    private const int BlockRowTiles = 8, BlockPanels = 16;

    /// <summary>Blocks are cut smaller until there are this many, so that 16 threads end at about the same time.</summary>
    private const int EnoughBlocks = 64;

    /// <summary>Multiply-adds below which a block is not cut further: half a microsecond of one core.</summary>
    private const double SmallBlock = 64 * 1024;

    private readonly int _m, _n, _k, _rowTiles;

    public GemmBlocking(GemmShape s)
    {
        (_m, _n, _k) = (s.M, s.N, s.K);
        int width = Microkernel.Width;
        PanelWidth = s.N <= width ? width : 2 * width;
        Panels = Ceiling(s.N, PanelWidth);
        _rowTiles = RowTiles(s.M, PanelWidth / width);
        Chunks = ChunksOf(s);
        RowBlocks = Ceiling(_rowTiles, BlockRowTiles);
        ColumnBlocks = Ceiling(Panels, BlockPanels);
        double work = (double)s.M * s.N * s.K / Chunks;
        int others = Math.Max(s.Batch, 1) * Chunks;
        while ((long)RowBlocks * ColumnBlocks * others < EnoughBlocks
            && work / ((double)RowBlocks * ColumnBlocks) >= 2 * SmallBlock
            && (RowBlocks < _rowTiles || ColumnBlocks < Panels))
        {
            int tilesHigh = Ceiling(_rowTiles, RowBlocks), panelsWide = Ceiling(Panels, ColumnBlocks);
            if (tilesHigh > panelsWide)
            {
                RowBlocks = Ceiling(_rowTiles, tilesHigh - 1);
            }
            else
            {
                ColumnBlocks = Ceiling(Panels, panelsWide - 1);
            }
        }

        Passes = Ceiling(Ceiling(s.K, Chunks), KC);
    }

    /// <summary>Columns of a tile: two vectors, or one where one holds all of C.</summary>
    public int PanelWidth { get; }

    public int Panels { get; }

    public int RowBlocks { get; }

    public int ColumnBlocks { get; }

    /// <summary>Parts of k that are summed apart and added in order at the end.</summary>
    public int Chunks { get; }

    /// <summary>Parts of a chunk that follow one another in the same sums.</summary>
    public int Passes { get; }

    /// <summary>
    /// First row of a block; the block after the last gives M. Tiles are as equal as can be: 64 rows are four tiles of 11 and two of 10.
    /// </summary>
    [MethodImpl(Jit.Inline)]
    public int RowOfBlock(int block) => Part(_m, Part(_rowTiles, block, RowBlocks), _rowTiles);

    [MethodImpl(Jit.Inline)]
    public int PanelOfBlock(int block) => Part(Panels, block, ColumnBlocks);

    [MethodImpl(Jit.Inline)]
    public int KOfChunk(int chunk) => Part(_k, chunk, Chunks);

    [MethodImpl(Jit.Inline)]
    public int ColumnOfPanel(int panel) => Math.Min(panel * PanelWidth, _n);

    /// <summary>How many tiles share some rows of one panel.</summary>
    [MethodImpl(Jit.Inline)]
    public static int RowTiles(int rows, int vectors)
    {
        int most = Microkernel.MaxRows(vectors);
        return rows <= most ? Math.Min(rows, 1) : Ceiling(rows, vectors == 1 ? most : Math.Min(most, PreferredRows));
    }

    /// <summary>Where the <paramref name="index"/>-th of <paramref name="parts"/> nearly equal parts begins.</summary>
    [MethodImpl(Jit.Inline)]
    public static int Part(int size, int index, int parts) => (int)((long)size * index / parts);

    /// <summary>Few tiles and a long k: cut k, so that there is work for several threads. Chunks keep at least 512 steps.</summary>
    private int ChunksOf(GemmShape s)
    {
        const int WantedTiles = 16, LongChunk = 512;
        double tiles = (double)_rowTiles * Panels * s.Batch;
        if (tiles is 0 or >= WantedTiles)
        {
            return 1;
        }

        double byWork = (double)s.M * s.N * s.K * s.Batch / (tiles * 2 * SmallBlock);
        return (int)Math.Max(1, Math.Min(Math.Min(WantedTiles / tiles, s.K / LongChunk), byWork));
    }

    private static int Ceiling(int size, int part) => (size + part - 1) / part;
}
