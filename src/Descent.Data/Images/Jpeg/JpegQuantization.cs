namespace Descent;

/// <summary>The steps of quantisation for a quality: the tables of ISO/IEC 10918-1, annex K.1, scaled as the reference implementation scales them.</summary>
internal static class JpegQuantization
{
    /// <summary>Row by row, at quality 50.</summary>
    private static ReadOnlySpan<byte> Luminance =>
    [
        16, 11, 10, 16, 24, 40, 51, 61,
        12, 12, 14, 19, 26, 58, 60, 55,
        14, 13, 16, 24, 40, 57, 69, 56,
        14, 17, 22, 29, 51, 87, 80, 62,
        18, 22, 37, 56, 68, 109, 103, 77,
        24, 35, 55, 64, 81, 104, 113, 92,
        49, 64, 78, 87, 103, 121, 120, 101,
        72, 92, 95, 98, 112, 100, 103, 99,
    ];

    /// <inheritdoc cref="Luminance"/>
    private static ReadOnlySpan<byte> Chrominance =>
    [
        17, 18, 24, 47, 99, 99, 99, 99,
        18, 21, 26, 66, 99, 99, 99, 99,
        24, 26, 56, 99, 99, 99, 99, 99,
        47, 66, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99,
    ];

    /// <summary>Steps, row by row.</summary>
    /// <param name="quality">1 to 100.</param>
    /// <param name="chrominance">The steps of Cb and Cr.</param>
    public static byte[] Steps(int quality, bool chrominance)
    {
        int percent = quality < 50 ? 5_000 / quality : 200 - 2 * quality;
        byte[] steps = new byte[JpegBlock.Size];
        for (int i = 0; i < JpegBlock.Size; i++)
        {
            steps[i] = (byte)Math.Clamp(((chrominance ? Chrominance : Luminance)[i] * percent + 50) / 100, 1, 255);
        }

        return steps;
    }
}
