using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// <see cref="WinogradConvolution"/> in another order, for many channels and few tiles: all tiles are transformed, then each plane is multiplied
/// for all of them, then all products are transformed back.
/// </summary>
/// <remarks>
/// Block by block, each block reads all 36 planes of the weights, 9 MB for 256 by 256 channels; plane by plane they are read once, and a
/// plane's tiles, weights and products fit the second-level cache together. The bits are the same.
/// </remarks>
internal sealed unsafe class WinogradByPlanes : IConvolution
{
    /// <summary>Weights below 4 MB stay in the third-level cache while blocks read them again.</summary>
    private const long LeastWeightFloats = 1 << 20;

    /// <summary>Planes above 48 MB would pass through memory.</summary>
    private const long MostPlaneFloats = 12 << 20;

    private const int TilesPerUnit = 28;

    private readonly WinogradWeights _weights;
    private readonly WindowedImages _source;
    private readonly TileGrid _grid;
    private readonly WinogradProducts _products;
    private readonly delegate*<in Planes, in TileGrid, (int, int), (int, int), int, in ConvolutionArgs, float*, void> _gather;

    /// <param name="weights">How they are packed.</param>
    /// <param name="source">What is read.</param>
    /// <param name="grid">The tiles of what is written.</param>
    /// <param name="epilogue">Done to each element before it is stored.</param>
    public WinogradByPlanes(WinogradWeights weights, in WindowedImages source, in TileGrid grid, Epilogue epilogue)
    {
        (_weights, _source, _grid) = (weights, source, grid);
        _products = new WinogradProducts(weights, grid.Count);
        _gather = WinogradGather.Find(epilogue);
    }

    public int Phases => 3;

    public long PackedFloats => _weights.Floats;

    private int Targets => _weights.Panels.Targets;

    private int Panels => _weights.Panels.Count;

    private nint InputFloats => Planes.FloatsOf(_grid.Count, Planes.PitchOf(_source.Channels));

    private nint ProductFloats => Planes.FloatsOf(_grid.Count, Planes.PitchOf(Targets));

    private static nint ScratchFloats => Math.Max(WinogradScatter<InputWindow>.ScratchFloats, WinogradGather.ScratchFloats);

    /// <summary>Whether the weights are many and the tiles few.</summary>
    public static bool Pays(WinogradWeights weights, int tiles)
    {
        int columns = Planes.PitchOf(weights.Panels.Depth) + Planes.PitchOf(weights.Panels.Targets);
        return weights.Floats >= LeastWeightFloats && Planes.FloatsOf(tiles, columns) <= MostPlaneFloats;
    }

    public int Units(int phase) => phase == 1 ? WinogradTransforms.Products * Panels : (_grid.Count + TilesPerUnit - 1) / TilesPerUnit;

    public long WorkspaceFloats(int workers) => InputFloats + ProductFloats + (workers * (long)ScratchFloats);

    [MethodImpl(Jit.Hot)]
    public void Run(int phase, int firstUnit, int lastUnit, int worker, in ConvolutionArgs args)
    {
        var input = new Planes((nint)args.Workspace, _grid.Count, Planes.PitchOf(_source.Channels));
        var output = new Planes((nint)(args.Workspace + InputFloats), _grid.Count, Planes.PitchOf(Targets));
        float* scratch = args.Workspace + InputFloats + ProductFloats + (worker * ScratchFloats);
        (int First, int Last) tiles = (firstUnit * TilesPerUnit, Math.Min(lastUnit * TilesPerUnit, _grid.Count));
        switch (phase)
        {
            case 0:
                WinogradScatter<InputWindow>.Run(args.Source, _source, _grid, tiles.First, tiles.Last, input.From(tiles.First, 0), scratch);
                break;
            case 1:
                for (int unit = firstUnit; unit < lastUnit; unit++)
                {
                    (int plane, int panel) = Math.DivRem(unit, Panels);
                    _products.Run(panel, (plane, plane + 1), input, args.Weights, output.From(0, panel * WeightPanels.Width));
                }
                break;
            default:
                _gather(output.From(tiles.First, 0), _grid, tiles, (0, Targets), Targets, args, scratch);
                break;
        }
    }
}
