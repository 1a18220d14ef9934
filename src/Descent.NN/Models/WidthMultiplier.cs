namespace Descent;

/// <summary>The factor α by which every layer of a network is made narrower or wider; Howard et al., "MobileNets", 2017, section 3.3.</summary>
internal readonly record struct WidthMultiplier
{
    private readonly double _alpha;

    public WidthMultiplier(double width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        _alpha = width;
    }

    /// <summary>⌊α·channels⌋, at least 1.</summary>
    public int Of(int channels) => Math.Max(1, checked((int)(_alpha * channels)));
}
