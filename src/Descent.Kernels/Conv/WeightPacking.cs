using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>The copies that bring weights (K, C / groups, KH, KW) into <see cref="WeightPanels"/>.</summary>
internal sealed unsafe class WeightPacking : IWeightPacking
{
    private readonly List<Copy> _copies = [];

    public int Units { get; private set; }

    /// <summary>Adds the weights of one correlation, for all groups.</summary>
    /// <param name="s">The convolution.</param>
    /// <param name="correlation">Its taps name the weights that are used.</param>
    /// <param name="groupFloats">Packed floats of one group.</param>
    /// <param name="transposed">The targets are the input channels, and the sum runs over output channels.</param>
    public void Add(in Conv2dShape s, Correlation correlation, long groupFloats, bool transposed)
    {
        TapAxis rows = correlation.Rows, columns = correlation.SinglePixels;
        WeightPanels panels = correlation.Panels;
        if (panels.Depth == 0)
        {
            return;
        }
        nint plane = s.KernelH * s.KernelW, filter = s.GroupC * plane;
        nint channel = transposed ? filter : plane, target = transposed ? plane : filter;
        nint source = (rows.Weight * s.KernelW) + columns.Weight;
        if (correlation.Together > 1)
        {
            // Axes: pixel, tap row, tap column, channel, target. All pixels take the same weights to different places, which leaves zeros
            // between.
            nint width = panels.Stride(0), pixelTargets = panels.Targets / correlation.Together;
            var together = new StridedCopy(
                [correlation.Together, rows.Taps, columns.Taps, correlation.Channels, (int)pixelTargets],
                [0, rows.WeightStep * (nint)s.KernelW, columns.WeightStep, channel, target],
                [
                    (columns.Stride * correlation.Channels * width) + pixelTargets, correlation.Columns.Taps * correlation.Channels * width,
                    correlation.Channels * width, width, 1
                ]);
            _copies.Add(new Copy(together, source, (nint)correlation.Weights, Units, Units: 1, Cleared: (int)panels.Floats));
            Units++;
            return;
        }
        int groups = s.Groups, groupK = s.GroupK, kernelW = s.KernelW;
        int whole = panels.Targets / WeightPanels.Width;
        Add(0, whole, WeightPanels.Width);
        Add(whole, panels.Count - whole, panels.Columns(panels.Count - 1));

        void Add(int first, int count, int width)
        {
            if (count == 0)
            {
                return;
            }
            nint stride = panels.Stride(first), row = correlation.Channels * stride, panel = WeightPanels.Width * (nint)panels.Depth;
            // Axes: group, panel, tap row, tap column, channel, target.
            var copy = new StridedCopy(
                [groups, count, rows.Taps, columns.Taps, correlation.Channels, width],
                [groupK * filter, WeightPanels.Width * target, rows.WeightStep * (nint)kernelW, columns.WeightStep, channel, target],
                [(nint)groupFloats, panel, columns.Taps * row, row, stride, 1]);
            nint from = source + (first * WeightPanels.Width * target), to = (nint)correlation.Weights + (first * panel);
            _copies.Add(new Copy(copy, from, to, Units, copy.Units));
            Units += copy.Units;
        }
    }

    /// <summary>Adds the transpose of (C, 1, KernelH, KernelW) to (KernelH, KernelW, C).</summary>
    public void AddDepthwise(in Conv2dShape s)
    {
        int plane = s.KernelH * s.KernelW;
        var copy = new StridedCopy([plane, s.C], [1, plane], [s.C, 1]);
        _copies.Add(new Copy(copy, 0, 0, Units, copy.Units));
        Units += copy.Units;
    }

    [MethodImpl(Jit.Hot)]
    public void Run(float* weights, float* packed, int firstUnit, int lastUnit)
    {
        foreach (Copy copy in _copies)
        {
            int first = Math.Max(firstUnit - copy.FirstUnit, 0), last = Math.Min(lastUnit - copy.FirstUnit, copy.Units);
            if (first < last && copy.Cleared > 0)
            {
                new Span<float>(packed + copy.Destination, copy.Cleared).Clear();
                copy.Strided.Run(weights + copy.Source, packed + copy.Destination);
            }
            else if (first < last)
            {
                copy.Strided.Run(weights + copy.Source, packed + copy.Destination, first, last);
            }
        }
    }

    /// <summary>Where Cleared is not 0, so many floats are zeroed first, and all of the copy is one unit.</summary>
    private readonly record struct Copy(StridedCopy Strided, nint Source, nint Destination, int FirstUnit, int Units, int Cleared = 0);
}
