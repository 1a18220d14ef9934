namespace Descent;

/// <summary>How the values of a tensor are spread.</summary>
/// <param name="Mean">Of all values.</param>
/// <param name="Deviation">Their standard deviation, divided by their number.</param>
/// <param name="ZeroPart">The part of them that is exactly 0, in [0, 1].</param>
/// <param name="Histogram">Of a sample of them, evenly spread over the tensor.</param>
public sealed record ValueStatistics(double Mean, double Deviation, double ZeroPart, Histogram Histogram);

/// <summary>How many values fall in each of equally wide intervals.</summary>
/// <param name="Low">Where the first begins: the smallest value of all.</param>
/// <param name="High">Where the last ends: the largest value.</param>
/// <param name="Counts">From the first to the last; a value at the border of two is in the upper one.</param>
public sealed record Histogram(double Low, double High, IReadOnlyList<int> Counts)
{
    /// <summary>Intervals that are counted where nothing else is asked for.</summary>
    public const int DefaultBins = 40;

    /// <summary>Counts values; those that are not finite are left out, and those beyond an end are counted at it.</summary>
    public static Histogram Of(ReadOnlySpan<float> values, double low, double high, int bins = DefaultBins)
    {
        int[] counts = new int[Require.Positive(bins)];
        foreach (float value in values)
        {
            if (float.IsFinite(value))
            {
                counts[high > low ? (int)Math.Clamp((value - low) / (high - low) * bins, 0, bins - 1) : 0]++;
            }
        }

        return new(low, high, counts);
    }
}
