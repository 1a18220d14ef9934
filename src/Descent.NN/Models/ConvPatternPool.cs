namespace Descent;

/// <summary>What halves the image at the end of each block of a <see cref="ConvPattern"/>.</summary>
public enum ConvPatternPool
{
    /// <summary>The largest of each 2×2.</summary>
    Max,

    /// <summary>The mean of each 2×2.</summary>
    Average,

    /// <summary>Nothing: the image keeps its size.</summary>
    None,
}
