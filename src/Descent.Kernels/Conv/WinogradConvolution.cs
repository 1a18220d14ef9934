using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// Convolution of 3×3 taps at stride 1 by F(4×4, 3×3), see <see cref="WinogradTransforms"/>: a block of tiles is transformed to 36 planes
/// (tile, channel), each is multiplied by its plane of transformed weights, and the products are transformed back to pixels.
/// </summary>
/// <remarks>A unit is a block of tiles, where blocks are few also a range of the target channels' panels.</remarks>
internal sealed unsafe class WinogradConvolution : IConvolution
{
    // The planes of a block, those of the products for one panel only, should fill half of the second-level cache: on a busy Zen 5 core
    // 56 tiles serve 16 and 32 channels best (28 and 112 take 1.2 times as long), 28 tiles serve more (56 take up to 1.2 times as long).
    private const int BlockFloats = 128 * 1024;

    private const int LeastTiles = 28, MostTiles = 56;
    private const int WantedUnits = 8;
    private const double LeastWork = 2e6;

    private readonly WinogradWeights _weights;
    private readonly WindowedImages _source;
    private readonly TileGrid _grid;
    private readonly int _channels;
    private readonly int _targets;
    private readonly int _tiles;
    private readonly int _blocks;
    private readonly int _splits;
    private readonly WinogradProducts _fullBlock;
    private readonly WinogradProducts _lastBlock;
    private readonly bool _fetches;
    private readonly bool _readsOther;
    private readonly delegate*<in Planes, in TileGrid, (int, int), (int, int), int, in ConvolutionArgs, float*, void> _gather;

    /// <param name="weights">How they are packed.</param>
    /// <param name="source">What is read.</param>
    /// <param name="grid">The tiles of what is written.</param>
    /// <param name="epilogue">Done to each element before it is stored.</param>
    private WinogradConvolution(WinogradWeights weights, in WindowedImages source, in TileGrid grid, Epilogue epilogue)
    {
        (_weights, _source, _grid) = (weights, source, grid);
        (_channels, _targets) = (source.Channels, weights.Panels.Targets);
        int tiles = TilesPerBlock(_channels, _grid.Count);
        _blocks = (_grid.Count + tiles - 1) / tiles;
        _tiles = (_grid.Count + _blocks - 1) / _blocks;
        _blocks = (_grid.Count + _tiles - 1) / _tiles;
        double flops = 2.0 * WinogradTransforms.Products * _grid.Count * _channels * _targets;
        _splits = (int)Math.Clamp(Math.Min(WantedUnits, flops / LeastWork) / _blocks, 1, weights.Panels.Count);
        _fullBlock = new WinogradProducts(weights, _tiles, shared: false);
        _lastBlock = new WinogradProducts(weights, _grid.Count - ((_blocks - 1) * _tiles), shared: false);
        _fetches = LinesAhead.Pays(grid.Images * (source.Size.Floats + ((nint)grid.H * grid.W * _targets)), _channels + _targets);
        _readsOther = epilogue is Epilogue.Residual or Epilogue.ResidualRelu or Epilogue.ReluMask;
        _gather = WinogradGather.Find(epilogue);
    }

    public int Units(int phase) => _blocks * _splits;

    public long PackedFloats => _weights.Floats;

    private nint FloatsPerWorker => InputFloats + ProductFloats + ScratchFloats;

    public long WorkspaceFloats(int workers) => workers * (long)FloatsPerWorker;

    private nint InputFloats
    {
        get
        {
            nint floats = Planes.FloatsOf(_tiles, Planes.PitchOf(_channels));
            return _fullBlock.IsSixteen ? SixteenChannels.HalfPageBehind(floats) : floats;
        }
    }

    private nint ProductFloats => Planes.FloatsOf(_tiles, _weights.Panels.Stride(0));

    private static nint ScratchFloats => Math.Max(WinogradScatter<InputWindow>.ScratchFloats, WinogradGather.ScratchFloats);

    /// <summary>Tiles that are transformed and multiplied together, at most; fixed by the shape.</summary>
    public static int TilesPerBlock(int channels, int tiles)
    {
        int rows = Microkernel.MaxRows(Microkernel.MaxVectors);
        int fitting = BlockFloats / WinogradTransforms.Products / (Planes.PitchOf(channels) + WeightPanels.Width);
        // Few tiles are shared out as long as a block still fills a microkernel.
        int shared = Math.Max(rows, (tiles + WantedUnits - 1) / WantedUnits);
        return Math.Min(shared, Math.Clamp(fitting, LeastTiles, MostTiles) / rows * rows);
    }

    /// <summary>The order of work that suits the sizes: block by block, or plane by plane.</summary>
    /// <param name="weights">How they are packed.</param>
    /// <param name="images">Images of the batch.</param>
    /// <param name="source">What is read.</param>
    /// <param name="padTop">Zero rows above it.</param>
    /// <param name="padLeft">Zero columns before it.</param>
    /// <param name="target">What is written.</param>
    /// <param name="epilogue">Done to each element before it is stored.</param>
    /// <param name="shared">Whether several threads will run it.</param>
    /// <param name="prologue">Done to each element that is read.</param>
    public static IConvolution Of(
        WinogradWeights weights, int images, ImageSize source, int padTop, int padLeft, ImageSize target, Epilogue epilogue, bool shared,
        Prologue prologue = Prologue.None)
    {
        var window = new WindowedImages(source, padTop, padLeft, 0, source.C, prologue);
        var grid = new TileGrid(images, target.H, target.W);
        return WinogradByPlanes.Pays(weights)
            ? new WinogradByPlanes(weights, window, grid, epilogue, shared)
            : new WinogradConvolution(weights, window, grid, epilogue);
    }

    [MethodImpl(Jit.Hot)]
    public void Run(int phase, int firstUnit, int lastUnit, int worker, in ConvolutionArgs args)
    {
        float* workspace = args.Workspace + (worker * FloatsPerWorker), scratch = workspace + InputFloats + ProductFloats;
        int panelCount = _weights.Panels.Count;
        for (int unit = firstUnit; unit < lastUnit; unit++)
        {
            // Neighbouring units share the weights.
            (int split, int block) = Math.DivRem(unit, _blocks);
            (int First, int Last) tiles = (block * _tiles, Math.Min((block + 1) * _tiles, _grid.Count));
            WinogradProducts products = block == _blocks - 1 ? _lastBlock : _fullBlock;
            var input = new Planes((nint)workspace, products.Tiles, Planes.PitchOf(_channels));
            WinogradScatter<InputWindow>.Run(args.Images, _source, _grid, tiles.First, tiles.Last, input, scratch);
            int firstPanel = panelCount * split / _splits, lastPanel = panelCount * (split + 1) / _splits;
            Ahead ahead = _fetches ? new Ahead(this, tiles, lastPanel - firstPanel, args) : default;
            for (int panel = firstPanel; panel < lastPanel; panel++)
            {
                var output = new Planes((nint)(workspace + InputFloats), products.Tiles, _weights.Panels.Stride(panel));
                Multiply(products, panel, input, args.Weights, output, ref ahead);
                int first = panel * WeightPanels.Width;
                _gather(output, _grid, tiles, (first, Math.Min(first + WeightPanels.Width, _targets)), _targets, args, scratch);
            }
        }
    }

    [MethodImpl(Jit.Hot)]
    private void Multiply(WinogradProducts products, int panel, in Planes input, float* weights, in Planes output, ref Ahead ahead)
    {
        if (!_fetches)
        {
            products.Run(panel, (0, WinogradTransforms.Products), input, weights, output, following: null);
            return;
        }
        for (int plane = 0; plane < WinogradTransforms.Products; plane++)
        {
            products.Run(panel, (plane, plane + 1), input, weights, output, following: null);
            ahead.Target.Fetch();
            ahead.Other.Fetch();
            ahead.Source.Fetch();
        }
    }

    /// <summary>What a block will write, and what the one behind it will read, while the block is multiplied.</summary>
    private struct Ahead
    {
        public LinesAhead Target;
        public LinesAhead Other;
        public LinesAhead Source;

        public Ahead(WinogradConvolution of, (int First, int Last) tiles, int panels, in ConvolutionArgs args)
        {
            int calls = panels * WinogradTransforms.Products;
            Target = new LinesAhead(args.Target, of._grid, of._targets, tiles, calls);
            Other = of._readsOther ? new LinesAhead(args.Other, of._grid, of._targets, tiles, calls) : default;
            (int First, int Last) following = (tiles.Last, Math.Min(tiles.Last + of._tiles, of._grid.Count));
            TileGrid grid = of._grid with { H = of._source.Size.H, W = of._source.Size.W };
            Source = grid.Columns == of._grid.Columns && grid.Rows == of._grid.Rows ? new LinesAhead(args.Source, grid, of._channels, following, calls) : default;
        }
    }
}
