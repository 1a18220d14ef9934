namespace Descent;

/// <summary>The second bytes of the markers that are told apart; the first is 0xFF. ISO/IEC 10918-1, table B.1.</summary>
internal static class JpegMarker
{
    public const byte
        Baseline = 0xC0,
        ExtendedSequential = 0xC1,
        Progressive = 0xC2,
        HuffmanTables = 0xC4,
        FirstRestart = 0xD0,
        LastRestart = 0xD7,
        StartOfImage = 0xD8,
        EndOfImage = 0xD9,
        StartOfScan = 0xDA,
        QuantizationTables = 0xDB,
        NumberOfLines = 0xDC,
        RestartInterval = 0xDD,
        Application0 = 0xE0,
        Application1 = 0xE1,
        Application14 = 0xEE,
        Temporary = 0x01;

    public static bool IsRestart(byte marker) => marker is >= FirstRestart and <= LastRestart;

    /// <summary>SOF0 to SOF15: between them stand DHT (C4), JPG (C8) and DAC (CC).</summary>
    public static bool IsStartOfFrame(byte marker) => marker is >= Baseline and <= 0xCF and not (HuffmanTables or 0xC8 or 0xCC);
}
