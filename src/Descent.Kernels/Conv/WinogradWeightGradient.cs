using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// The weight gradient of a convolution of 3×3 taps at stride 1 by F(4×4, 3×3), see <see cref="WinogradTransforms"/>: tiles of x and of dy
/// are transformed to 36 planes each, the products of the planes are summed over the tiles, <c>dU = Vᵀ·D</c>, and the sums are transformed
/// to filters.
/// </summary>
/// <remarks>
/// A worker sums a chunk in 36 planes (C, K) of its own; what it hands over are the filters of nine taps that they transform to, a quarter, since the
/// transform is linear. A split is a range of output channels: it transforms all of x again, which costs less than more partial sums where these
/// are large.
/// </remarks>
internal sealed unsafe class WinogradWeightGradient : IChunkedWeightGradient
{
    private const int WantedChunks = 16, WantedUnits = 8;
    private const double LeastWork = 2e6;

    /// <summary>Eight sums of 64 by 64 channels, over all chunks.</summary>
    private const double MostSums = 5 << 18;

    private const int FilterTaps = WinogradTransforms.Taps * WinogradTransforms.Taps;

    // The planes of a block of tiles should fill half of the second-level cache, as in the forward pass.
    private const int BlockFloats = 128 * 1024;

    private const int LeastTiles = 28, MostTiles = 56;

    /// <summary>The plane that holds the sums of the tiles: the gradient's value at the points (1, 1).</summary>
    public const int SumPlane = WinogradTransforms.Points + 1;

    private const int StoreFloats = 8192;

    private readonly WindowedImages _x;
    private readonly ImageSize _dy;
    private readonly TileGrid _grid;
    private readonly WeightPanels _panels;
    private readonly Tile[] _fullTiles;
    private readonly Tile[] _lastTiles;
    private readonly int _tiles;
    private readonly int _blocks;
    private readonly int _channels;
    private readonly bool _fetches;
    private readonly int _storeChannels;
    private readonly StridedCopy _store;
    private readonly StridedCopy _lastStore;

    public WinogradWeightGradient(in Conv2dShape s, Prologue prologue = Prologue.None)
    {
        _channels = s.C;
        _x = new WindowedImages(new ImageSize(s.H, s.W, s.C), s.PadTop, s.PadLeft, 0, s.C, prologue);
        _dy = new ImageSize(s.OutH, s.OutW, s.K);
        _grid = new TileGrid(s.N, s.OutH, s.OutW);
        _panels = new WeightPanels(s.K, Depth: 0);
        _fullTiles = Tile.Split(s.C, _panels.Vectors(0), AMode.Column, Epilogue.None);
        _lastTiles = Tile.Split(s.C, _panels.Vectors(_panels.Count - 1), AMode.Column, Epilogue.None);

        int tiles = TilesPerBlock(s.C, s.K, _grid.Count);
        _blocks = (_grid.Count + tiles - 1) / tiles;
        double work = 2.0 * WinogradTransforms.Products * _grid.Count * s.C * s.K / LeastWork;
        double chunks = Math.Min(Math.Min(WantedChunks, work), Math.Min(_blocks, MostSums / SumFloats));
        // A power of two, so that usual numbers of threads get equal shares.
        Chunks = 1 << (int)Math.Log2(Math.Max(1, chunks));
        Splits = (int)Math.Clamp(Math.Min(WantedUnits, work) / Chunks, 1, Math.Max(1, _panels.Count / 2));
        _blocks = (_blocks + Chunks - 1) / Chunks * Chunks;
        _tiles = (_grid.Count + _blocks - 1) / _blocks;

        _fetches = LinesAhead.Pays(s.InputFloats + s.OutputFloats, s.C + s.K) && s.OutH == s.H && s.OutW == s.W;
        _storeChannels = Math.Clamp(StoreFloats / s.K, 1, s.C);
        StoreUnits = (s.C + _storeChannels - 1) / _storeChannels;
        _store = StoreOf(_storeChannels, s.K);
        _lastStore = StoreOf(s.C - ((StoreUnits - 1) * _storeChannels), s.K);
    }

    public int Chunks { get; }

    public int Splits { get; }

    public nint Floats => FilterTaps * FilterStride;

    public nint ScratchFloats =>
        InputFloats + Planes.FloatsOf(_tiles, Planes.PitchOf(_dy.C)) + SumFloats + WinogradScatter<InputWindow>.ScratchFloats;

    public int StoreUnits { get; }

    private nint InputFloats => Planes.FloatsOf(_tiles, Planes.PitchOf(_channels));

    private nint SumFloats => Planes.FloatsOf(_channels, Planes.PitchOf(_dy.C));

    /// <summary>Distance of the taps of partial filters.</summary>
    private nint FilterStride => Planes.StrideOf(_channels, Planes.PitchOf(_dy.C));

    /// <summary>Tiles that are transformed and multiplied together, at most; fixed by the shape.</summary>
    public static int TilesPerBlock(int channels, int targets, int tiles) => Math.Min(
        tiles, Math.Clamp(BlockFloats / WinogradTransforms.Products / (Planes.PitchOf(channels) + Planes.PitchOf(targets)), LeastTiles, MostTiles));

    [MethodImpl(Jit.Hot)]
    public void Run(int chunk, int split, in WeightGradientArgs args, float* partial, float* scratch)
    {
        var panels = (First: _panels.Count * split / Splits, Last: _panels.Count * (split + 1) / Splits);
        int first = panels.First * WeightPanels.Width, last = Math.Min(panels.Last * WeightPanels.Width, _dy.C);
        var dy = new WindowedImages(_dy, 0, 0, first, last - first);
        var input = new Planes((nint)scratch, _tiles, Planes.PitchOf(_channels));
        var gradient = new Planes((nint)(scratch + InputFloats), _tiles, Planes.PitchOf(last - first));
        float* behind = scratch + InputFloats + Planes.FloatsOf(_tiles, Planes.PitchOf(_dy.C)), strip = behind + SumFloats;
        var sums = new Planes((nint)behind, _channels, gradient.Pitch);
        int perChunk = _blocks / Chunks;
        for (int block = chunk * perChunk; block < (chunk + 1) * perChunk; block++)
        {
            bool accumulate = block > chunk * perChunk;
            // Evened out, the last blocks may be short or have no tiles: their sums are zero.
            int tile = Math.Min(block * _tiles, _grid.Count), end = Math.Min(tile + _tiles, _grid.Count);
            WinogradScatter<InputWindow>.Run(args.Inputs, _x, _grid, tile, end, input, strip);
            WinogradScatter<OutputGradientWindow>.Run(args.Gradients, dy, _grid, tile, end, gradient, strip);
            (int First, int Last) following = _fetches ? (end, Math.Min(end + _tiles, _grid.Count)) : default;
            int calls = (panels.Last - panels.First) * WinogradTransforms.Products;
            var aheadX = new LinesAhead(args.X, _grid, _channels, following, calls);
            var aheadDy = new LinesAhead(args.Dy, _grid, _dy.C, following, calls);
            for (int panel = panels.First; panel < panels.Last; panel++)
            {
                int column = (panel - panels.First) * WeightPanels.Width;
                Multiply(panel, input, gradient.From(0, column), end - tile, sums.From(0, column), accumulate, ref aheadX, ref aheadDy);
            }
            if (args.Db is not null)
            {
                ColumnSums.Run(gradient[SumPlane], end - tile, last - first, gradient.Pitch, partial + Floats + first, accumulate);
            }
        }
        int pitch = Planes.PitchOf(_dy.C), rows = sums.Pitch == pitch ? 1 : _channels;
        for (int row = 0; row < rows; row++)
        {
            ToFilters(sums.Row(row), sums.Stride, partial + (row * (nint)pitch) + first, FilterStride, sums.Pitch * _channels / rows);
        }
    }

    public void Store(float* gradient, float* dw, int firstUnit, int lastUnit)
    {
        for (int unit = firstUnit; unit < lastUnit; unit++)
        {
            int channel = unit * _storeChannels;
            (unit == StoreUnits - 1 ? _lastStore : _store).Run(gradient + (channel * (nint)Planes.PitchOf(_dy.C)), dw + (channel * (nint)FilterTaps));
        }
    }

    /// <summary>dU [+]= Vᵀ·D for one panel of output channels, the first columns of the planes.</summary>
    [MethodImpl(Jit.Hot)]
    private void Multiply(
        int panel, in Planes input, in Planes gradient, int tiles, in Planes sums, bool accumulate, ref LinesAhead x, ref LinesAhead dy)
    {
        MicroArgs args = default;
        args.Lda = input.Pitch;
        args.Ldb = gradient.Pitch;
        args.Ldc = sums.Pitch;
        args.K = tiles;
        args.Segments = 1;
        args.Columns = _panels.Columns(panel);
        args.Accumulate = accumulate;
        ReadOnlySpan<Tile> kernels = panel == _panels.Count - 1 ? _lastTiles : _fullTiles;
        for (int plane = 0; plane < WinogradTransforms.Products; plane++)
        {
            float* a = input[plane], c = sums[plane];
            args.B = gradient[plane];
            foreach (ref readonly Tile kernel in kernels)
            {
                args.A = a + kernel.First;
                args.C = c + (kernel.First * args.Ldc);
                kernel.Kernel(&args);
            }
            x.Fetch();
            dy.Fetch();
        }
    }

    /// <summary>Gᵀ·dU·G: some floats of 36 planes become those of nine, which may be the first nine of them.</summary>
    public static void ToFilters(float* planes, nint stride, float* filters, nint filterStride, int floats)
    {
        switch (Microkernel.Tier)
        {
            case MicroTier.Avx512: Transform<F32x16>(planes, stride, filters, filterStride, floats); break;
            case MicroTier.Avx2: Transform<F32x8>(planes, stride, filters, filterStride, floats); break;
            default: Transform<F32x4>(planes, stride, filters, filterStride, floats); break;
        }
    }

    [MethodImpl(Jit.Hot)]
    private static void Transform<V>(float* planes, nint stride, float* filters, nint filterStride, int floats)
        where V : struct, ISimd<V>
    {
        const int Points = WinogradTransforms.Points, Taps = WinogradTransforms.Taps;
        float* columns = stackalloc float[Points * Taps * V.Count];
        for (float* end = planes + floats; planes < end; planes += V.Count, filters += V.Count)
        {
            for (int j = 0; j < Points; j++)
            {
                WinogradTransforms.FilterGradient<V>(planes + (j * stride), Points * stride, columns + (j * V.Count), Points * V.Count);
            }
            for (int i = 0; i < Taps; i++)
            {
                WinogradTransforms.FilterGradient<V>(columns + (i * Points * V.Count), V.Count, filters + (i * Taps * filterStride), filterStride);
            }
        }
    }

    /// <summary>From nine planes (C, K) to (K, C, 3, 3), some of the channels.</summary>
    private StridedCopy StoreOf(int channels, int targets)
    {
        // Axes: target, channel, tap.
        return new StridedCopy([targets, channels, FilterTaps], [1, Planes.PitchOf(targets), FilterStride], [_channels * (nint)FilterTaps, FilterTaps, 1]);
    }
}
