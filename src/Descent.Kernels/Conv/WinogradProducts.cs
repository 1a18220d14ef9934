using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>The products of so many tiles with transformed weights, one for each plane.</summary>
/// <param name="weights">How they are packed.</param>
/// <param name="tiles">How many tiles.</param>
/// <param name="shared">Products go past the caches, for other threads to read after a memory barrier.</param>
internal sealed unsafe class WinogradProducts(WinogradWeights weights, int tiles, bool shared)
{
    private readonly Tile[] _full = Split(tiles, weights.Panels.Vectors(0), shared);
    private readonly Tile[] _last = Split(tiles, weights.Panels.Vectors(weights.Panels.Count - 1), shared);

    /// <summary>Whether the weights of a plane stay in registers.</summary>
    public bool IsSixteen { get; } = !shared && SixteenChannels.Serves(tiles, weights.Panels.Depth, weights.Panels.Targets);

    public int Tiles => tiles;

    /// <summary>
    /// One panel of target channels of planes [first, last). Weights that come from the third-level cache or from memory are fetched while the
    /// product before is computed: the first tile fetches the left vector of each row, the second the right. A single tile reads them as fast as
    /// they come.
    /// </summary>
    /// <param name="panel">The panel.</param>
    /// <param name="planes">Planes: [first, last).</param>
    /// <param name="input">One row for each tile.</param>
    /// <param name="packed">The weights.</param>
    /// <param name="output">One row for each tile; column 0 is the first channel of the panel.</param>
    /// <param name="following">The weights that the next call reads; null fetches none.</param>
    [MethodImpl(Jit.Hot)]
    public void Run(int panel, (int First, int Last) planes, in Planes input, float* packed, in Planes output, float* following)
    {
        WeightPanels panels = weights.Panels;
        MicroArgs args = default;
        args.Lda = input.Pitch;
        args.Ldb = panels.Stride(panel);
        args.Ldc = output.Pitch;
        args.K = panels.Depth;
        args.Segments = 1;
        args.Columns = panels.Columns(panel);
        ReadOnlySpan<Tile> kernels = panel == panels.Count - 1 ? _last : _full;
        for (int plane = planes.First; plane < planes.Last; plane++)
        {
            float* a = input[plane], c = output[plane];
            args.B = packed + weights.Offset(panel) + (plane * weights.PlaneStride);
            if (IsSixteen)
            {
                SixteenChannels.Multiply(a, args.Lda, args.B, args.Ldb, c, args.Ldc, tiles);
                continue;
            }
            for (int i = 0; i < kernels.Length; i++)
            {
                args.NextStep = following is null || kernels.Length == 1 || i > 1 ? 0 : args.Ldb;
                args.Next = following - args.Ldb + (i * Microkernel.Width);
                args.A = a + (kernels[i].First * args.Lda);
                args.C = c + (kernels[i].First * args.Ldc);
                kernels[i].Kernel(&args);
            }
        }
    }

    private static Tile[] Split(int tiles, int vectors, bool shared) =>
        shared ? Tile.SplitStreaming(tiles, vectors) : Tile.Split(tiles, vectors, AMode.Row, Epilogue.None);
}
