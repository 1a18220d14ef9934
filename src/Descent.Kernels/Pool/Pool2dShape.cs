namespace Descent.Kernels;

/// <summary>
/// The sizes of a 2-D pooling: x (N, C, H, W) gives y (N, C, OutH, OutW), OutH = ⌊(H + PadTop + PadBottom − KernelH) / StrideH⌋ + 1 and
/// OutW alike. Output pixel (p, q) looks at rows p·StrideH − PadTop … + KernelH − 1 and columns alike; what lies outside the image is no
/// candidate.
/// </summary>
/// <param name="N">Images.</param>
/// <param name="C">Channels.</param>
/// <param name="H">Input rows.</param>
/// <param name="W">Input columns.</param>
/// <param name="KernelH">Rows of a window.</param>
/// <param name="KernelW">Columns of a window.</param>
/// <param name="StrideH">Input rows from one window to the next.</param>
/// <param name="StrideW">Input columns from one window to the next.</param>
/// <param name="PadTop">Rows above the image, fewer than the window has.</param>
/// <param name="PadLeft">Columns before the image, fewer than the window has.</param>
/// <param name="PadBottom">Rows below the image, fewer than the window has.</param>
/// <param name="PadRight">Columns after the image, fewer than the window has.</param>
public readonly record struct Pool2dShape(
    int N, int C, int H, int W, int KernelH, int KernelW, int StrideH, int StrideW,
    int PadTop = 0, int PadLeft = 0, int PadBottom = 0, int PadRight = 0)
{
    public int OutH => ((H + PadTop + PadBottom - KernelH) / StrideH) + 1;

    public int OutW => ((W + PadLeft + PadRight - KernelW) / StrideW) + 1;

    public long InputFloats => (long)N * C * H * W;

    public long OutputFloats => (long)N * C * OutH * OutW;

    /// <summary>The rows of the image that windows of output row <paramref name="p"/> look at: [first, last).</summary>
    internal (int First, int Last) Rows(int p) => (Math.Max((p * StrideH) - PadTop, 0), Math.Min((p * StrideH) - PadTop + KernelH, H));

    /// <summary>The columns of the image that windows of output column <paramref name="q"/> look at: [first, last).</summary>
    internal (int First, int Last) Columns(int q) => (Math.Max((q * StrideW) - PadLeft, 0), Math.Min((q * StrideW) - PadLeft + KernelW, W));

    /// <summary>The output rows whose windows contain row <paramref name="h"/> of the image: [first, last), possibly empty.</summary>
    internal (int First, int Last) OutRows(int h)
    {
        // Window p covers [p·stride, p·stride + kernel) of the padded rows.
        int position = h + PadTop;
        return (position < KernelH ? 0 : ((position - KernelH) / StrideH) + 1, Math.Min((position / StrideH) + 1, OutH));
    }

    /// <summary>
    /// What a mean divides by: the pixels of the window inside the image, or with <paramref name="includePad"/> all of the window, which
    /// never leaves the padded image.
    /// </summary>
    internal int Count(int p, int q, bool includePad)
    {
        if (includePad)
        {
            return KernelH * KernelW;
        }
        (int top, int bottom) = Rows(p);
        (int left, int right) = Columns(q);
        return (bottom - top) * (right - left);
    }

    /// <summary>Returns this shape where it describes a pooling.</summary>
    /// <exception cref="ArgumentException">
    /// A size is not positive, a padding is negative or as large as the window, or the window is larger than the padded image.
    /// </exception>
    public Pool2dShape Validated()
    {
        if (N < 1 || C < 1 || H < 1 || W < 1 || KernelH < 1 || KernelW < 1 || StrideH < 1 || StrideW < 1)
        {
            throw new ArgumentException($"pool2d: sizes and strides must be positive ({this}).");
        }
        if (Math.Min(Math.Min(PadTop, PadBottom), Math.Min(PadLeft, PadRight)) < 0 ||
            Math.Max(PadTop, PadBottom) >= KernelH || Math.Max(PadLeft, PadRight) >= KernelW)
        {
            throw new ArgumentException(
                $"pool2d: padding ({PadTop}, {PadLeft}, {PadBottom}, {PadRight}) must be at least 0 and smaller than " +
                $"the {KernelH}×{KernelW} window, so that every window sees a pixel.");
        }
        if (KernelH > H + PadTop + PadBottom || KernelW > W + PadLeft + PadRight)
        {
            throw new ArgumentException(
                $"pool2d: the window has {KernelH}×{KernelW} pixels but the padded image {H + PadTop + PadBottom}×{W + PadLeft + PadRight}.");
        }
        // Indices into a plane are 32-bit.
        if ((long)H * W > int.MaxValue)
        {
            throw new ArgumentException($"pool2d: a plane of {H}×{W} pixels cannot be indexed in 32 bits.");
        }
        return this;
    }
}
