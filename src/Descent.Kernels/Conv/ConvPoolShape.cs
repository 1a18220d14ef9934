using System.Runtime.Intrinsics;

namespace Descent.Kernels;

/// <summary>
/// A convolution of few channels and the max pooling after it: x (N, C, H, W) gives y (N, K, OutH, OutW), <c>y = pool(x ⋆ w + bias)</c>, perhaps rectified.
/// </summary>
/// <param name="Conv">The convolution.</param>
/// <param name="Pool">The pooling of its output.</param>
/// <remarks>
/// The place of a maximum is a·KernelW + b for row a and column b of its window. Places are kept as floats, since vectors of floats choose
/// between them as they choose between the values.
/// </remarks>
public readonly record struct ConvPoolShape(Conv2dShape Conv, Pool2dShape Pool)
{
    // From 16 channels on, a vector of them is full, and the kernels for many channels are as good.
    private const int MostChannels = 15;
    private const int LeastTaps = 64;

    /// <summary>
    /// True where the fused kernels run: few input channels, no groups or dilated columns, and windows that neither overlap nor leave the
    /// image, so that no pixel of the convolution is computed twice.
    /// </summary>
    public bool IsSupported =>
        Conv.C <= MostChannels && Conv.Groups == 1 && Conv.DilationW == 1
        && (Pool.PadTop, Pool.PadLeft, Pool.PadBottom, Pool.PadRight) == (0, 0, 0, 0)
        && Pool.StrideH >= Pool.KernelH && Pool.StrideW >= Pool.KernelW
        && (Pool.N, Pool.C, Pool.H, Pool.W) == (Conv.N, Conv.K, Conv.OutH, Conv.OutW);

    /// <summary>
    /// True where the fused kernels beat a convolution with a pooling after it: a gradient that reads one window at a time pays for its loads only
    /// where the window has enough taps (6→16 of 5×5 takes 0.55 of the time for all three passes, 3→32 of 3×3 1.2).
    /// </summary>
    public bool Pays => IsSupported && (IsOverColumns || Conv.C * Conv.KernelH * Conv.KernelW >= LeastTaps);

    /// <summary>Elements of y.</summary>
    public long OutputFloats => Pool.OutputFloats;

    /// <summary>Multiplications and additions of the convolution's pixels that windows look at.</summary>
    public double Flops => 2.0 * Pool.OutputFloats * Positions * Conv.C * Conv.KernelH * Conv.KernelW;

    internal int OutH => Pool.OutH;

    internal int OutW => Pool.OutW;

    /// <summary>Pixels of one pooled image.</summary>
    internal int Pixels => Pool.OutH * Pool.OutW;

    /// <summary>Pixels of a window.</summary>
    internal int Positions => Pool.KernelH * Pool.KernelW;

    /// <summary>Input rows from one pooled row to the next.</summary>
    internal int RowStep => Pool.StrideH * Conv.StrideH;

    /// <summary>Input columns from one pooled pixel to the next.</summary>
    internal int ColumnStep => Pool.StrideW * Conv.StrideW;

    /// <summary>Input rows under one window.</summary>
    internal int SpanH => ((Pool.KernelH - 1) * Conv.StrideH) + Conv.ExtentH;

    /// <summary>Input columns under one window.</summary>
    internal int SpanW => ((Pool.KernelW - 1) * Conv.StrideW) + Conv.ExtentW;

    /// <summary>
    /// Whether vectors run over neighbouring pooled pixels, which one input channel allows, or over output channels: whichever fills them
    /// better. Places then lie by channel, (N, K, OutH, OutW), as they do not if vectors run over channels: (N, OutH, OutW, K).
    /// </summary>
    public bool IsOverColumns => Conv.C == 1 && (long)OutW * RoundUp(Conv.K, VectorFloats) > (long)Conv.K * RoundUp(OutW, VectorFloats);

    /// <summary>Floats in the widest vector of the machine.</summary>
    internal static int VectorFloats =>
        Vector512.IsHardwareAccelerated ? Vector512<float>.Count : Vector256.IsHardwareAccelerated ? Vector256<float>.Count : Vector128<float>.Count;

    /// <summary>Input elements from the first pixel of a window to each, for distances of rows and columns; filled up with the last to whole groups.</summary>
    internal nint[] PositionOffsets(nint row, nint column, int group)
    {
        var offsets = new nint[RoundUp(Positions, group)];
        for (int i = 0; i < offsets.Length; i++)
        {
            (int a, int b) = Math.DivRem(Math.Min(i, Positions - 1), Pool.KernelW);
            offsets[i] = (a * Conv.StrideH * row) + (b * Conv.StrideW * column);
        }
        return offsets;
    }

    /// <summary>Where the window of each pooled pixel begins, for distances of input rows and columns.</summary>
    internal nint[] PixelOffsets(nint row, nint column) => WindowOffsets(Conv.StrideH * row, Conv.StrideW * column);

    /// <summary>The same for distances of rows and columns of the convolution's output.</summary>
    internal nint[] WindowOffsets(nint row, nint column)
    {
        var offsets = new nint[Pixels];
        for (int i = 0; i < offsets.Length; i++)
        {
            (int p, int q) = Math.DivRem(i, OutW);
            offsets[i] = (p * Pool.StrideH * row) + (q * Pool.StrideW * column);
        }
        return offsets;
    }

    internal static int RoundUp(int n, int to) => (n + to - 1) / to * to;
}
