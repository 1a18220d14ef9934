namespace Descent;

/// <summary>How pixels between pixels are made.</summary>
public enum Resampling
{
    /// <summary>The pixel that lies nearest.</summary>
    Nearest,

    /// <summary>A triangle over the two nearest in each direction, wider where the image shrinks (antialiased).</summary>
    Bilinear,

    /// <summary>Keys' cubic with a = −½ over the four nearest in each direction, wider where the image shrinks (antialiased).</summary>
    Bicubic,
}
