namespace Descent.Kernels;

/// <summary>Tiles dealt out in rounds of at most so many, evened out: 61 in rounds of at most 56 are 31 and 30.</summary>
internal readonly struct TileRounds
{
    private readonly int _all;

    /// <param name="all">All tiles, at least 1.</param>
    /// <param name="most">At least 1.</param>
    public TileRounds(int all, int most)
    {
        _all = all;
        Tiles = GemmBlocking.Ceiling(all, GemmBlocking.Ceiling(all, most));
        Count = GemmBlocking.Ceiling(all, Tiles);
    }

    /// <summary>The number of rounds.</summary>
    public int Count { get; }

    /// <summary>Tiles of a round; the last one may have fewer.</summary>
    public int Tiles { get; }

    /// <summary>The tiles of one round.</summary>
    public (int First, int Count) this[int round] => (round * Tiles, Math.Min(Tiles, _all - (round * Tiles)));
}
