namespace Descent;

/// <summary>
/// Pastes a rectangle of one image into another: of image i − 1 into image i, with the targets mixed by area. The rectangle has 1 − λ of the
/// area, λ from Beta(α, α), around a random pixel, one for a batch; what of it lies outside is lost.
/// </summary>
/// <param name="alpha">α, above 0.</param>
/// <remarks>Yun et al., "CutMix: Regularization Strategy to Train Strong Classifiers with Localizable Features", ICCV 2019.</remarks>
public sealed class CutMix(double alpha = 1) : BatchMix
{
    /// <inheritdoc/>
    public override void Apply(Span<float> images, Span<float> targets, int count, Shape shape, ref TransformDraw draw)
    {
        int height = shape[1], width = shape[2], size = (int)shape.Count;
        double side = 0.5 * Math.Sqrt(1 - BetaDistribution.Draw(alpha, ref draw));
        int y = draw.Next(height), x = draw.Next(width), halfHeight = (int)(side * height), halfWidth = (int)(side * width);
        int top = Math.Max(y - halfHeight, 0), bottom = Math.Min(y + halfHeight, height);
        int left = Math.Max(x - halfWidth, 0), right = Math.Min(x + halfWidth, width);
        int patch = shape[0] * (bottom - top) * (right - left);
        float[] last = System.Buffers.ArrayPool<float>.Shared.Rent(Math.Max(1, patch));
        Cut(images.Slice((count - 1) * size, size), last);
        for (int i = count - 1; i >= 0; i--)
        {
            Span<float> image = images.Slice(i * size, size);
            if (i == 0)
            {
                Paste(last, image);
                continue;
            }

            Span<float> partner = images.Slice((i - 1) * size, size);
            for (int row = 0; row < shape[0] * (bottom - top); row++)
            {
                int at = At(row);
                partner.Slice(at, right - left).CopyTo(image[at..]);
            }
        }

        System.Buffers.ArrayPool<float>.Shared.Return(last);
        BlendRows(targets, count, 1 - ((double)(bottom - top) * (right - left) / (height * width)));

        int At(int row) => (((row / (bottom - top)) * height) + top + (row % (bottom - top))) * width + left;

        void Cut(ReadOnlySpan<float> image, Span<float> into)
        {
            for (int row = 0; row < shape[0] * (bottom - top); row++)
            {
                image.Slice(At(row), right - left).CopyTo(into[(row * (right - left))..]);
            }
        }

        void Paste(ReadOnlySpan<float> from, Span<float> image)
        {
            for (int row = 0; row < shape[0] * (bottom - top); row++)
            {
                from.Slice(row * (right - left), right - left).CopyTo(image[At(row)..]);
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"cutmix:{alpha}");
}
