namespace Descent;

/// <summary>
/// Pastes a rectangle of one image into another: of image i − 1 into image i, with the targets mixed by area, or pasted too where each pixel has its
/// own. The rectangle has 1 − λ of the area, λ from Beta(α, α), around a random pixel, one for a batch; what of it lies outside is lost.
/// </summary>
/// <param name="alpha">α, above 0.</param>
/// <remarks>
/// Yun et al., "CutMix: Regularization Strategy to Train Strong Classifiers with Localizable Features", ICCV 2019; for pixels French et al.,
/// "Semi-supervised Semantic Segmentation Needs Strong, Varied Perturbations", BMVC 2020.
/// </remarks>
public sealed class CutMix(double alpha = 1) : BatchMix
{
    /// <inheritdoc/>
    public override bool MovesPixels => true;

    /// <inheritdoc/>
    public override void Apply(Span<float> images, Span<float> targets, int count, Shape shape, ref TransformDraw draw)
    {
        Patch patch = Draw(shape, ref draw);
        Paste(images, count, shape, patch);
        BlendRows(targets, count, 1 - ((double)patch.Height * patch.Width / (shape[1] * shape[2])));
    }

    /// <inheritdoc/>
    public override void ApplyToLabels(Span<float> images, Span<int> labels, int count, Shape shape, ref TransformDraw draw)
    {
        Patch patch = Draw(shape, ref draw);
        Paste(images, count, shape, patch);
        Paste(labels, count, new(1, shape[1], shape[2]), patch);
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"cutmix:{alpha}");

    private Patch Draw(Shape shape, ref TransformDraw draw)
    {
        int height = shape[1], width = shape[2];
        double side = 0.5 * Math.Sqrt(1 - BetaDistribution.Draw(alpha, ref draw));
        int y = draw.Next(height), x = draw.Next(width), halfHeight = (int)(side * height), halfWidth = (int)(side * width);
        int top = Math.Max(y - halfHeight, 0), left = Math.Max(x - halfWidth, 0);
        return new(top, left, Math.Min(y + halfHeight, height) - top, Math.Min(x + halfWidth, width) - left);
    }

    /// <summary>Into each image that of the one before it; the first gets it from the last.</summary>
    private static void Paste<T>(Span<T> images, int count, Shape shape, Patch patch)
    {
        int size = (int)shape.Count, rows = shape[0] * patch.Height;
        T[] last = System.Buffers.ArrayPool<T>.Shared.Rent(size);
        images.Slice((count - 1) * size, size).CopyTo(last);
        for (int i = count - 1; i >= 0; i--)
        {
            Span<T> image = images.Slice(i * size, size);
            ReadOnlySpan<T> partner = i == 0 ? last.AsSpan(0, size) : images.Slice((i - 1) * size, size);
            for (int row = 0; row < rows; row++)
            {
                int at = ((((row / patch.Height) * shape[1]) + patch.Top + (row % patch.Height)) * shape[2]) + patch.Left;
                partner.Slice(at, patch.Width).CopyTo(image[at..]);
            }
        }

        System.Buffers.ArrayPool<T>.Shared.Return(last);
    }

    private readonly record struct Patch(int Top, int Left, int Height, int Width);
}
