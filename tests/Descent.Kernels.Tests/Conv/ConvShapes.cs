using Descent.Kernels;

namespace Descent.Kernels.Tests;

/// <summary>The shapes that every convolution is tested on: each breaks an assumption that a fast kernel would like to make.</summary>
internal static class ConvShapes
{
    public static readonly Conv2dShape[] All =
    [
        new(N: 1, C: 1, H: 1, W: 1, K: 1, KernelH: 1, KernelW: 1),
        new(N: 2, C: 1, H: 28, W: 28, K: 6, KernelH: 5, KernelW: 5, PadTop: 2, PadLeft: 2, PadBottom: 2, PadRight: 2),
        new(N: 2, C: 6, H: 14, W: 14, K: 16, KernelH: 5, KernelW: 5),
        new(N: 1, C: 3, H: 32, W: 32, K: 16, KernelH: 3, KernelW: 3, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1),
        new(N: 3, C: 16, H: 9, W: 11, K: 16, KernelH: 3, KernelW: 3, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1),
        new(N: 2, C: 32, H: 8, W: 8, K: 48, KernelH: 3, KernelW: 3, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1),
        new(N: 2, C: 17, H: 7, W: 33, K: 37, KernelH: 3, KernelW: 3, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1),
        new(N: 1, C: 40, H: 13, W: 6, K: 70, KernelH: 1, KernelW: 1),
        new(N: 2, C: 33, H: 6, W: 9, K: 31, KernelH: 1, KernelW: 1, StrideH: 2, StrideW: 2),
        new(N: 2, C: 5, H: 17, W: 15, K: 7, KernelH: 3, KernelW: 3, StrideH: 2, StrideW: 2, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1),
        new(N: 1, C: 3, H: 31, W: 29, K: 20, KernelH: 7, KernelW: 7, StrideH: 2, StrideW: 2, PadTop: 3, PadLeft: 3, PadBottom: 3, PadRight: 3),
        new(N: 2, C: 4, H: 16, W: 16, K: 19, KernelH: 3, KernelW: 3, StrideH: 3, StrideW: 3),
        new(N: 1, C: 4, H: 12, W: 13, K: 5, KernelH: 2, KernelW: 4, StrideH: 3, StrideW: 2, PadTop: 1, PadLeft: 0, PadBottom: 2, PadRight: 3),
        new(N: 1, C: 3, H: 11, W: 10, K: 9, KernelH: 3, KernelW: 3, PadTop: 2, PadLeft: 2, PadBottom: 2, PadRight: 2, DilationH: 2, DilationW: 2),
        new(N: 2, C: 7, H: 14, W: 12, K: 18, KernelH: 3, KernelW: 2, StrideH: 2, StrideW: 1, PadTop: 3, PadLeft: 1, PadBottom: 0, PadRight: 2, DilationH: 3, DilationW: 2),
        new(N: 1, C: 6, H: 13, W: 14, K: 8, KernelH: 3, KernelW: 3, StrideH: 3, StrideW: 3, PadTop: 2, PadLeft: 2, PadBottom: 2, PadRight: 2, DilationH: 2, DilationW: 3),
        new(N: 2, C: 8, H: 9, W: 9, K: 12, KernelH: 3, KernelW: 3, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1, Groups: 4),
        new(N: 1, C: 34, H: 7, W: 5, K: 38, KernelH: 3, KernelW: 3, StrideH: 2, StrideW: 2, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1, Groups: 2),
        new(N: 2, C: 19, H: 10, W: 9, K: 19, KernelH: 3, KernelW: 3, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1, Groups: 19),
        new(N: 1, C: 35, H: 12, W: 11, K: 35, KernelH: 5, KernelW: 3, StrideH: 2, StrideW: 3, PadTop: 2, PadLeft: 0, PadBottom: 1, PadRight: 2, DilationH: 1, DilationW: 2, Groups: 35),
        new(N: 1, C: 6, H: 8, W: 8, K: 12, KernelH: 3, KernelW: 3, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1, Groups: 6),
        new(N: 1, C: 2, H: 3, W: 3, K: 3, KernelH: 5, KernelW: 5, PadTop: 4, PadLeft: 4, PadBottom: 4, PadRight: 4),
        new(N: 5, C: 3, H: 4, W: 4, K: 10, KernelH: 4, KernelW: 4),
        new(N: 1, C: 64, H: 5, W: 5, K: 64, KernelH: 3, KernelW: 3, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1),
        new(N: 1, C: 2, H: 3, W: 40, K: 3, KernelH: 1, KernelW: 9, StrideW: 2, PadLeft: 4, PadRight: 4),

        // Few target channels: neighbouring pixels are computed together, with a rest.
        new(N: 2, C: 2, H: 9, W: 23, K: 3, KernelH: 3, KernelW: 3, StrideH: 1, StrideW: 2, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1),
        new(N: 1, C: 3, H: 6, W: 32, K: 5, KernelH: 2, KernelW: 3, PadTop: 0, PadLeft: 1, PadBottom: 1, PadRight: 1, DilationH: 2),

        // Few input channels on a row that pairs divide, and many more output channels than a tile has.
        new(N: 1, C: 1, H: 5, W: 30, K: 520, KernelH: 1, KernelW: 3),

        // Weights so large that their panels are shared out.
        new(N: 2, C: 150, H: 5, W: 6, K: 130, KernelH: 3, KernelW: 3, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1),

        // Large enough for several units, chunks of the weight gradient, and bands within an image.
        new(N: 6, C: 16, H: 21, W: 20, K: 33, KernelH: 3, KernelW: 3, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1),
        new(N: 1, C: 24, H: 40, W: 36, K: 40, KernelH: 3, KernelW: 3, StrideH: 2, StrideW: 2, PadTop: 1, PadLeft: 1, PadBottom: 0, PadRight: 0, Groups: 2),
        new(N: 9, C: 48, H: 21, W: 20, K: 48, KernelH: 3, KernelW: 3, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1, Groups: 48),
        new(N: 3, C: 80, H: 24, W: 10, K: 96, KernelH: 1, KernelW: 1),
    ];

    /// <summary>Those that are quick to compute many times over.</summary>
    public static TheoryData<int> SmallIndices => [.. Enumerable.Range(0, All.Length).Where(i => All[i].Flops < 1e6)];

    /// <summary>Test rows are indices, so that each shape is a test of its own.</summary>
    public static TheoryData<int> Indices => [.. Enumerable.Range(0, All.Length)];
}
