namespace Descent.Kernels;

/// <summary>Sizes of pieces of a thread's scratch.</summary>
internal static class Scratch
{
    private const int LineFloats = 16;

    /// <summary>Whole cache lines, so that the next piece, or the next thread's, begins on one.</summary>
    public static long Padded(long floats) => (floats + LineFloats - 1) / LineFloats * LineFloats;
}
