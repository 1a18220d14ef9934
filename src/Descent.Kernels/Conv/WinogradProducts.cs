using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>The products of so many tiles with transformed weights, one for each plane.</summary>
internal sealed unsafe class WinogradProducts(WinogradWeights weights, int tiles)
{
    private readonly Tile[] _full = Tile.Split(tiles, weights.Panels.Vectors(0), AMode.Row, Epilogue.None);
    private readonly Tile[] _last = Tile.Split(tiles, weights.Panels.Vectors(weights.Panels.Count - 1), AMode.Row, Epilogue.None);

    public int Tiles => tiles;

    /// <summary>One panel of target channels of planes [first, last).</summary>
    /// <param name="panel">The panel.</param>
    /// <param name="planes">Planes: [first, last).</param>
    /// <param name="input">One row for each tile.</param>
    /// <param name="packed">The weights.</param>
    /// <param name="output">One row for each tile; column 0 is the first channel of the panel.</param>
    [MethodImpl(Jit.Hot)]
    public void Run(int panel, (int First, int Last) planes, in Planes input, float* packed, in Planes output)
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
            foreach (ref readonly Tile kernel in kernels)
            {
                args.A = a + (kernel.First * args.Lda);
                args.C = c + (kernel.First * args.Ldc);
                kernel.Kernel(&args);
            }
        }
    }
}
