namespace Descent;

/// <summary>A scan that brings part of what is to be known of the blocks: of some components, or some coefficients, or some of their bits.</summary>
internal sealed class JpegCoefficientPass(JpegFrame frame, JpegScan scan) : JpegPass(frame, scan)
{
    // How many of the next blocks have no more coefficients in this scan.
    private int _endRun;

    protected override void StartInterval()
    {
        base.StartInterval();
        _endRun = 0;
    }

    protected override void DecodeUnit(ref JpegBits bits, int row, int column)
    {
        if (Scan.Components is [var single])
        {
            Decode(ref bits, single, single.Block(row, column));
            return;
        }

        foreach (JpegComponent component in Scan.Components)
        {
            for (int y = 0; y < component.Vertical; y++)
            {
                for (int x = 0; x < component.Horizontal; x++)
                {
                    Decode(ref bits, component, component.Block(row * component.Vertical + y, column * component.Horizontal + x));
                }
            }
        }
    }

    private void Decode(ref JpegBits bits, JpegComponent component, Span<short> block)
    {
        if (!Frame.Progressive)
        {
            block.Clear();
            JpegSequentialBlock.Decode(ref bits, component, JpegBlock.Reversed, block);
        }
        else if (Scan.First == 0)
        {
            if (Scan.High == 0)
            {
                JpegProgressiveBlock.FirstConstant(ref bits, component, Scan.Low, block);
            }
            else
            {
                JpegProgressiveBlock.NextConstant(ref bits, Scan.Low, block);
            }
        }
        else if (Scan.High == 0)
        {
            _endRun = _endRun > 0 ? _endRun - 1 : JpegProgressiveBlock.First(ref bits, component.Ac!, Scan, block);
        }
        else
        {
            JpegProgressiveBlock.Next(ref bits, component.Ac!, Scan, ref _endRun, block);
        }
    }
}
