namespace Descent;

/// <summary>What a stack of convolutions leaves of an image, for the affine layer behind it.</summary>
internal static class FeatureShape
{
    /// <summary>(C, H, W) of what the layers make of one image of this shape; computes nothing.</summary>
    /// <exception cref="ArgumentException">The shape is not (C, H, W), or nothing would be left of such images.</exception>
    public static Shape Of(Layer features, Shape imageShape, string network, Device device)
    {
        try
        {
            // Two images, since batch normalisation refuses to train on a single value.
            Shape y = features.Forward(Tensor.Zeros(new([2, .. imageShape.Sizes]), device: device)).Shape;
            return new(y.Sizes[1..]);
        }
        catch (ShapeException e)
        {
            throw new ArgumentException($"{network} cannot take images of {imageShape}: {e.Message}", nameof(imageShape), e);
        }
    }

    /// <summary>The channels of images.</summary>
    /// <exception cref="ArgumentException">The shape is not (C, H, W).</exception>
    public static int Channels(Shape imageShape, string network) => imageShape.Rank == 3
        ? imageShape[0]
        : throw new ArgumentException($"{network} takes images of (C, H, W), but these are {imageShape}.", nameof(imageShape));
}
