namespace Descent;

/// <summary>How an image of any size gets a given one.</summary>
public enum ImageFit
{
    /// <summary>It is scaled until it covers the size, and the middle is cut out: shapes stay as they are.</summary>
    Cover,

    /// <summary>It is scaled to the size in each direction: nothing is cut off.</summary>
    Stretch,
}
