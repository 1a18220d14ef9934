namespace Descent;

/// <summary>Fills a rectangle of random place, area and shape with the mean colour, with a probability.</summary>
/// <param name="probability">In [0, 1].</param>
/// <param name="minScale">The least part of the area.</param>
/// <param name="maxScale">The largest part of the area.</param>
/// <param name="minRatio">The least height by width.</param>
/// <param name="maxRatio">The largest height by width.</param>
/// <remarks>Zhong et al., "Random Erasing Data Augmentation", AAAI 2020.</remarks>
public sealed class RandomErasing(
    double probability = 0.5, double minScale = 0.02, double maxScale = 0.33, double minRatio = 0.3, double maxRatio = 3.3) : PhotometricTransform
{
    private const int Attempts = 10;

    /// <inheritdoc/>
    public override bool Apply(Planes from, Planes to, ref TransformDraw draw)
    {
        if (!draw.Happens(probability))
        {
            return false;
        }

        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            double area = from.Height * from.Width * draw.Uniform(minScale, maxScale);
            double ratio = Math.Exp(draw.Uniform(Math.Log(minRatio), Math.Log(maxRatio)));
            int height = (int)Math.Round(Math.Sqrt(area * ratio)), width = (int)Math.Round(Math.Sqrt(area / ratio));
            if (height < from.Height && width < from.Width && height > 0 && width > 0)
            {
                from.CopyTo(to);
                Fill(to.Crop(draw.Next(from.Height - height + 1), draw.Next(from.Width - width + 1), height, width), draw);
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public override string ToString() => $"erase:{Text(probability)}";

    /// <summary>Fills a part of an image with the mean colour.</summary>
    internal static void Fill(Planes hole, in TransformDraw draw)
    {
        for (int c = 0; c < hole.Channels; c++)
        {
            for (int y = 0; y < hole.Height; y++)
            {
                hole.Row(c, y).Fill(draw.Mean(c));
            }
        }
    }
}
