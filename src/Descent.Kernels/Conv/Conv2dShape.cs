namespace Descent.Kernels;

/// <summary>
/// The sizes of a 2-D convolution: x (N, C, H, W) with weights (K, C / Groups, KernelH, KernelW) gives y (N, K, OutH, OutW),
/// OutH = ⌊(H + PadTop + PadBottom − DilationH·(KernelH − 1) − 1) / StrideH⌋ + 1 and OutW alike.
/// </summary>
/// <param name="N">Images.</param>
/// <param name="C">Input channels, a multiple of <paramref name="Groups"/>.</param>
/// <param name="H">Input rows.</param>
/// <param name="W">Input columns.</param>
/// <param name="K">Output channels, a multiple of <paramref name="Groups"/>.</param>
/// <param name="KernelH">Taps in a column of the kernel.</param>
/// <param name="KernelW">Taps in a row of the kernel.</param>
/// <param name="StrideH">Input rows from one output row to the next.</param>
/// <param name="StrideW">Input columns from one output pixel to the next.</param>
/// <param name="PadTop">Zero rows above the image.</param>
/// <param name="PadLeft">Zero columns before the image.</param>
/// <param name="PadBottom">Zero rows below the image.</param>
/// <param name="PadRight">Zero columns after the image.</param>
/// <param name="DilationH">Input rows from one tap to the next, 1 for a dense kernel.</param>
/// <param name="DilationW">Input columns from one tap to the next, 1 for a dense kernel.</param>
/// <param name="Groups">Independent convolutions over slices of the channels; Groups = C is depthwise.</param>
public readonly record struct Conv2dShape(
    int N, int C, int H, int W, int K, int KernelH, int KernelW,
    int StrideH = 1, int StrideW = 1, int PadTop = 0, int PadLeft = 0, int PadBottom = 0, int PadRight = 0,
    int DilationH = 1, int DilationW = 1, int Groups = 1)
{
    /// <summary>Input rows that one window spans, gaps included.</summary>
    public int ExtentH => (DilationH * (KernelH - 1)) + 1;

    /// <summary>Input columns that one window spans, gaps included.</summary>
    public int ExtentW => (DilationW * (KernelW - 1)) + 1;

    /// <summary>Rows of the image with its padding.</summary>
    public int PaddedH => H + PadTop + PadBottom;

    /// <summary>Columns of the image with its padding.</summary>
    public int PaddedW => W + PadLeft + PadRight;

    public int OutH => ((PaddedH - ExtentH) / StrideH) + 1;

    public int OutW => ((PaddedW - ExtentW) / StrideW) + 1;

    /// <summary>Input channels that one output channel reads.</summary>
    public int GroupC => C / Groups;

    /// <summary>Output channels of one group.</summary>
    public int GroupK => K / Groups;

    public long InputFloats => (long)N * C * H * W;

    public long OutputFloats => (long)N * K * OutH * OutW;

    public long WeightFloats => (long)K * GroupC * KernelH * KernelW;

    /// <summary>Multiplications and additions, padding counted as work.</summary>
    public double Flops => 2.0 * OutputFloats * GroupC * KernelH * KernelW;

    /// <summary>Each channel is convolved on its own.</summary>
    internal bool IsDepthwise => Groups > 1 && Groups == C && Groups == K;

    /// <summary>
    /// The same computation with rows of useful length where the kernel is a single pixel: such a convolution does not know where rows end,
    /// so rows are joined, up to a length that still leaves enough of them to share out.
    /// </summary>
    internal Conv2dShape Flattened()
    {
        const double RowFlops = 4e6;
        if (KernelH != 1 || KernelW != 1 || StrideH != 1 || StrideW != 1 || PaddedH != H || PaddedW != W)
        {
            return this;
        }
        int rows = N * H, joined = 1;
        double flops = Flops / rows;
        for (int divisor = 2; divisor <= rows && (divisor * flops <= RowFlops || divisor * W <= 32); divisor++)
        {
            joined = rows % divisor == 0 ? divisor : joined;
        }
        return this with { N = 1, H = rows / joined, W = W * joined };
    }

    /// <summary>Returns this shape where it describes a convolution.</summary>
    /// <exception cref="ArgumentException">
    /// A size is not positive, a padding is negative, the groups do not divide the channels, or the kernel is larger than the padded image.
    /// </exception>
    public Conv2dShape Validated()
    {
        if (N < 1 || C < 1 || H < 1 || W < 1 || K < 1 || KernelH < 1 || KernelW < 1)
        {
            throw new ArgumentException($"conv2d: sizes must be positive ({this}).");
        }
        if (StrideH < 1 || StrideW < 1 || DilationH < 1 || DilationW < 1)
        {
            throw new ArgumentException(
                $"conv2d: stride ({StrideH}, {StrideW}) and dilation ({DilationH}, {DilationW}) must be at least 1.");
        }
        if (PadTop < 0 || PadLeft < 0 || PadBottom < 0 || PadRight < 0)
        {
            throw new ArgumentException($"conv2d: padding ({PadTop}, {PadLeft}, {PadBottom}, {PadRight}) must not be negative.");
        }
        if (Groups < 1 || C % Groups != 0 || K % Groups != 0)
        {
            throw new ArgumentException($"conv2d: {C} input and {K} output channels are not both multiples of {Groups} groups.");
        }
        if (ExtentH > PaddedH || ExtentW > PaddedW)
        {
            throw new ArgumentException(
                $"conv2d: the kernel spans {ExtentH}×{ExtentW} pixels but the padded image has {PaddedH}×{PaddedW}.");
        }
        return this;
    }
}
