namespace Descent;

/// <summary>Rotates images around their middle by an angle from [−degrees, degrees]; what comes from outside is black.</summary>
/// <param name="degrees">At least 0.</param>
/// <param name="resampling">Nearest or bilinear.</param>
public sealed class RandomRotation(double degrees, Resampling resampling = Resampling.Bilinear) : GeometricTransform(resampling)
{
    /// <inheritdoc/>
    protected override bool Move(Planes from, Planes to, Resampling resampling, byte outside, ref TransformDraw draw)
    {
        new AffineMap(draw.Uniform(-degrees, degrees)).Run(from, to, resampling, outside);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"rotate:{Text(degrees)}";
}
