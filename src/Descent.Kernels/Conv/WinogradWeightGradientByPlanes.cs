using System.Numerics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// <see cref="WinogradWeightGradient"/> in another order, for many channels: rounds of some tiles, in each of which all tiles of x and of dy are
/// transformed, then each plane is multiplied for all of them; at the end the sums are transformed to filters.
/// </summary>
/// <remarks>
/// Block by block, each block of 28 tiles reads and writes all 36 planes of the sums, 9 MB for 256 by 256 channels, where the products take less time
/// than memory. Here a round does so once, and its products are computed while a plane's tiles and sums stay in the second-level cache.
/// </remarks>
internal sealed unsafe class WinogradWeightGradientByPlanes : IWeightGradient
{
    /// <summary>
    /// Sums of 2 MB and more are read from the third-level cache block by block. Fewer channels have more tiles, whose planes then pass through it:
    /// 64 by 64 channels take 0.9 of the time in one thread, and 1.4 times as long in two.
    /// </summary>
    private const int LeastSums = 1 << 19;

    /// <summary>The planes of a round are 4 MB, read from the third-level cache, in which four times as many do not stay.</summary>
    private const int PlaneFloats = 1 << 20, LeastTiles = 56;

    /// <summary>Units of the transform of each of both sides in a round, of at least one tile.</summary>
    private const int TransformUnits = 16;

    private const int StoreChannels = 64, PhasesOfRound = 2;

    private readonly WindowedImages _x;
    private readonly WindowedImages _dy;
    private readonly TileGrid _grid;
    private readonly WeightPanels _panels;
    private readonly Tile[] _fullPanel;
    private readonly Tile[] _lastPanel;
    private readonly TileRounds _rounds;
    private readonly StoreUnit[] _stores;
    private readonly bool _shared;

    /// <param name="s">The convolution.</param>
    /// <param name="shared">Several threads run it: who transforms a tile is mostly not who multiplies it.</param>
    /// <param name="prologue">Done to each element of x.</param>
    public WinogradWeightGradientByPlanes(in Conv2dShape s, bool shared, Prologue prologue = Prologue.None)
    {
        _shared = shared;
        _x = new WindowedImages(new ImageSize(s.H, s.W, s.C), s.PadTop, s.PadLeft, 0, s.C, prologue);
        _dy = new WindowedImages(new ImageSize(s.OutH, s.OutW, s.K), 0, 0, 0, s.K);
        _grid = new TileGrid(s.N, s.OutH, s.OutW);
        _panels = new WeightPanels(s.K, Depth: s.C);
        _fullPanel = Tile.Split(s.C, _panels.Vectors(0), AMode.Column, Epilogue.None);
        _lastPanel = Tile.Split(s.C, _panels.Vectors(_panels.Count - 1), AMode.Column, Epilogue.None);
        _rounds = new TileRounds(_grid.Count, TilesPerRound(s.C, s.K, _grid.Count));
        var stores = new List<StoreUnit>();
        for (int panel = 0; panel < _panels.Count; panel++)
        {
            for (int c = 0; c < s.C; c += StoreChannels)
            {
                stores.Add(StoreOf(panel, c, Math.Min(StoreChannels, s.C - c)));
            }
        }
        _stores = [.. stores];
    }

    public int Phases => (PhasesOfRound * _rounds.Count) + 1;

    private nint InputFloats => Planes.FloatsOf(_rounds.Tiles, Planes.PitchOf(_x.Channels));

    private nint GradientFloats => Planes.FloatsOf(_rounds.Tiles, Planes.PitchOf(_dy.Channels));

    /// <summary>Distance of the planes of sums, not a power of two.</summary>
    private nint SumStride => (nint)_panels.Floats + 16;

    /// <summary>Whether the sums are many.</summary>
    public static bool Pays(int channels, int targets) => WinogradTransforms.Products * (long)channels * targets >= LeastSums;

    /// <summary>Tiles that are transformed and multiplied together, at most; fixed by the shape.</summary>
    public static int TilesPerRound(int channels, int targets, int tiles)
    {
        int fitting = PlaneFloats / WinogradTransforms.Products / (Planes.PitchOf(channels) + Planes.PitchOf(targets));
        return Math.Min(tiles, Math.Max(fitting, LeastTiles));
    }

    public int Units(int phase)
    {
        int tiles = _rounds[phase / PhasesOfRound].Count;
        return phase == Phases - 1 ? _stores.Length
            : phase % PhasesOfRound == 0 ? 2 * Math.Min(TransformUnits, tiles)
            : WinogradTransforms.Products * _panels.Count;
    }

    public long WorkspaceFloats(int workers) =>
        InputFloats + GradientFloats + (WinogradTransforms.Products * (long)SumStride) + (workers * (long)WinogradScatter<InputWindow>.ScratchFloats);

    [MethodImpl(Jit.Hot)]
    public void Run(int phase, int firstUnit, int lastUnit, int worker, in WeightGradientArgs args)
    {
        float* sums = args.Workspace + InputFloats + GradientFloats;
        if (phase == Phases - 1)
        {
            Store(sums, args.Dw, firstUnit, lastUnit);
            return;
        }

        int round = phase / PhasesOfRound;
        (int first, int count) = _rounds[round];
        var input = new Planes((nint)args.Workspace, count, Planes.PitchOf(_x.Channels));
        var gradient = new Planes((nint)(args.Workspace + InputFloats), count, Planes.PitchOf(_dy.Channels));
        if (phase % PhasesOfRound == 0)
        {
            float* scratch = sums + (WinogradTransforms.Products * SumStride) + (worker * WinogradScatter<InputWindow>.ScratchFloats);
            int parts = Math.Min(TransformUnits, count);
            for (int unit = firstUnit; unit < lastUnit; unit++)
            {
                int part = unit % parts, from = GemmBlocking.Part(count, part, parts), to = GemmBlocking.Part(count, part + 1, parts);
                if (unit < parts)
                {
                    WinogradScatter<InputWindow>.Run(args.Inputs, _x, _grid, first + from, first + to, input.From(from, 0), scratch, _shared);
                }
                else
                {
                    WinogradScatter<OutputGradientWindow>.Run(
                        args.Gradients, _dy, _grid, first + from, first + to, gradient.From(from, 0), scratch, _shared);
                }
            }
            return;
        }

        for (int unit = firstUnit; unit < lastUnit; unit++)
        {
            (int plane, int panel) = Math.DivRem(unit, _panels.Count);
            Multiply(plane, panel, input, gradient, sums, accumulate: round > 0);
            if (plane == WinogradWeightGradient.SumPlane && args.Db is not null)
            {
                int column = panel * WeightPanels.Width;
                ColumnSums.Run(gradient[plane] + column, count, _panels.Columns(panel), gradient.Pitch, args.Db + column, accumulate: round > 0);
            }
        }
    }

    /// <summary>dU [+]= Vᵀ·D for one plane and one panel of output channels.</summary>
    [MethodImpl(Jit.Hot)]
    private void Multiply(int plane, int panel, in Planes input, in Planes gradient, float* sums, bool accumulate)
    {
        MicroArgs args = default;
        args.Lda = input.Pitch;
        args.Ldb = gradient.Pitch;
        args.Ldc = _panels.Stride(panel);
        args.K = input.Rows;
        args.Segments = 1;
        args.Columns = _panels.Columns(panel);
        args.Accumulate = accumulate;
        args.B = gradient[plane] + (panel * WeightPanels.Width);
        float* a = input[plane], c = sums + (plane * SumStride) + OffsetOf(panel);
        ReadOnlySpan<Tile> kernels = panel == _panels.Count - 1 ? _lastPanel : _fullPanel;
        for (int i = 0; i < kernels.Length; i++)
        {
            args.A = a + kernels[i].First;
            args.C = c + (kernels[i].First * args.Ldc);
            FetchNext(ref args, i, kernels.Length, panel == _panels.Count - 1);
            kernels[i].Kernel(&args);
        }
    }

    /// <summary>
    /// The first tiles fetch the next panel of dy, which lies beside this one; the others the sums that the next tile adds to, behind its own.
    /// </summary>
    [MethodImpl(Jit.Inline)]
    private static void FetchNext(ref MicroArgs args, int tile, int tiles, bool isLastPanel)
    {
        int width = Microkernel.Width, rows = Microkernel.MaxRows(Microkernel.MaxVectors);
        bool fetchesB = tile < 2 && !isLastPanel && tiles > 2;
        args.NextStep = fetchesB ? args.Ldb : width;
        args.NextPace = fetchesB ? 0 : BitOperations.Log2((uint)Math.Max(args.K / (Microkernel.MaxVectors * rows), 1));
        args.Next = fetchesB ? args.B + args.Columns + (tile * width) - args.Ldb : args.C + (rows * args.Ldc);
    }

    private nint OffsetOf(int panel) => panel * (nint)WeightPanels.Width * _panels.Depth;

    private void Store(float* sums, float* dw, int firstUnit, int lastUnit)
    {
        for (int i = firstUnit; i < lastUnit; i++)
        {
            StoreUnit unit = _stores[i];
            WinogradWeightGradient.ToFilters(sums + unit.Source, SumStride, sums + unit.Source, SumStride, unit.Floats);
            unit.Copy.Run(sums + unit.Source, dw + unit.Destination);
        }
    }

    /// <summary>From nine planes of a panel to (K, C, 3, 3), some of the channels.</summary>
    private StoreUnit StoreOf(int panel, int channel, int channels)
    {
        const int Plane = WinogradTransforms.Taps * WinogradTransforms.Taps;
        int stride = _panels.Stride(panel);
        nint filter = _panels.Depth * (nint)Plane;
        // Axes: target, channel, tap.
        var copy = new StridedCopy([_panels.Columns(panel), channels, Plane], [1, stride, SumStride], [filter, Plane, 1]);
        nint source = OffsetOf(panel) + (channel * (nint)stride), destination = (panel * WeightPanels.Width * filter) + (channel * Plane);
        return new StoreUnit(copy, source, destination, channels * stride);
    }

    /// <summary>The copy of taps, where it begins on both sides, and how many floats of each plane it reads.</summary>
    private readonly record struct StoreUnit(StridedCopy Copy, nint Source, nint Destination, int Floats);
}
