namespace Descent;

/// <summary>Fills a square around a random pixel with the mean colour; what of it lies outside of the image is lost.</summary>
/// <param name="side">Pixels, at least 1.</param>
/// <remarks>DeVries and Taylor, "Improved Regularization of Convolutional Neural Networks with Cutout", 2017.</remarks>
public sealed class Cutout(int side) : PhotometricTransform
{
    /// <inheritdoc/>
    public override bool Apply(Planes from, Planes to, ref TransformDraw draw)
    {
        int top = draw.Next(from.Height) - (side / 2), left = draw.Next(from.Width) - (side / 2);
        int bottom = Math.Min(top + side, from.Height), right = Math.Min(left + side, from.Width);
        (top, left) = (Math.Max(top, 0), Math.Max(left, 0));
        from.CopyTo(to);
        if (bottom > top && right > left)
        {
            RandomErasing.Fill(to.Crop(top, left, bottom - top, right - left), draw);
        }

        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"cutout:{side}";
}
