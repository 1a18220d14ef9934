using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// <see cref="WinogradConvolution"/> in another order, for many channels: rounds of some tiles, in each of which all tiles are transformed, then each
/// plane is multiplied for all of them, then all products are transformed back.
/// </summary>
/// <remarks>
/// Block by block, each block of 28 tiles reads all 36 planes of the weights, 9 MB for 256 by 256 channels; plane by plane twice as many tiles and
/// more share them, and a plane's tiles, weights and products fit the second-level cache together. The bits are the same.
/// </remarks>
internal sealed unsafe class WinogradByPlanes : IConvolution
{
    /// <summary>Weights below 4 MB stay in the third-level cache while blocks read them again.</summary>
    private const long LeastWeightFloats = 1 << 20;

    /// <summary>
    /// Planes of 5 MB stay in the third-level cache from one phase to the next: 256 tiles of 256 by 256 channels took 8.1 ms in one round and 6.7 ms
    /// in four. Fewer than 56 tiles would read the weights more often than the products of a round can hide.
    /// </summary>
    private const int PlaneFloats = 5 << 18, LeastTiles = 56;

    /// <summary>Planes that fill a second-level cache go past it where another thread reads them; one image through a VGG loses 5 % by that.</summary>
    private const int LeastSharedFloats = 1 << 18;

    /// <summary>Units of the transforms in a round, of at least one tile.</summary>
    private const int TransformUnits = 8;

    private readonly WinogradWeights _weights;
    private readonly WindowedImages _source;
    private readonly TileGrid _grid;
    private readonly TileRounds _rounds;
    private readonly WinogradProducts _fullRound;
    private readonly WinogradProducts _lastRound;
    private readonly bool _shared;
    private readonly delegate*<in Planes, in TileGrid, (int, int), (int, int), int, in ConvolutionArgs, float*, void> _gather;

    /// <param name="weights">How they are packed.</param>
    /// <param name="source">What is read.</param>
    /// <param name="grid">The tiles of what is written.</param>
    /// <param name="epilogue">Done to each element before it is stored.</param>
    /// <param name="shared">Several threads run it: who transforms a tile is mostly not who multiplies it.</param>
    public WinogradByPlanes(WinogradWeights weights, in WindowedImages source, in TileGrid grid, Epilogue epilogue, bool shared)
    {
        (_weights, _source, _grid) = (weights, source, grid);
        int columns = Planes.PitchOf(source.Channels) + Planes.PitchOf(weights.Panels.Targets);
        _rounds = new TileRounds(grid.Count, Math.Max(LeastTiles, PlaneFloats / WinogradTransforms.Products / columns));
        _shared = shared && InputFloats + ProductFloats >= LeastSharedFloats;
        _fullRound = new WinogradProducts(weights, _rounds.Tiles, _shared);
        _lastRound = new WinogradProducts(weights, _rounds[_rounds.Count - 1].Count, _shared);
        _gather = WinogradGather.Find(epilogue);
    }

    public int Phases => 3 * _rounds.Count;

    public long PackedFloats => _weights.Floats;

    private int Targets => _weights.Panels.Targets;

    private int Panels => _weights.Panels.Count;

    private nint InputFloats => Planes.FloatsOf(_rounds.Tiles, Planes.PitchOf(_source.Channels));

    private nint ProductFloats => Planes.FloatsOf(_rounds.Tiles, Planes.PitchOf(Targets));

    private static nint ScratchFloats => Math.Max(WinogradScatter<InputWindow>.ScratchFloats, WinogradGather.ScratchFloats);

    /// <summary>Whether the weights are many.</summary>
    public static bool Pays(WinogradWeights weights) => weights.Floats >= LeastWeightFloats;

    public int Units(int phase) => phase % 3 == 1 ? WinogradTransforms.Products * Panels : Math.Min(TransformUnits, Round(phase / 3).Tiles);

    public long WorkspaceFloats(int workers) => InputFloats + ProductFloats + (workers * (long)ScratchFloats);

    [MethodImpl(Jit.Hot)]
    public void Run(int phase, int firstUnit, int lastUnit, int worker, in ConvolutionArgs args)
    {
        (int round, int step) = Math.DivRem(phase, 3);
        WinogradProducts products = Round(round);
        var input = new Planes((nint)args.Workspace, products.Tiles, Planes.PitchOf(_source.Channels));
        var output = new Planes((nint)(args.Workspace + InputFloats), products.Tiles, Planes.PitchOf(Targets));
        if (step == 1)
        {
            Multiply(products, firstUnit, lastUnit, input, args.Weights, output);
            return;
        }

        float* scratch = args.Workspace + InputFloats + ProductFloats + (worker * ScratchFloats);
        int units = Units(phase), first = GemmBlocking.Part(products.Tiles, firstUnit, units), last = GemmBlocking.Part(products.Tiles, lastUnit, units);
        (int First, int Last) tiles = (_rounds[round].First + first, _rounds[round].First + last);
        if (step == 0)
        {
            WinogradScatter<InputWindow>.Run(args.Images, _source, _grid, tiles.First, tiles.Last, input.From(first, 0), scratch, _shared);
        }
        else
        {
            _gather(output.From(first, 0), _grid, tiles, (0, Targets), Targets, args, scratch);
        }
    }

    private WinogradProducts Round(int round) => round == _rounds.Count - 1 ? _lastRound : _fullRound;

    /// <summary>Units of one panel of one plane.</summary>
    [MethodImpl(Jit.Hot)]
    private void Multiply(WinogradProducts products, int firstUnit, int lastUnit, in Planes input, float* weights, in Planes output)
    {
        for (int unit = firstUnit; unit < lastUnit; unit++)
        {
            (int plane, int panel) = Math.DivRem(unit, Panels);
            (int nextPlane, int nextPanel) = Math.DivRem(unit + 1, Panels);
            float* following = nextPlane < WinogradTransforms.Products ? weights + _weights.Offset(nextPanel) + (nextPlane * _weights.PlaneStride) : null;
            products.Run(panel, (plane, plane + 1), input, weights, output.From(0, panel * WeightPanels.Width), following);
        }
        if (_shared)
        {
            Interlocked.MemoryBarrier();
        }
    }
}
