namespace Descent;

/// <summary>How the windows of a convolution or pooling lie along one spatial axis.</summary>
/// <param name="Kernel">Elements of a window.</param>
/// <param name="Stride">Elements from one window to the next.</param>
/// <param name="PadBefore">Padding before the first element.</param>
/// <param name="PadAfter">Padding behind the last element, all of it.</param>
/// <param name="Dilation">From one element of a window to the next.</param>
/// <param name="Overhang">The part of <paramref name="PadAfter"/> that nobody asked for, since only the last window needs it: a mean does
/// not count it.</param>
internal readonly record struct AxisWindow(int Kernel, int Stride, int PadBefore, int PadAfter, int Dilation = 1, int Overhang = 0)
{
    /// <summary>Windows of one element, side by side: the axis stays as it is.</summary>
    public static AxisWindow Single { get; } = new(1, 1, 0, 0);

    /// <summary>Elements from the first to the last of a window.</summary>
    public int Extent => (Dilation * (Kernel - 1)) + 1;

    public bool IsPadded => PadBefore != 0 || PadAfter != 0;

    /// <summary>The number of windows along an axis of so many elements.</summary>
    public int Outputs(int size) => ((size + PadBefore + PadAfter - Extent) / Stride) + 1;

    /// <summary>One axis for each kernel, all with the same stride, padding and dilation.</summary>
    public static AxisWindow[] Alike(ReadOnlySpan<int> kernels, int stride, int padding, int dilation = 1)
    {
        var axes = new AxisWindow[kernels.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            axes[i] = new AxisWindow(kernels[i], stride, padding, padding, dilation);
        }

        return axes;
    }
}
