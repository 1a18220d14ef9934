namespace Descent;

/// <summary>Cuts a part of random area and shape out of images, as they are before they get one size, and scales it to that size.</summary>
/// <param name="minScale">The least part of the area, in (0, 1].</param>
/// <param name="maxScale">The largest part of the area, at most 1.</param>
/// <param name="minRatio">The least width by height.</param>
/// <param name="maxRatio">The largest width by height.</param>
/// <param name="resampling">How the part is scaled.</param>
/// <remarks>Szegedy et al., "Going Deeper with Convolutions", CVPR 2015, section 6. Drawn as torchvision draws it.</remarks>
public sealed class RandomResizedCrop(
    double minScale = 0.08,
    double maxScale = 1,
    double minRatio = 3.0 / 4,
    double maxRatio = 4.0 / 3,
    Resampling resampling = Resampling.Bilinear) : GeometricTransform(resampling)
{
    private const int Attempts = 10;

    /// <inheritdoc/>
    public override bool TakesAnySize => true;

    /// <inheritdoc/>
    protected override bool Move(Planes from, Planes to, Resampling resampling, byte outside, ref TransformDraw draw)
    {
        (int top, int left, int height, int width) = Draw(from.Height, from.Width, ref draw);
        Resampler.Run(from.Crop(top, left, height, width), to, resampling);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"resized-crop:{Text(minScale)}";

    private (int Top, int Left, int Height, int Width) Draw(int height, int width, ref TransformDraw draw)
    {
        double area = (double)height * width;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            double target = area * draw.Uniform(minScale, maxScale);
            double ratio = Math.Exp(draw.Uniform(Math.Log(minRatio), Math.Log(maxRatio)));
            int w = (int)Math.Round(Math.Sqrt(target * ratio)), h = (int)Math.Round(Math.Sqrt(target / ratio));
            if (w > 0 && w <= width && h > 0 && h <= height)
            {
                return (draw.Next(height - h + 1), draw.Next(width - w + 1), h, w);
            }
        }

        // The middle, as much of it as the shape allows.
        double whole = (double)width / height;
        int lastWidth = whole > maxRatio ? Math.Max(1, (int)Math.Round(height * maxRatio)) : width;
        int lastHeight = whole < minRatio ? Math.Max(1, (int)Math.Round(width / minRatio)) : height;
        return ((height - lastHeight) / 2, (width - lastWidth) / 2, lastHeight, lastWidth);
    }
}
