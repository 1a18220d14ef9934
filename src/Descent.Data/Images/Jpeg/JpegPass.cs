namespace Descent;

/// <summary>Goes over a scan's units, interval by interval.</summary>
internal abstract class JpegPass(JpegFrame frame, JpegScan scan)
{
    protected JpegFrame Frame { get; } = frame;

    protected JpegScan Scan { get; } = scan;

    /// <summary>Decodes all units.</summary>
    /// <param name="bits">At the scan's first.</param>
    /// <param name="restartInterval">Units between two restart markers; 0 for none.</param>
    /// <param name="tolerant">Leave out what is damaged and go on at the next restart marker.</param>
    /// <returns>False where data was left out at the end.</returns>
    /// <exception cref="JpegDataException">Something is damaged.</exception>
    public bool Run(ref JpegBits bits, int restartInterval, bool tolerant)
    {
        int across = Scan.UnitsAcross(Frame), units = across * Scan.UnitsDown(Frame);
        int interval = restartInterval == 0 ? units : restartInterval;
        for (int unit = 0, row = 0, column = 0; unit < units;)
        {
            int number = unit / interval, end = (int)Math.Min(units, unit + (long)interval);
            StartInterval();
            try
            {
                while (unit < end)
                {
                    DecodeUnit(ref bits, row, column);
                    if (bits.HasRunOut)
                    {
                        throw new JpegDataException("the data ends before its blocks do");
                    }

                    Advance(ref unit, ref row, ref column, across);
                }

                if (end < units)
                {
                    bits.Restart(number & 7);
                }
            }
            catch (JpegDataException) when (tolerant)
            {
                int ahead = end < units ? bits.Resynchronize(number & 7) : -1;
                end = ahead < 0 ? units : (int)Math.Min(units, (number + 1L + ahead) * interval);
                while (unit < end)
                {
                    LoseUnit(row, column);
                    Advance(ref unit, ref row, ref column, across);
                }

                if (ahead < 0)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private void Advance(ref int unit, ref int row, ref int column, int across)
    {
        unit++;
        if (++column == across)
        {
            EndRow(row++);
            column = 0;
        }
    }

    protected virtual void StartInterval()
    {
        foreach (JpegComponent component in Scan.Components)
        {
            component.Prediction = 0;
        }
    }

    protected abstract void DecodeUnit(ref JpegBits bits, int row, int column);

    /// <summary>A unit that could not be decoded.</summary>
    protected virtual void LoseUnit(int row, int column)
    {
    }

    /// <summary>All units of a row are done.</summary>
    protected virtual void EndRow(int row)
    {
    }
}
