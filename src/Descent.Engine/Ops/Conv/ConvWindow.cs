using Descent.Kernels;

namespace Descent;

/// <summary>
/// How the kernel of a convolution moves over the image. <c>new ConvWindow()</c> is the dense kernel at every pixel without padding.
/// </summary>
public readonly record struct ConvWindow()
{
    /// <summary>Input rows from one output row to the next.</summary>
    public int StrideH { get; init; } = 1;

    /// <summary>Input columns from one output pixel to the next.</summary>
    public int StrideW { get; init; } = 1;

    /// <summary>Zero rows above the image.</summary>
    public int PadTop { get; init; }

    /// <summary>Zero columns before the image.</summary>
    public int PadLeft { get; init; }

    /// <summary>Zero rows below the image.</summary>
    public int PadBottom { get; init; }

    /// <summary>Zero columns after the image.</summary>
    public int PadRight { get; init; }

    /// <summary>Input rows from one tap of the kernel to the next.</summary>
    public int DilationH { get; init; } = 1;

    /// <summary>Input columns from one tap of the kernel to the next.</summary>
    public int DilationW { get; init; } = 1;

    /// <summary>Independent convolutions over slices of the channels.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>The same stride, padding and dilation in both directions and on all sides.</summary>
    public static ConvWindow Of(int stride = 1, int padding = 0, int dilation = 1, int groups = 1) => new()
    {
        StrideH = stride,
        StrideW = stride,
        PadTop = padding,
        PadLeft = padding,
        PadBottom = padding,
        PadRight = padding,
        DilationH = dilation,
        DilationW = dilation,
        Groups = groups,
    };

    /// <summary>The window of a kernel that moves so along rows and columns.</summary>
    internal static ConvWindow Of(in AxisWindow rows, in AxisWindow columns, int groups) => new()
    {
        StrideH = rows.Stride,
        StrideW = columns.Stride,
        PadTop = rows.PadBefore,
        PadLeft = columns.PadBefore,
        PadBottom = rows.PadAfter,
        PadRight = columns.PadAfter,
        DilationH = rows.Dilation,
        DilationW = columns.Dilation,
        Groups = groups,
    };

    /// <summary>How a kernel of so many rows moves along H.</summary>
    internal AxisWindow Rows(int kernel) => new(kernel, StrideH, PadTop, PadBottom, DilationH);

    /// <summary>How a kernel of so many columns moves along W.</summary>
    internal AxisWindow Columns(int kernel) => new(kernel, StrideW, PadLeft, PadRight, DilationW);

    /// <summary>All sizes of the convolution of these inputs.</summary>
    /// <exception cref="ShapeException">They do not fit together.</exception>
    internal Conv2dShape Sizes(Shape x, Shape w, string op)
    {
        if (x.Rank != 4 || w.Rank != 4)
        {
            throw new ShapeException($"{op}: input must be (N, C, H, W) and weight (K, C / groups, KH, KW), but they are {x} and {w}.");
        }

        if (Groups >= 1 && x[1] % Groups == 0 && w[1] != x[1] / Groups)
        {
            string groups = Groups > 1 ? $" in {Groups} groups" : "";
            throw new ShapeException($"{op}: input has {x[1]} channels but weight expects {w[1] * Groups}{groups} (x {x}, w {w}).");
        }

        try
        {
            return new Conv2dShape(
                x[0], x[1], x[2], x[3], w[0], w[2], w[3],
                StrideH, StrideW, PadTop, PadLeft, PadBottom, PadRight, DilationH, DilationW, Groups).Validated();
        }
        catch (ArgumentException e)
        {
            throw new ShapeException($"{op}{e.Message[e.Message.IndexOf(':')..].TrimEnd('.')} (x {x}, w {w}).");
        }
    }
}
