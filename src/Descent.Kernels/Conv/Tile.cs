namespace Descent.Kernels;

/// <summary>Rows (pixels, or elements of a window) that one microkernel call computes, and the kernels of exactly that size.</summary>
internal readonly unsafe struct Tile
{
    private Tile(int first, int rows, int vectors, AMode mode, Epilogue epilogue)
    {
        First = first;
        Kernel = Microkernel.Get(epilogue, mode, rows, vectors);
        PlainKernel = Microkernel.Get(Epilogue.None, mode, rows, vectors);
    }

    /// <summary>The first row.</summary>
    public int First { get; }

    public delegate*<MicroArgs*, void> Kernel { get; }

    /// <summary>Without epilogue, for calls that are not the last on their tile.</summary>
    public delegate*<MicroArgs*, void> PlainKernel { get; }

    /// <summary>As few tiles as the registers allow, evened out: 32 rows are 11 + 11 + 10, not 14 + 14 + 4.</summary>
    public static Tile[] Split(int rows, int vectors, AMode mode, Epilogue epilogue)
    {
        int most = Microkernel.MaxRows(vectors), count = (rows + most - 1) / most;
        var tiles = new Tile[count];
        for (int i = 0; i < count; i++)
        {
            int first = (int)((long)rows * i / count), last = (int)((long)rows * (i + 1) / count);
            tiles[i] = new Tile(first, last - first, vectors, mode, epilogue);
        }
        return tiles;
    }
}
