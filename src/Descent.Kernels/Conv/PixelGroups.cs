namespace Descent.Kernels;

/// <summary>
/// Where an image has few target channels, a vector of them is mostly empty. Neighbouring target pixels are then computed together, as one
/// pixel with so many times the channels: its window is wider by their distance, and its weights are those of each pixel, shifted, with
/// zeros between. Half-filled vectors of twice the pixels cost more products by zero than they save in vectors only where the kernel is
/// narrow.
/// </summary>
/// <remarks>Numerics: the extra products are by zero, so the bits are those of single pixels as long as the source is finite.</remarks>
internal static class PixelGroups
{
    // Four cycles pass until a sum can be added to again, and two products begin per cycle.
    private const int ChainsToHideLatency = 8;

    /// <summary>How many pixels of a row to compute together, at least 1.</summary>
    /// <param name="columns">The horizontal axis, of single pixels.</param>
    /// <param name="targets">Channels of a target pixel.</param>
    public static int Best(TapAxis columns, int targets)
    {
        // The pixels must lie side by side in the target, and the window's elements side by side in the source.
        if (columns.Step != 1 || columns.Dilation != 1 || columns.Taps == 0 || targets > Microkernel.Width)
        {
            return 1;
        }
        int best = 1;
        for (int g = 2; g <= columns.Count && g * targets <= WeightPanels.Width; g++)
        {
            best = Cost(g) < Cost(best) ? g : best;
        }
        return best;

        double Cost(int g) =>
            Cycles(columns.Count / g, g * targets, columns.Taps + ((g - 1) * columns.Stride)) +
            Cycles(columns.Count % g, targets, columns.Taps);
    }

    /// <summary>Half cycles of a sum of so many steps over tiles of so many rows: bound by products, by loads, or by latency.</summary>
    public static double Cycles(int rows, int columns, int steps)
    {
        int vectors = (columns + Microkernel.Width - 1) / Microkernel.Width, most = Microkernel.MaxRows(vectors);
        int tiles = (rows + most - 1) / most;
        double height = (double)rows / Math.Max(1, tiles);
        return tiles * steps * Math.Max(Math.Max(height * vectors, height + vectors), ChainsToHideLatency);
    }
}
