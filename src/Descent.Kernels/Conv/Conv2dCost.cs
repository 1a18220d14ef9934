namespace Descent.Kernels;

/// <summary>
/// What the algorithms of convolution take on one core: cycles of the microkernels' tiles, of the transforms, and bytes. The machine is
/// one of today that issues two fused multiply-adds a cycle; only ratios matter.
/// </summary>
internal static class Conv2dCost
{
    private const double CyclesPerSecond = 4e9, BytesPerSecond = 30e9;

    /// <summary>
    /// Transformed filters of up to 16 MB come from the third-level cache, and twice as fast: 256 by 256 channels on 8×8 pixels of one image took
    /// 152 µs on a Zen 5 core, directly 360; 512 by 512 on 4×4, of 38 MB, took 1,510 and 545.
    /// </summary>
    private const double CachedBytes = 16e6, CachedBytesPerSecond = 2 * BytesPerSecond;

    /// <summary>Begin and end of a microkernel, and what surrounds its call.</summary>
    private const double CyclesPerTile = 70;

    /// <summary>Cycles of the transforms per tile and vector of channels, measured with vectors of 16 on a Zen 5 core.</summary>
    private const double InputCycles = 150, OutputCycles = 130;

    /// <summary>What a partly filled vector of channels takes beyond that, lane by lane.</summary>
    private const double LaneCycles = 400;

    public static double Depthwise(in Conv2dShape s) => (s.Flops / Microkernel.Width / CyclesPerSecond) + Transfer(s);

    public static double Direct(in Conv2dShape s, Conv2dPass pass)
    {
        double cycles = pass switch
        {
            Conv2dPass.Forward => (double)s.N * s.OutH * Row(s, s.OutW, s.GroupC, s.GroupK),
            Conv2dPass.BackwardInput => (double)s.N * s.H * Row(s, s.W, s.GroupK, s.GroupC) / (s.StrideH * s.StrideW),
            _ => s.Groups * s.KernelH * Product(s.KernelW * s.GroupC, s.GroupK, (double)s.N * s.OutH * s.OutW),
        };
        return (cycles / CyclesPerSecond) + Transfer(s);
    }

    public static double Winograd(in Conv2dShape s, Conv2dPass pass)
    {
        TileGrid grid = pass == Conv2dPass.BackwardInput ? new TileGrid(s.N, s.H, s.W) : new TileGrid(s.N, s.OutH, s.OutW);
        (int channels, int targets) = pass == Conv2dPass.BackwardInput ? (s.K, s.C) : (s.C, s.K);
        bool sumsTiles = pass == Conv2dPass.BackwardWeight;
        int tiles = sumsTiles && WinogradWeightGradientByPlanes.Pays(channels, targets)
            ? WinogradWeightGradientByPlanes.TilesPerRound(channels, targets, grid.Count)
            : sumsTiles ? WinogradWeightGradient.TilesPerBlock(channels, targets, grid.Count)
            : Math.Min(grid.Count, WinogradConvolution.TilesPerBlock(channels, grid.Count));
        double blocks = (double)grid.Count / tiles;
        double products = sumsTiles ? Product(channels, targets, tiles) : Product(tiles, targets, channels);
        double transforms = grid.Count * (Transform(channels, InputCycles) + Transform(targets, OutputCycles));
        double weights = sizeof(float) * (double)WinogradTransforms.Products * s.C * s.K;
        double bytesPerSecond = sumsTiles || weights > CachedBytes ? BytesPerSecond : CachedBytesPerSecond;
        return (((blocks * WinogradTransforms.Products * products) + transforms) / CyclesPerSecond) + (weights / bytesPerSecond) + Transfer(s);
    }

    /// <summary>Cycles of a row of pixels at stride 1, neighbours together where that pays.</summary>
    private static double Row(in Conv2dShape s, int pixels, int channels, int targets)
    {
        int g = s.Groups == 1 ? PixelGroups.Best(TapAxis.Forward(pixels, s.KernelW, 1, s.DilationW, s.PadLeft), targets) : 1;
        double together = Product(pixels / g, g * targets, s.KernelH * (s.KernelW + g - 1) * channels);
        return s.Groups * (together + (pixels % g == 0 ? 0 : Product(pixels % g, targets, s.KernelH * s.KernelW * channels)));
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

    private static double Transform(int channels, double cycles) =>
        (Planes.PitchOf(channels) / Microkernel.Width * cycles) + (channels % Microkernel.Width == 0 ? 0 : LaneCycles);
}
