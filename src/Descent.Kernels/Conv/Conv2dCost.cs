namespace Descent.Kernels;

/// <summary>
/// What the algorithms of convolution take on one core: cycles of the microkernels' tiles, of the transforms, and bytes. The machine is
/// one of today that issues two fused multiply-adds a cycle; only ratios matter.
/// </summary>
internal static class Conv2dCost
{
    private const double CyclesPerSecond = 4e9, BytesPerSecond = 30e9;

    /// <summary>Begin and end of a microkernel, and what surrounds its call.</summary>
    private const double CyclesPerTile = 40;

    /// <summary>Cycles per tile and vector of channels, measured with vectors of 16 on a Zen 5 core.</summary>
    private const double InputCycles = 90, OutputCycles = 70;

    public static double Depthwise(in Conv2dShape s) => (s.Flops / Microkernel.Width / CyclesPerSecond) + Transfer(s);

    public static double Direct(in Conv2dShape s, Conv2dPass pass)
    {
        int strides = s.StrideH * s.StrideW, taps = s.KernelH * s.KernelW;
        double cycles = pass switch
        {
            Conv2dPass.Forward => (double)s.N * s.OutH * s.Groups * Product(s.OutW, s.GroupK, taps * s.GroupC),
            Conv2dPass.BackwardInput =>
                (double)s.N * s.H * s.Groups * Product(s.W, s.GroupC, ((taps * s.GroupK) + strides - 1) / strides),
            _ => s.Groups * s.KernelH * Product(s.KernelW * s.GroupC, s.GroupK, (double)s.N * s.OutH * s.OutW),
        };
        return (cycles / CyclesPerSecond) + Transfer(s);
    }

    public static double Winograd(in Conv2dShape s, Conv2dPass pass)
    {
        TileGrid grid = pass == Conv2dPass.BackwardInput ? new TileGrid(s.N, s.H, s.W) : new TileGrid(s.N, s.OutH, s.OutW);
        (int channels, int targets) = pass == Conv2dPass.BackwardInput ? (s.K, s.C) : (s.C, s.K);
        bool sumsTiles = pass == Conv2dPass.BackwardWeight;
        int tiles = sumsTiles
            ? WinogradWeightGradient.TilesPerBlock(channels, targets, grid.Count)
            : Math.Min(grid.Count, WinogradConvolution.TilesPerBlock(channels, grid.Count));
        double blocks = (double)grid.Count / tiles;
        double products = sumsTiles ? Product(channels, targets, tiles) : Product(tiles, targets, channels);
        double transforms = grid.Count * ((Vectors(channels) * InputCycles) + (Vectors(targets) * OutputCycles));
        double weights = sizeof(float) * (double)WinogradTransforms.Products * s.C * s.K;
        return (((blocks * WinogradTransforms.Products * products) + transforms) / CyclesPerSecond) + (weights / BytesPerSecond) + Transfer(s);
    }

    /// <summary>Both images once.</summary>
    private static double Transfer(in Conv2dShape s) => sizeof(float) * (double)(s.InputFloats + s.OutputFloats) / BytesPerSecond;

    /// <summary>Cycles of a product of (rows × steps) by (steps × columns).</summary>
    private static double Product(int rows, int columns, double steps)
    {
        int whole = columns / WeightPanels.Width, rest = columns % WeightPanels.Width;
        return (whole * Panel(rows, WeightPanels.Width, steps)) + (rest > 0 ? Panel(rows, rest, steps) : 0);
    }

    private static double Panel(int rows, int columns, double steps)
    {
        int most = Microkernel.MaxRows(columns > Microkernel.Width ? 2 : 1), tiles = (rows + most - 1) / most;
        return (PixelGroups.Cycles(rows, columns, 1) / 2 * steps) + (tiles * CyclesPerTile);
    }

    private static int Vectors(int channels) => Planes.PitchOf(channels) / Microkernel.Width;
}
