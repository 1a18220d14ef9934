namespace Descent;

/// <summary>A file format of images, as the first bytes of a file tell it.</summary>
public enum ImageFormat
{
    /// <summary>Portable Network Graphics (ISO/IEC 15948).</summary>
    Png,

    /// <summary>JPEG (ISO/IEC 10918-1).</summary>
    Jpeg,

    /// <summary>Windows bitmap.</summary>
    Bmp,

    /// <summary>Graphics Interchange Format 87a or 89a; the first frame counts.</summary>
    Gif,

    /// <summary>Netpbm: PBM, PGM and PPM, in text (P1 to P3) or binary (P4 to P6).</summary>
    Pnm,
}
