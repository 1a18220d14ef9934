namespace Descent;

/// <summary>Rotates, shifts, scales and shears images by chance, around their middle; what comes from outside is black.</summary>
/// <param name="degrees">The rotation lies in [−degrees, degrees].</param>
/// <param name="translate">The shift lies in ±translate of the size, in each direction; in [0, 1].</param>
/// <param name="scale">The scale lies in [1 − scale, 1 + scale]; in [0, 1).</param>
/// <param name="shear">The shear parallel to x lies in [−shear, shear] degrees; below 90.</param>
/// <param name="resampling">Nearest or bilinear.</param>
public sealed class RandomAffine(
    double degrees, double translate = 0, double scale = 0, double shear = 0, Resampling resampling = Resampling.Bilinear) : GeometricTransform(resampling)
{
    /// <inheritdoc/>
    protected override bool Move(Planes from, Planes to, Resampling resampling, byte outside, ref TransformDraw draw)
    {
        double angle = draw.Uniform(-degrees, degrees);
        double x = Math.Round(draw.Uniform(-translate, translate) * from.Width), y = Math.Round(draw.Uniform(-translate, translate) * from.Height);
        double size = draw.Uniform(1 - scale, 1 + scale), slant = draw.Uniform(-shear, shear);
        new AffineMap(angle, x, y, size, slant).Run(from, to, resampling, outside);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"affine:{Text(degrees)}-{Text(translate)}-{Text(scale)}-{Text(shear)}";
}
