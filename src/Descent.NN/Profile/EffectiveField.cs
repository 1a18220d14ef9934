namespace Descent;

/// <summary>How much of its theoretical receptive field an element really reads, by the gradient of its value.</summary>
/// <remarks>
/// Luo, Li, Urtasun and Zemel, "Understanding the Effective Receptive Field in Deep Convolutional Neural Networks", NIPS 2016: the middle
/// element's gradient is near a Gaussian, and what lies within two deviations of it counts, which is all above 4.55 % of its largest value.
/// </remarks>
internal static class EffectiveField
{
    private const double Above = 1 - 0.9545;

    /// <summary>The rows with a measured field wherever the theoretical one differs from that of the row before.</summary>
    public static IReadOnlyList<LayerProfile> Measure(ProfileTrace trace, Tensor image)
    {
        LayerProfile[] rows = [.. trace.Rows];
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i].ReceptiveField is { } field && (i == 0 || rows[i - 1].ReceptiveField != field))
            {
                rows[i] = rows[i] with { EffectiveReceptiveField = Side(trace.Results[i], image) };
            }
        }

        return rows;
    }

    /// <summary>The side for the element in the middle of a feature map (N, C, H, W), summed over images and channels.</summary>
    private static double? Side(Tensor map, Tensor image)
    {
        Tensor middle = map.Narrow(2, map.Shape[2] / 2, 1).Narrow(3, map.Shape[3] / 2, 1).Sum();
        float[] gradient = middle.Backward([image])[0].Abs().Sum([0, 1]).ToArray<float>();
        float largest = gradient.Max();
        return largest > 0 ? Math.Sqrt(gradient.Count(g => g > Above * largest)) : null;
    }
}
