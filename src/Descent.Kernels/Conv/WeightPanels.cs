namespace Descent.Kernels;

/// <summary>
/// Packed weights of one correlation: panels of two vectors of target channels, each panel with its taps·channels rows behind each other.
/// The rows of the last panel are as many whole vectors as its channels need; what fills them up is never read.
/// </summary>
internal readonly record struct WeightPanels(int Targets, int Depth)
{
    /// <summary>Channels of a full panel.</summary>
    public static int Width => Microkernel.MaxVectors * Microkernel.Width;

    public int Count => (Targets + Width - 1) / Width;

    public long Floats => (((long)(Count - 1) * Width) + Stride(Count - 1)) * Depth;

    public int Columns(int panel) => Math.Min(Width, Targets - (panel * Width));

    public int Vectors(int panel) => (Columns(panel) + Microkernel.Width - 1) / Microkernel.Width;

    /// <summary>Distance of rows within a panel.</summary>
    public int Stride(int panel) => Vectors(panel) * Microkernel.Width;
}
