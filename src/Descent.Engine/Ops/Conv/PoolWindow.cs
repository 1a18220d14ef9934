using Descent.Kernels;

namespace Descent;

/// <summary>The window of a pooling and how it moves over the image.</summary>
/// <param name="KernelH">Rows of the window.</param>
/// <param name="KernelW">Columns of the window.</param>
public readonly record struct PoolWindow(int KernelH, int KernelW)
{
    /// <summary>Input rows from one window to the next.</summary>
    public int StrideH { get; init; } = KernelH;

    /// <summary>Input columns from one window to the next.</summary>
    public int StrideW { get; init; } = KernelW;

    /// <summary>Rows above the image, fewer than the window has.</summary>
    public int PadTop { get; init; }

    /// <summary>Columns before the image, fewer than the window has.</summary>
    public int PadLeft { get; init; }

    /// <summary>Rows below the image, fewer than the window has.</summary>
    public int PadBottom { get; init; }

    /// <summary>Columns after the image, fewer than the window has.</summary>
    public int PadRight { get; init; }

    /// <summary>A square window; the stride is the window where none is given.</summary>
    public static PoolWindow Of(int kernel, int? stride = null, int padding = 0) => new(kernel, kernel)
    {
        StrideH = stride ?? kernel,
        StrideW = stride ?? kernel,
        PadTop = padding,
        PadLeft = padding,
        PadBottom = padding,
        PadRight = padding,
    };

    /// <summary>The window that moves so along rows and columns.</summary>
    internal static PoolWindow Of(in AxisWindow rows, in AxisWindow columns) => new(rows.Kernel, columns.Kernel)
    {
        StrideH = rows.Stride,
        StrideW = columns.Stride,
        PadTop = rows.PadBefore,
        PadLeft = columns.PadBefore,
        PadBottom = rows.PadAfter,
        PadRight = columns.PadAfter,
    };

    /// <summary>What a window over a map of this reach sees.</summary>
    internal Reach? ReachOver(Reach? x) =>
        x?.Through(new AxisWindow(KernelH, StrideH, PadTop, PadBottom), new AxisWindow(KernelW, StrideW, PadLeft, PadRight));

    /// <summary>All sizes of the pooling of this input.</summary>
    /// <exception cref="ShapeException">They do not fit together.</exception>
    internal Pool2dShape Sizes(Shape x, string op)
    {
        if (x.Rank != 4)
        {
            throw new ShapeException($"{op}: input must be (N, C, H, W), but it is {x}.");
        }

        try
        {
            return new Pool2dShape(
                x[0], x[1], x[2], x[3], KernelH, KernelW, StrideH, StrideW, PadTop, PadLeft, PadBottom, PadRight).Validated();
        }
        catch (ArgumentException e)
        {
            throw new ShapeException($"{op}{e.Message[e.Message.IndexOf(':')..].TrimEnd('.')} (x {x}).");
        }
    }

    /// <summary>Checks that dy has the shape of this pooling's output.</summary>
    /// <exception cref="ShapeException">It has not.</exception>
    internal void MustGive(Shape x, Shape dy, string op)
    {
        Pool2dShape s = Sizes(x, op);
        if (dy != new Shape(s.N, s.C, s.OutH, s.OutW))
        {
            throw new ShapeException($"{op}: dy is {dy}, but pooling an input {x} gives ({s.N}, {s.C}, {s.OutH}, {s.OutW}).");
        }
    }
}
