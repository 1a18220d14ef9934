namespace Descent;

/// <summary>A frame: the size of the picture and its components.</summary>
internal sealed class JpegFrame
{
    public JpegFrame(int width, int height, bool progressive, JpegComponent[] components)
    {
        (Width, Height, Progressive, Components) = (width, height, progressive, components);
        foreach (JpegComponent component in components)
        {
            Horizontal = Math.Max(Horizontal, component.Horizontal);
            Vertical = Math.Max(Vertical, component.Vertical);
        }

        UnitsAcross = Quotient(width, JpegBlock.Side * Horizontal);
        UnitsDown = Quotient(height, JpegBlock.Side * Vertical);
        foreach (JpegComponent component in components)
        {
            component.Width = Quotient(width * component.Horizontal, Horizontal);
            component.Height = Quotient(height * component.Vertical, Vertical);
            component.BlocksAcross = UnitsAcross * component.Horizontal;
            component.BlocksDown = UnitsDown * component.Vertical;
        }
    }

    public int Width { get; }

    public int Height { get; }

    public bool Progressive { get; }

    public JpegComponent[] Components { get; }

    /// <summary>The largest sampling factors.</summary>
    public int Horizontal { get; }

    /// <inheritdoc cref="Horizontal"/>
    public int Vertical { get; }

    /// <summary>Units of all components: "minimum coded units" of the standard.</summary>
    public int UnitsAcross { get; }

    /// <inheritdoc cref="UnitsAcross"/>
    public int UnitsDown { get; }

    /// <summary>Samples down of a unit, at the largest sampling factor.</summary>
    public int UnitHeight => JpegBlock.Side * Vertical;

    public static int Quotient(int value, int divisor) => (value + divisor - 1) / divisor;
}
