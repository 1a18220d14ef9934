namespace Descent;

/// <summary>A volume as a batch of images, one for each depth, and back.</summary>
/// <remarks>
/// Channels are innermost on the way, as convolution and pooling lay them out: from one of them to the next nothing is copied.
/// </remarks>
internal static class Slices
{
    /// <summary>(N, C, D, H, W) → (N·D, C, H, W).</summary>
    public static Tensor ToImages(Tensor volumes)
    {
        Shape s = volumes.Shape;
        return volumes.Permute(0, 2, 3, 4, 1).Reshape(new Shape(checked(s[0] * s[2]), s[3], s[4], s[1])).Permute(0, 3, 1, 2);
    }

    /// <summary>(N·D, C, H, W) → (N, C, D, H, W).</summary>
    public static Tensor ToVolumes(Tensor images, int n)
    {
        Shape s = images.Shape;
        return images.Permute(0, 2, 3, 1).Reshape(new Shape(n, s[0] / n, s[2], s[3], s[1])).Permute(0, 4, 1, 2, 3);
    }
}
