namespace Descent;

/// <summary>What the components of a frame mean.</summary>
internal enum JpegColor
{
    Grey,
    YCbCr,
    Rgb,

    /// <summary>Inverted, as Adobe's programs write it and all readers take it: 255 is no ink.</summary>
    Cmyk,

    /// <summary>Y, Cb, Cr of the complements of C, M, Y; K inverted as above.</summary>
    Ycck,
}
