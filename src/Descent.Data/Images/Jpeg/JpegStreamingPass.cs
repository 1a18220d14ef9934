namespace Descent;

/// <summary>A sequential scan of all components: each block becomes samples as soon as it is read.</summary>
internal sealed class JpegStreamingPass(JpegFrame frame, JpegScan scan, JpegOutput output) : JpegPass(frame, scan)
{
    private readonly short[] _block = new short[JpegBlock.Size];

    protected override void DecodeUnit(ref JpegBits bits, int row, int column)
    {
        for (int c = 0; c < Scan.Components.Length; c++)
        {
            JpegComponent component = Scan.Components[c];
            for (int y = 0; y < component.Vertical; y++)
            {
                for (int x = 0; x < component.Horizontal; x++)
                {
                    Array.Clear(_block);
                    bool varies = JpegSequentialBlock.Decode(ref bits, component, JpegBlock.Place, _block);
                    output.SetBlock(component, y, column * component.Horizontal + x, _block, varies);
                }
            }
        }
    }

    protected override void LoseUnit(int row, int column)
    {
        foreach (JpegComponent component in Scan.Components)
        {
            for (int y = 0; y < component.Vertical; y++)
            {
                for (int x = 0; x < component.Horizontal; x++)
                {
                    output.BlackenBlock(component, y, column * component.Horizontal + x);
                }
            }
        }
    }

    protected override void EndRow(int row)
    {
        output.WriteRows();
        output.BeginRow(row + 1);
    }
}
