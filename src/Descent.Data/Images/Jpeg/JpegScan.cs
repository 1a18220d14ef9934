namespace Descent;

/// <summary>What a scan brings: of which components, which coefficients, and which of their bits.</summary>
/// <param name="Components">In the order of their blocks.</param>
/// <param name="First">The first coefficient in zigzag order.</param>
/// <param name="Last">The last one.</param>
/// <param name="High">The lowest bit that was there before; 0 in the first scan of these coefficients.</param>
/// <param name="Low">The lowest bit that is there after it.</param>
/// <param name="Start">Where its entropy-coded data begins.</param>
internal sealed record JpegScan(JpegComponent[] Components, int First, int Last, int High, int Low, int Start)
{
    /// <summary>Units of the scan: blocks of its component that hold samples, or units of all its components.</summary>
    public int UnitsAcross(JpegFrame frame) =>
        Components.Length == 1 ? JpegFrame.Quotient(Components[0].Width, JpegBlock.Side) : frame.UnitsAcross;

    /// <inheritdoc cref="UnitsAcross"/>
    public int UnitsDown(JpegFrame frame) =>
        Components.Length == 1 ? JpegFrame.Quotient(Components[0].Height, JpegBlock.Side) : frame.UnitsDown;
}
