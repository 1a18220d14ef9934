namespace Descent;

/// <summary>What part of an image an element of a feature map sees, by rows and columns: its theoretical receptive field.</summary>
/// <param name="Rows">Along H.</param>
/// <param name="Columns">Along W.</param>
/// <remarks>
/// Layer by layer: a window of kernel k, dilation d and stride s makes <c>size ← size + d·(k − 1)·step</c> and <c>step ← step·s</c>.
/// Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill 2019.
/// </remarks>
internal readonly record struct Reach(AxisReach Rows, AxisReach Columns)
{
    /// <summary>Of the image itself.</summary>
    public static Reach Pixel { get; } = new(new(1, 1), new(1, 1));

    /// <summary>Of what does not depend on the image, as a weight.</summary>
    public static Reach Nothing { get; }

    /// <summary>Of what is computed from several values at the same place; null, all, where one of them sees all.</summary>
    public static Reach? Union(ReadOnlySpan<Reach?> parts)
    {
        Reach? union = parts[0];
        foreach (Reach? part in parts[1..])
        {
            union = union is { } a && part is { } b ? new Reach(a.Rows.With(b.Rows), a.Columns.With(b.Columns)) : null;
        }

        return union;
    }

    /// <summary>Of windows over a map of this reach.</summary>
    public Reach Through(in AxisWindow rows, in AxisWindow columns) => new(Rows.Through(rows), Columns.Through(columns));

    /// <summary>Of the inputs that a transposed convolution adds up, over a map of this reach.</summary>
    public Reach ThroughTransposed(in AxisWindow rows, in AxisWindow columns) => new(Rows.ThroughTransposed(rows), Columns.ThroughTransposed(columns));
}

/// <summary>A receptive field along one axis.</summary>
/// <param name="Size">Pixels from the first to the last that are seen.</param>
/// <param name="Step">Pixels from the field of one element to that of the next; below 1 behind upsampling.</param>
internal readonly record struct AxisReach(double Size, double Step)
{
    public AxisReach With(AxisReach other) => new(Math.Max(Size, other.Size), Math.Max(Step, other.Step));

    public AxisReach Through(in AxisWindow window) => new(Size + ((window.Extent - 1) * Step), Step * window.Stride);

    /// <summary>An output sees every stride-th tap of the kernel.</summary>
    public AxisReach ThroughTransposed(in AxisWindow window) => new(Size + ((window.Extent - 1) / window.Stride * Step), Step / window.Stride);
}
