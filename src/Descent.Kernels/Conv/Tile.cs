namespace Descent.Kernels;

/// <summary>Rows (pixels, or elements of a window) that one microkernel call computes, and the kernels of exactly that size.</summary>
internal readonly unsafe struct Tile
{
    private Tile(int first, delegate*<MicroArgs*, void> kernel, delegate*<MicroArgs*, void> plain)
    {
        First = first;
        Kernel = kernel;
        PlainKernel = plain;
    }

    /// <summary>The first row.</summary>
    public int First { get; }

    public delegate*<MicroArgs*, void> Kernel { get; }

    /// <summary>Without epilogue, for calls that are not the last on their tile.</summary>
    public delegate*<MicroArgs*, void> PlainKernel { get; }

    /// <summary>As few tiles as the registers allow, evened out: 32 rows are 11 + 11 + 10, not 14 + 14 + 4.</summary>
    public static Tile[] Split(int rows, int vectors, AMode mode, Epilogue epilogue) => Split(rows, vectors, (first, count) =>
        new Tile(first, Microkernel.Get(epilogue, mode, count, vectors), Microkernel.Get(Epilogue.None, mode, count, vectors)));

    /// <summary>The same by <see cref="Microkernel.GetStreaming"/>.</summary>
    public static Tile[] SplitStreaming(int rows, int vectors) => Split(rows, vectors, (first, count) =>
        new Tile(first, Microkernel.GetStreaming(count, vectors), Microkernel.GetStreaming(count, vectors)));

    private static Tile[] Split(int rows, int vectors, Func<int, int, Tile> create)
    {
        int most = Microkernel.MaxRows(vectors), count = (rows + most - 1) / most;
        var tiles = new Tile[count];
        for (int i = 0; i < count; i++)
        {
            int first = (int)((long)rows * i / count), last = (int)((long)rows * (i + 1) / count);
            tiles[i] = create(first, last - first);
        }
        return tiles;
    }
}
