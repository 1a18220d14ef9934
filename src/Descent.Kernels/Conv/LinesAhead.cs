using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// Fetches the pixels of some tiles of channels-last images into the second-level cache, a part at each call, while something else is computed.
/// </summary>
/// <remarks>
/// Products of few channels take no longer than memory takes to deliver the images: Winograd's of 16 by 16 channels take 0.7 to 0.8 of the time so for
/// 128 images of 32×32, 1.02 where the images lie in the third-level cache; 32 by 32 and 64 by 64 channels gain nothing.
/// </remarks>
internal unsafe struct LinesAhead
{
    /// <summary>Images of 12 MB and more.</summary>
    private const nint LeastFloats = 3 << 20;

    /// <summary>On both sides of a product together.</summary>
    private const int MostChannels = 32;

    private const int LineFloats = 16;

    private readonly float* _end;
    private readonly nint _part;
    private float* _at;

    /// <param name="images">The first of them.</param>
    /// <param name="grid">Their tiles.</param>
    /// <param name="channels">Channels of a pixel.</param>
    /// <param name="tiles">Tiles: [first, last).</param>
    /// <param name="calls">How many calls of <see cref="Fetch"/> it takes.</param>
    public LinesAhead(float* images, in TileGrid grid, int channels, (int First, int Last) tiles, int calls)
    {
        if (tiles.First < tiles.Last)
        {
            TileRun first = grid.RunAt(tiles.First, 1), last = grid.RunAt(tiles.Last - 1, 1);
            _at = images + (((((nint)first.Image * grid.H) + first.Y) * grid.W) + first.X) * channels;
            _end = images + ((((nint)last.Image * grid.H) + Math.Min(last.Y + WinogradTransforms.Outputs, grid.H)) * grid.W * channels);
            nint lines = (nint)(_end - _at) / LineFloats;
            _part = ((lines + calls) / calls) * LineFloats;
        }
    }

    /// <summary>Whether images of so many floats, those of both sides of the products, are too large for a cache and have few enough channels.</summary>
    public static bool Pays(long floats, int channels) => floats >= LeastFloats && channels <= MostChannels;

    [MethodImpl(Jit.Inline)]
    public void Fetch()
    {
        float* end = _end - _at < _part ? _end : _at + _part;
        for (; _at < end; _at += LineFloats)
        {
            Prefetch.ToSecondLevel(_at);
        }
    }
}
