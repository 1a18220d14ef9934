namespace Descent.Kernels;

/// <summary>Neighbouring pixels that one microkernel call computes, and the kernels of exactly that size.</summary>
internal readonly unsafe struct Tile
{
    private Tile(int first, int rows, int vectors, Epilogue epilogue)
    {
        First = first;
        Kernel = Microkernel.Get(epilogue, AMode.Row, rows, vectors);
        PlainKernel = Microkernel.Get(Epilogue.None, AMode.Row, rows, vectors);
    }

    /// <summary>The first pixel.</summary>
    public int First { get; }

    public delegate*<MicroArgs*, void> Kernel { get; }

    /// <summary>Without epilogue, for calls that are not the last on their tile.</summary>
    public delegate*<MicroArgs*, void> PlainKernel { get; }

    /// <summary>As few tiles as the registers allow, evened out: 32 pixels are 11 + 11 + 10, not 14 + 14 + 4.</summary>
    public static Tile[] Split(int pixels, int vectors, Epilogue epilogue)
    {
        int most = Microkernel.MaxRows(vectors), count = (pixels + most - 1) / most;
        var tiles = new Tile[count];
        for (int i = 0; i < count; i++)
        {
            int first = (int)((long)pixels * i / count), last = (int)((long)pixels * (i + 1) / count);
            tiles[i] = new Tile(first, last - first, vectors, epilogue);
        }
        return tiles;
    }
}
